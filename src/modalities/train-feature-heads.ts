import { chooseBackend, type Backend } from '../learning/backend.js';
import type { HeadsData } from '../learning/batch-tensors.js';
import type { Clustering } from '../learning/clustering.js';
import { courseFacts } from '../learning/early-stopping.js';
import { trainHeads, type HeadsParameters } from '../learning/heads-training.js';
import { focalGamma, type ImbalanceStrategy } from '../learning/imbalance.js';
import type { LabelledCase, LearnableTask } from './case.js';
import type { FeatureModel } from './feature-model.js';
import type { ModalityDescription } from './modality.js';
import { fitStandardiser, standardisedRows, type Standardiser } from './standardiser.js';

/** What an encoder makes of one photograph or text, and the labels of its record. */
export interface LabelledFeatures {
  readonly descriptor: Float32Array;
  readonly labels: LabelledCase['labels'];
}

/** How heads are trained on features. */
export interface FeatureTraining {
  readonly tasks: readonly LearnableTask[];
  /** Units of the layer that each task has of its own; 0 for none. */
  readonly branch: number;
  readonly strategy: ImbalanceStrategy;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly onEpoch: (epoch: number, epochs: number) => void;
  /** The losses that are added. */
  readonly clustering?: ((standardiser: Standardiser) => Clustering) | undefined;
}

const parameters: Omit<HeadsParameters, 'branch' | 'strategy' | 'seed'> = {
  hidden: 128,
  dropout: 0.5,
  gamma: focalGamma,
  learningRate: 2e-3,
  weightDecay: 1e-2,
  batchSize: 128,
  maximumEpochs: 100,
  // Macro-F1 of few labels jumps, and training would stop at its first leap.
  judgedBy: 'loss',
  patience: 10,
  epochsWithoutValidation: 30,
};

/** Whether a value of any task is known. */
export const isLabelled = ({ labels }: Pick<LabelledCase, 'labels'>): boolean =>
  Object.keys(labels).length > 0;

/** The tasks of which two classes occur; a label beyond the classes is the task's background. */
export function learnableFrom(
  tasks: readonly LearnableTask[],
  samples: readonly Pick<LabelledFeatures, 'labels'>[],
): readonly LearnableTask[] {
  return tasks.filter((task) => {
    const seen = samples.map(({ labels }) => labels[task.name]);
    const classes = new Set(seen.filter((label) => label !== undefined && label < task.classes.length));
    return classes.size >= 2;
  });
}

/** Classes that the heads tell apart, per task: those of the task, and its background where there is a sample of it. */
function outputsOf(tasks: readonly LearnableTask[], samples: readonly LabelledFeatures[]): readonly number[] {
  return tasks.map(({ name, classes: { length } }) =>
    samples.some(({ labels }) => labels[name] === length) ? length + 1 : length,
  );
}

function headsData(
  samples: readonly LabelledFeatures[],
  tasks: readonly LearnableTask[],
  outputs: readonly number[],
  standardiser: Standardiser,
): HeadsData {
  // Where training has seen no background there is none to find.
  const label = (labels: LabelledFeatures['labels'], task: number): number => {
    const known = labels[tasks[task]!.name] ?? -1;
    return known < outputs[task]! ? known : -1;
  };
  return {
    features: standardisedRows(
      standardiser,
      samples.map(({ descriptor }) => descriptor),
    ),
    width: standardiser.mean.length,
    rows: samples.length,
    classes: outputs,
    labels: Int32Array.from(samples.flatMap(({ labels }) => tasks.map((_, task) => label(labels, task)))),
  };
}

function backendFacts({ name, device, passedOver }: Backend): ModalityDescription['parameters'] {
  return {
    backend: name,
    device,
    ...(passedOver.length === 0
      ? {}
      : { backendsPassedOver: passedOver.map((other) => `${other.name}: ${other.reason}`).join('; ') }),
  };
}

/**
 * Trains the heads of all tasks on features of one length, standardised.
 *
 * @param train samples of at least two classes of every task
 * @param validation for early stopping
 * @returns with what the card says of the training
 * @throws LacunaError CANCELLED when aborted
 */
export async function trainFeatureHeads(
  train: readonly LabelledFeatures[],
  validation: readonly LabelledFeatures[],
  { tasks, branch, strategy, seed, signal, onEpoch, clustering }: FeatureTraining,
): Promise<Omit<FeatureModel, 'encoder'>> {
  const outputs = outputsOf(tasks, train);
  const standardiser = fitStandardiser(train.map(({ descriptor }) => descriptor));
  const backend = await chooseBackend();
  const { heads, ...course } = await trainHeads(
    headsData(train, tasks, outputs, standardiser),
    headsData(validation, tasks, outputs, standardiser),
    { ...parameters, branch, strategy, seed },
    { signal, clustering: clustering?.(standardiser), onEpoch },
  );
  const { gamma, ...others } = parameters;
  return {
    tasks,
    standardiser,
    heads,
    parameters: {
      imbalance: strategy,
      ...(strategy === 'focal' ? { gamma } : {}),
      ...others,
      branch,
      ...courseFacts(course),
      ...backendFacts(backend),
    },
  };
}
