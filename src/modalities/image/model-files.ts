import { z } from 'zod';
import type { LearnableTask } from '../case.js';
import { loadFeatureModel, saveFeatureModel, type FeatureModelFiles } from '../feature-model-files.js';
import type { Encoder } from './encoders/encoder.js';
import type { ImageModel } from './image-model.js';
import { poolings } from './task-opinion.js';

const files: FeatureModelFiles<Pick<ImageModel, 'pooling'>> = {
  name: 'image',
  described: 'photographs',
  settings: z.strictObject({ pooling: z.enum(poolings) }),
};

/** Writes `image.json` (tasks, parameters) and `image.safetensors` (weights) into an existing folder. */
export async function saveImageModel(folder: string, { pooling, ...model }: ImageModel): Promise<void> {
  await saveFeatureModel(folder, files, model, { pooling });
}

/**
 * Reads what `saveImageModel` wrote. Throws LacunaError MODEL_INVALID naming the file, also when the model was trained with
 * another encoder than the one that is to describe its photographs.
 */
export async function loadImageModel(
  folder: string,
  tasks: readonly LearnableTask[],
  encoder: Encoder,
): Promise<ImageModel> {
  const { model, settings } = await loadFeatureModel(folder, files, tasks, encoder);
  return { ...model, ...settings };
}
