import { cancelledOr } from '../../../config/cancelled-or.js';
import { onceItWorks } from '../../../config/once-it-works.js';
import type { ImbalanceStrategy } from '../../../learning/imbalance.js';
import type { DiskCacheOptions } from '../../../media/disk-cache.js';
import type { LabelledCase } from '../../case.js';
import { FeatureCache } from '../../feature-cache.js';
import type { Modality, TrainingContext } from '../../modality.js';
import {
  isLabelled,
  learnableFrom,
  trainFeatureHeads,
  type LabelledFeatures,
} from '../../train-feature-heads.js';
import { descriptionText, nothingToLearn, type TextLimits } from '../description.js';
import type { TextEncoder } from './text-encoder.js';
import { TextFeatures } from './text-features.js';
import { EncodedTextModality } from './trained-modality.js';

/** Settings of the text modality with a pretrained encoder, `modalities.text` in the configuration. */
export interface EncodedTextOptions extends TextLimits {
  readonly imbalance: ImbalanceStrategy;
  /** Opens what describes texts. Tried again after a failure. */
  readonly encoder: () => Promise<TextEncoder>;
  /** Passes through its network, at most, to say which words of a description decided; 0 to say nothing. */
  readonly explainingPasses: number;
  /** Where features are kept on disk; nowhere when left out. */
  readonly features?: DiskCacheOptions | undefined;
}

/** Features of the labelled cases that have a description; those that the encoder fails at are left out. */
async function samplesOf(
  cases: readonly LabelledCase[],
  limits: TextLimits,
  features: TextFeatures,
  signal: AbortSignal | undefined,
  report: () => void,
): Promise<readonly LabelledFeatures[]> {
  const perCase = cases.map(async ({ record, labels }) => {
    const text = descriptionText(record, limits);
    const descriptor = text === undefined ? undefined : await features.of(text, signal);
    report();
    signal?.throwIfAborted();
    return descriptor === undefined ? [] : [{ descriptor, labels }];
  });
  return (await Promise.all(perCase)).flat();
}

async function train(
  cases: readonly LabelledCase[],
  validation: readonly LabelledCase[],
  { tasks: wanted, seed, signal, progress, imbalance }: TrainingContext,
  options: EncodedTextOptions,
  features: TextFeatures,
): Promise<EncodedTextModality> {
  signal?.throwIfAborted();
  const { encoder } = features;
  const [labelled, watched] = [cases.filter(isLabelled), validation.filter(isLabelled)];
  let done = 0;
  const report = (): void => {
    progress('text: reading descriptions', ++done, labelled.length + watched.length);
  };
  const samples = await samplesOf(labelled, options, features, signal, report);
  const held = await samplesOf(watched, options, features, signal, report);
  const tasks = learnableFrom(wanted, samples);
  if (tasks.length === 0) throw nothingToLearn(samples.length, cases.length, options);
  const model = await trainFeatureHeads(samples, held, {
    tasks,
    branch: 0,
    strategy: imbalance ?? options.imbalance,
    seed,
    signal,
    onEpoch: (epoch, epochs) => {
      progress('text: learning', epoch, epochs);
    },
  });
  const parameters = {
    ...model.parameters,
    ...encoder.describe().parameters,
    trainingTexts: samples.length,
    validationTexts: held.length,
  };
  return new EncodedTextModality(
    { ...model, encoder: { name: encoder.name, version: encoder.version }, parameters },
    options,
    features,
    options.explainingPasses,
  );
}

/**
 * The text modality with a pretrained encoder: a network describes the record's description by numbers, and multi-task heads trained
 * in TensorFlow.js learn from these. The encoder is opened when it is first needed.
 */
export function createEncodedTextModality(options: EncodedTextOptions): Modality {
  const open = onceItWorks(async () => {
    const encoder = await options.encoder();
    return new TextFeatures(encoder, options.features && new FeatureCache(options.features, encoder));
  });
  return {
    name: 'text',
    applies: ({ record }) => descriptionText(record, options) !== undefined,
    tunedOn: async () => (await open()).encoder.tunedOn,
    async train(cases, validation, context) {
      try {
        return await train(cases, validation, context, options, await open());
      } catch (error) {
        throw cancelledOr(error, context.signal, 'reading texts');
      }
    },
    load: async (folder, tasks) =>
      EncodedTextModality.load(folder, tasks, await open(), options.explainingPasses),
  };
}
