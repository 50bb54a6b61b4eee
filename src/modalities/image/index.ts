import type { PhotographReader } from '../../media/photograph-reader.js';
import type { ImbalanceStrategy } from '../../learning/imbalance.js';
import type { Modality } from '../modality.js';
import type { AuxiliaryOptions } from './auxiliary.js';
import { loadImageModel } from './model-files.js';
import { PhotographDescriptions } from './photograph-descriptions.js';
import type { Pooling } from './task-opinion.js';
import { cancelledOr, TrainedImageModality } from './trained-image-modality.js';
import { trainImageModel } from './train-image-model.js';

/** How the image modality works. */
export interface ImageModalityOptions {
  readonly imbalance: ImbalanceStrategy;
  /** Units of the layer that each task has of its own after the joint layer; none when left out. */
  readonly branch?: number | undefined;
  /** How several photographs of a record decide; the most certain one when left out. */
  readonly pooling?: Pooling | undefined;
  /** Losses of SilkNet that are added in training; none when left out. */
  readonly auxiliary?: AuxiliaryOptions | undefined;
  /** Counts and lists the photographs that could not be used. */
  readonly photographs: PhotographReader;
  /** Photographs claiming more pixels are not unpacked. */
  readonly maximumPixels?: number | undefined;
  readonly maximumBytes?: number | undefined;
}

/**
 * The image modality with the built-in encoder: descriptors of colour, line, texture and repeat, and multi-task heads
 * trained in TensorFlow.js. One instance reads each photograph once, however often it trains and predicts.
 */
export function createImageModality(options: ImageModalityOptions): Modality {
  const descriptions = new PhotographDescriptions(options.photographs, {
    concurrency: 4,
    remembered: 50_000,
    maximumBytes: options.maximumBytes ?? 50_000_000,
    maximumPixels: options.maximumPixels ?? 100_000_000,
    failureMs: 60 * 60_000,
  });
  return {
    name: 'image',
    applies: ({ record }) => record.images.length > 0,
    async train(train, validation, context) {
      try {
        const model = await trainImageModel(
          train,
          validation,
          context,
          {
            branch: options.branch ?? 0,
            pooling: options.pooling ?? 'highest',
            strategy: context.imbalance ?? options.imbalance,
            auxiliary: options.auxiliary,
          },
          descriptions,
        );
        return new TrainedImageModality(model, descriptions);
      } catch (error) {
        throw cancelledOr(error, context.signal);
      }
    },
    async load(folder, tasks) {
      return new TrainedImageModality(await loadImageModel(folder, tasks), descriptions);
    },
  };
}
