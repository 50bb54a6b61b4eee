import { cancelledOr } from '../../config/cancelled-or.js';
import { onceItWorks } from '../../config/once-it-works.js';
import type { PhotographReader } from '../../media/photograph-reader.js';
import type { ImbalanceStrategy } from '../../learning/imbalance.js';
import type { Modality } from '../modality.js';
import type { AuxiliaryOptions } from './auxiliary.js';
import type { DiskCacheOptions } from '../../media/disk-cache.js';
import { builtInEncoder } from './encoders/built-in-encoder.js';
import type { Encoder } from './encoders/encoder.js';
import { FeatureCache } from '../feature-cache.js';
import { loadImageModel } from './model-files.js';
import { PhotographDescriptions } from './photograph-descriptions.js';
import type { Pooling } from './task-opinion.js';
import { TrainedImageModality } from './trained-image-modality.js';
import { trainImageModel } from './train-image-model.js';

/** How the image modality works. */
export interface ImageModalityOptions {
  readonly imbalance: ImbalanceStrategy;
  /** Units of the layer that each task has of its own after the joint layer; none when left out. */
  readonly branch?: number | undefined;
  /** Whether photographs of values too rare to learn are learnt as a class “background”; false when left out. */
  readonly background?: boolean | undefined;
  /** How several photographs of a record decide; the most certain one when left out. */
  readonly pooling?: Pooling | undefined;
  /** Losses of SilkNet that are added in training; none when left out. */
  readonly auxiliary?: AuxiliaryOptions | undefined;
  /** Opens what describes photographs; the built-in encoder when left out. Tried again after a failure. */
  readonly encoder?: (() => Promise<Encoder>) | undefined;
  /** Where descriptors are kept on disk; nowhere when left out. */
  readonly features?: DiskCacheOptions | undefined;
  /** Counts and lists the photographs that could not be used. */
  readonly photographs: PhotographReader;
  /** Photographs claiming more pixels are not unpacked. */
  readonly maximumPixels?: number | undefined;
  readonly maximumBytes?: number | undefined;
}

// Bytes of all descriptors in memory, and their number.
const rememberedBytes = 200_000_000;
const mostRemembered = 50_000;

async function openDescriptions(options: ImageModalityOptions): Promise<PhotographDescriptions> {
  const { photographs, features, maximumBytes = 50_000_000, maximumPixels = 100_000_000 } = options;
  const encoder = (await options.encoder?.()) ?? builtInEncoder;
  return new PhotographDescriptions(
    photographs,
    encoder,
    {
      remembered: Math.min(mostRemembered, Math.ceil(rememberedBytes / (4 * encoder.length))),
      maximumBytes,
      maximumPixels,
      failureMs: 60 * 60_000,
    },
    features && new FeatureCache(features, encoder),
  );
}

/**
 * The image modality: an encoder describes each photograph by numbers, and multi-task heads trained in TensorFlow.js learn
 * from these. One instance reads each photograph once, however often it trains and predicts. The encoder is opened when it
 * is first needed.
 */
export function createImageModality(options: ImageModalityOptions): Modality {
  const open = onceItWorks(async () => openDescriptions(options));
  return {
    name: 'image',
    applies: ({ record }) => record.images.length > 0,
    tunedOn: async () => (await open()).encoder.tunedOn,
    async train(train, validation, context) {
      try {
        const descriptions = await open();
        const model = await trainImageModel(
          train,
          validation,
          context,
          {
            branch: options.branch ?? 0,
            background: options.background ?? false,
            pooling: options.pooling ?? 'highest',
            strategy: context.imbalance ?? options.imbalance,
            auxiliary: options.auxiliary,
          },
          descriptions,
        );
        return new TrainedImageModality(model, descriptions);
      } catch (error) {
        throw cancelledOr(error, context.signal, 'reading photographs');
      }
    },
    async load(folder, tasks) {
      const descriptions = await open();
      return new TrainedImageModality(
        await loadImageModel(folder, tasks, descriptions.encoder),
        descriptions,
      );
    },
  };
}
