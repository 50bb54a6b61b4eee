import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LacunaError } from '../../src/config/errors.js';
import type { Split } from '../../src/learning/splits/split.js';
import type {
  Case,
  CollectionRecord,
  LabelledCase,
  LearnableTask,
  ModalityName,
  Opinion,
} from '../../src/modalities/case.js';
import type { Modality, TrainedModality } from '../../src/modalities/modality.js';

/** One training that a spy was asked for. */
export interface SeenTraining {
  readonly train: readonly string[];
  readonly validation: readonly string[];
  /** Objects the model was asked about afterwards. */
  readonly asked: string[];
}

/** What a spy says of one task of one case; undefined = nothing. `training` counts from 0. */
export type Says = (candidate: Case, task: LearnableTask, training: number) => readonly number[] | undefined;

/** A modality that learns nothing, says what it is told to, and remembers which cases it was shown. */
export function spyModality(
  name: ModalityName,
  says: Says,
  options: { refuses?: boolean; tunedOn?: ReadonlyMap<string, Split>; isSlowToExplain?: boolean } = {},
): Modality & { readonly trainings: SeenTraining[] } {
  const trainings: SeenTraining[] = [];
  const objects = (cases: readonly Case[]): string[] => cases.map(({ record }) => record.object);
  const model = (tasks: readonly LearnableTask[], training: number): TrainedModality => ({
    name,
    isSlowToExplain: options.isSlowToExplain === true,
    predict: (cases, { isExplained = true } = {}) => {
      trainings[training]?.asked.push(...objects(cases));
      return Promise.resolve(
        cases.map((candidate) =>
          tasks.flatMap((task): Opinion[] => {
            const scores = says(candidate, task, training);
            const evidence =
              isExplained || options.isSlowToExplain !== true
                ? [{ feature: `training ${training}`, weight: 1 }]
                : [];
            return scores === undefined
              ? []
              : [{ task: task.name, scores, used: candidate.record.object, evidence }];
          }),
        ),
      );
    },
    save: (folder) => writeFile(path.join(folder, 'spy.json'), JSON.stringify({ training })),
    describe: () => ({
      modality: name,
      encoder: 'spy',
      encoderTier: 'none',
      explanation: `What the ${name} spy was told to say.`,
      parameters: {},
    }),
  });
  return {
    name,
    trainings,
    applies: () => true,
    tunedOn: () => Promise.resolve(options.tunedOn),
    train: (train, validation, { tasks }) => {
      if (options.refuses === true) {
        return Promise.reject(new LacunaError('INPUT_INVALID', `${name} has nothing to learn from.`));
      }
      trainings.push({ train: objects(train), validation: objects(validation), asked: [] });
      return Promise.resolve(model(tasks, trainings.length - 1));
    },
    load: async (folder, tasks) => {
      const { training } = JSON.parse(await readFile(path.join(folder, 'spy.json'), 'utf8')) as {
        training: number;
      };
      return model(tasks, training);
    },
  };
}

/** A record that offers only what is given. */
export function record(id: number | string, changes: Partial<CollectionRecord> = {}): CollectionRecord {
  return {
    graph: 'http://example.org/graph/lyon',
    museum: 'lyon',
    object: `http://example.org/object/${id}`,
    production: `http://example.org/production/${id}`,
    label: undefined,
    texts: [],
    images: [],
    known: {},
    ...changes,
  };
}

/** A case with one label per task named. */
export function labelled(id: number | string, labels: Readonly<Record<string, number>>): LabelledCase {
  return { record: record(id), opinions: {}, labels };
}
