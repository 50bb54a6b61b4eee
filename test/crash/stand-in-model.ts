import { createHash } from 'node:crypto';
import { Predictor } from '../../src/enrichment/predictor.js';
import type { Opinion } from '../../src/modalities/case.js';
import type { Modality, TrainedModality } from '../../src/modalities/modality.js';
import type { Task } from '../../src/vocabulary/profile.js';
import { asItIs, smallCard } from '../enrichment/small-card.js';

/** Two models that differ in about half of their decisions. */
export type ModelName = 'first' | 'second';

const versions: Readonly<Record<ModelName, string>> = {
  first: 'aaaaaaaaaaaaaaaa',
  second: 'bbbbbbbbbbbbbbbb',
};

/** A score of the first of two classes that looks arbitrary and is the same every time. */
function scoreOf(...seeds: readonly string[]): number {
  const [byte = 0] = createHash('sha256').update(seeds.join(' ')).digest();
  return 0.05 + (0.9 * byte) / 255;
}

function standIn(name: 'tabular' | 'fusion', model: ModelName): Modality {
  const trained = (tasks: readonly { readonly name: string }[]): TrainedModality => ({
    name,
    predict: (cases) =>
      Promise.resolve(
        cases.map(({ record }) =>
          tasks.map((task): Opinion => {
            const score = scoreOf(name, model, task.name, record.object);
            return { task: task.name, scores: [score, 1 - score], used: record.object, evidence: [] };
          }),
        ),
      ),
    save: () => Promise.resolve(),
    describe: () => ({
      modality: name,
      encoder: 'none',
      encoderTier: 'none',
      explanation: '',
      parameters: {},
    }),
  });
  return {
    name,
    applies: () => true,
    train: (_train, _validation, { tasks }) => Promise.resolve(trained(tasks)),
    load: (_folder, tasks) => Promise.resolve(trained(tasks)),
  };
}

/** Decides at once and without TensorFlow: what is tested is the writing, and a process is started hundreds of times. */
export function standInPredictor(model: ModelName, tasks: readonly Task[]): Promise<Predictor> {
  const learnt = tasks.map(({ name, classes }) => ({
    name,
    classes: classes.slice(0, 2).map(({ id }) => id),
    labelCounts: [5, 5],
    threshold: 0.6,
    foreignThreshold: 0.6,
  }));
  const calibration = Object.fromEntries(learnt.map(({ name }) => [name, asItIs()]));
  const card = smallCard({
    version: versions[model],
    tasks: learnt,
    modalities: (['tabular', 'fusion'] as const).map((modality) => ({
      modality,
      encoder: modality,
      encoderTier: 'none',
      explanation: `Looks at the record as ${modality} does, for a test.`,
      parameters: {},
    })),
    fusion: null,
    decider: Object.fromEntries(learnt.map(({ name }) => [name, 'fusion'])),
    calibration: { tabular: calibration, fusion: calibration },
  });
  return Predictor.load({ card, folder: '' }, [standIn('tabular', model), standIn('fusion', model)]);
}
