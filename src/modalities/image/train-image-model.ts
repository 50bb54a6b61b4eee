import { LacunaError } from '../../config/errors.js';
import type { ImbalanceStrategy } from '../../learning/imbalance.js';
import type { LabelledCase, LearnableTask } from '../case.js';
import type { TrainingContext } from '../modality.js';
import {
  isLabelled,
  learnableFrom,
  trainFeatureHeads,
  type LabelledFeatures,
} from '../train-feature-heads.js';
import { labelsWithBackground } from './background.js';
import { clusteringOf, describeAuxiliary, viewsFor, type AuxiliaryOptions } from './auxiliary.js';
import type { ViewsWanted } from './augmentation.js';
import type { ImageModel } from './image-model.js';
import { nothingToSee } from './nothing-to-see.js';
import type { Described, PhotographDescriptions } from './photograph-descriptions.js';
import type { Pooling } from './task-opinion.js';
import { photographsPerRecord } from './trained-image-modality.js';

/** A readable photograph and the labels of its record. */
interface Example extends Described, LabelledFeatures {}

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

/** Whether an example is background of any task. */
function isOfBackground({ labels }: Example, tasks: readonly LearnableTask[]): boolean {
  return tasks.some(({ name, classes }) => labels[name] === classes.length);
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
      `${nothingToSee(train.length)}, or set modalities.image.enabled to false`,
    );
  }
  const model = await trainFeatureHeads(examples, watched, {
    tasks,
    branch,
    strategy,
    seed,
    signal,
    onEpoch: (epoch, epochs) => {
      progress('training on photographs', epoch, epochs);
    },
    clustering: auxiliary && ((standardiser) => clusteringOf(examples, standardiser, auxiliary)),
  });
  return {
    ...model,
    encoder: { name: encoder.name, version: encoder.version },
    pooling: options.pooling,
    parameters: {
      ...model.parameters,
      pooling: options.pooling,
      ...(options.background ? { background: true } : {}),
      ...describeAuxiliary(auxiliary),
      ...encoder.describe().parameters,
      trainingPhotographs: examples.length,
      validationPhotographs: watched.length,
      ...(options.background
        ? { backgroundPhotographs: examples.filter((each) => isOfBackground(each, tasks)).length }
        : {}),
    },
  };
}
