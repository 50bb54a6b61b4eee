import { LacunaError } from '../../config/errors.js';
import { chooseBackend, type Backend } from '../../learning/backend.js';
import type { HeadsData } from '../../learning/batch-tensors.js';
import { trainHeads, type HeadsParameters } from '../../learning/heads-training.js';
import { focalGamma, type ImbalanceStrategy } from '../../learning/imbalance.js';
import type { LabelledCase, LearnableTask } from '../case.js';
import type { ModalityDescription, TrainingContext } from '../modality.js';
import { labelsWithBackground } from './background.js';
import { clusteringOf, describeAuxiliary, viewsFor, type AuxiliaryOptions } from './auxiliary.js';
import type { ViewsWanted } from './augmentation.js';
import type { Encoder } from './encoders/encoder.js';
import type { ImageModel } from './image-model.js';
import type { Described, PhotographDescriptions } from './photograph-descriptions.js';
import { fitStandardiser, standardisedRows, type Standardiser } from '../standardiser.js';
import type { Pooling } from './task-opinion.js';
import { photographsPerRecord } from './trained-image-modality.js';

/** A readable photograph and the labels of its record. */
interface Example extends Described {
  readonly labels: LabelledCase['labels'];
}

/** What is trained, and what training makes small. */
export interface ImageTraining {
  /** Units of the layer that each task has of its own; 0 for none. */
  readonly branch: number;
  /** Whether photographs of values too rare to learn are learnt as a class “background”, which is never answered. */
  readonly background: boolean;
  /** How several photographs of a record decide once it is trained. */
  readonly pooling: Pooling;
  readonly strategy: ImbalanceStrategy;
  /** The losses of SilkNet that are added; undefined for none. */
  readonly auxiliary: AuxiliaryOptions | undefined;
}

type Report = () => void;
type Describe = (url: string) => Promise<Described | undefined>;

const parameters: Omit<HeadsParameters, 'branch' | 'strategy' | 'seed'> = {
  hidden: 128,
  dropout: 0.5,
  gamma: focalGamma,
  learningRate: 2e-3,
  weightDecay: 1e-2,
  batchSize: 128,
  maximumEpochs: 100,
  patience: 10,
  epochsWithoutValidation: 30,
};

const isLabelled = ({ labels }: LabelledCase): boolean => Object.keys(labels).length > 0;

async function examplesOf(
  cases: readonly LabelledCase[],
  describe: Describe,
  signal: AbortSignal | undefined,
  report: Report,
): Promise<readonly Example[]> {
  const perCase = cases.map(async ({ record, labels }) => {
    const images = record.images.slice(0, photographsPerRecord);
    const described = await Promise.all(images.map(async ({ url }) => describe(url)));
    report();
    signal?.throwIfAborted();
    return described
      .filter((description) => description !== undefined)
      .map((description) => ({ ...description, labels }));
  });
  return (await Promise.all(perCase)).flat();
}

function learnableFrom(
  tasks: readonly LearnableTask[],
  examples: readonly Example[],
): readonly LearnableTask[] {
  return tasks.filter((task) => {
    const seen = examples.map(({ labels }) => labels[task.name]);
    const classes = new Set(seen.filter((label) => label !== undefined && label < task.classes.length));
    return classes.size >= 2;
  });
}

/** Classes that the heads tell apart, per task: those of the task, and its background where there is an example of it. */
function outputsOf(tasks: readonly LearnableTask[], examples: readonly Example[]): readonly number[] {
  return tasks.map(({ name, classes: { length } }) =>
    examples.some(({ labels }) => labels[name] === length) ? length + 1 : length,
  );
}

/** Whether an example is background of any task. */
function isOfBackground({ labels }: Example, tasks: readonly LearnableTask[]): boolean {
  return tasks.some(({ name, classes }) => labels[name] === classes.length);
}

function headsData(
  examples: readonly Example[],
  tasks: readonly LearnableTask[],
  outputs: readonly number[],
  standardiser: Standardiser,
): HeadsData {
  // Where training has seen no background there is none to find.
  const label = (labels: Example['labels'], task: number): number => {
    const known = labels[tasks[task]!.name] ?? -1;
    return known < outputs[task]! ? known : -1;
  };
  return {
    features: standardisedRows(
      standardiser,
      examples.map(({ descriptor }) => descriptor),
    ),
    width: standardiser.mean.length,
    rows: examples.length,
    classes: outputs,
    labels: Int32Array.from(examples.flatMap(({ labels }) => tasks.map((_, task) => label(labels, task)))),
  };
}

function describeTraining(
  { branch, background, pooling, strategy, auxiliary }: ImageTraining,
  { name, device, passedOver }: Backend,
  encoder: Encoder,
  facts: Readonly<Record<string, number>>,
): ModalityDescription['parameters'] {
  const { gamma, ...others } = parameters;
  return {
    imbalance: strategy,
    ...(strategy === 'focal' ? { gamma } : {}),
    ...others,
    branch,
    pooling,
    ...(background ? { background } : {}),
    ...describeAuxiliary(auxiliary),
    ...encoder.describe().parameters,
    ...facts,
    backend: name,
    device,
    ...(passedOver.length === 0
      ? {}
      : { backendsPassedOver: passedOver.map((other) => `${other.name}: ${other.reason}`).join('; ') }),
  };
}

/**
 * Describes the photographs of the labelled cases, and trains the heads on them: every photograph is a sample with the
 * labels of its record. Cases without a label are not even read. Augmented views are made of training photographs only.
 *
 * @throws LacunaError INPUT_INVALID when no task has readable photographs of two classes, CANCELLED when aborted
 */
export async function trainImageModel(
  train: readonly LabelledCase[],
  validation: readonly LabelledCase[],
  context: TrainingContext,
  options: ImageTraining,
  descriptions: PhotographDescriptions,
): Promise<ImageModel> {
  const { branch, strategy, auxiliary } = options;
  const { encoder } = descriptions;
  const { signal, progress, seed } = context;
  signal?.throwIfAborted();
  const learnt = (cases: readonly LabelledCase[]): LabelledCase[] =>
    (options.background
      ? cases.map((each) => ({ ...each, labels: labelsWithBackground(each, context.tasks) }))
      : cases
    ).filter(isLabelled);
  const labelled = [learnt(train), learnt(validation)] as const;
  const total = labelled[0].length + labelled[1].length;
  let done = 0;
  const report = (): void => {
    progress('reading photographs', ++done, total);
  };
  const described =
    (views: ViewsWanted | undefined): Describe =>
    async (url) =>
      descriptions.withViews(url, views, signal);
  const examples = await examplesOf(labelled[0], described(viewsFor(auxiliary, seed)), signal, report);
  const watched = await examplesOf(labelled[1], described(undefined), signal, report);
  const tasks = learnableFrom(context.tasks, examples);
  if (tasks.length === 0) {
    throw new LacunaError(
      'INPUT_INVALID',
      `no task has readable photographs of two classes among the ${train.length} training records; ` +
        'check photographs.rewrite, or set modalities.image.enabled to false',
    );
  }
  const outputs = outputsOf(tasks, examples);
  const standardiser = fitStandardiser(examples.map(({ descriptor }) => descriptor));
  const backend = await chooseBackend();
  const training = await trainHeads(
    headsData(examples, tasks, outputs, standardiser),
    headsData(watched, tasks, outputs, standardiser),
    { ...parameters, branch, strategy, seed },
    {
      signal,
      clustering: auxiliary === undefined ? undefined : clusteringOf(examples, standardiser, auxiliary),
      onEpoch: (epoch, epochs) => {
        progress('training on photographs', epoch, epochs);
      },
    },
  );
  const { epochs, bestEpoch, validationLosses } = training;
  const facts = {
    trainingPhotographs: examples.length,
    validationPhotographs: watched.length,
    epochs,
    bestEpoch,
    ...(options.background
      ? { backgroundPhotographs: examples.filter((each) => isOfBackground(each, tasks)).length }
      : {}),
    ...(validationLosses.length === 0 ? {} : { validationLoss: Math.min(...validationLosses) }),
  };
  return {
    encoder: { name: encoder.name, version: encoder.version },
    tasks,
    standardiser,
    heads: training.heads,
    pooling: options.pooling,
    parameters: describeTraining(options, backend, encoder, facts),
  };
}
