import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { LacunaError } from '../../config/errors.js';
import { outputLength } from '../../learning/heads.js';
import { readSafetensors, writeSafetensors, type Tensor } from '../../models/safetensors.js';
import type { LearnableTask } from '../case.js';
import type { Encoder } from './encoders/encoder.js';
import type { ImageModel } from './image-model.js';
import { poolings } from './task-opinion.js';

const modelFile = 'image.json';
const tensorFile = 'image.safetensors';

const modelSchema = z.strictObject({
  format: z.literal(3),
  encoder: z.strictObject({ name: z.string(), version: z.string() }),
  hidden: z.int().positive(),
  branch: z.int().min(0),
  pooling: z.enum(poolings),
  /** Names of the tasks that have a background behind their classes. */
  background: z.array(z.string()).default([]),
  tasks: z.array(z.strictObject({ name: z.string(), classes: z.array(z.string()).min(2) })).min(1),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

function invalid(file: string, why: string, cause?: unknown): LacunaError {
  const message = `${file} is not a sound image model: ${why}. Train the model again or restore the file from a backup.`;
  return new LacunaError('MODEL_INVALID', message, { cause });
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw invalid(file, `it cannot be read (${(error as Error).message})`, error);
  }
}

/** Writes `image.json` (tasks, parameters) and `image.safetensors` (weights) into an existing folder. */
export async function saveImageModel(folder: string, model: ImageModel): Promise<void> {
  const { encoder, tasks, standardiser, heads, pooling, parameters } = model;
  const branches = tasks.length * heads.branch;
  const outputs = outputLength(heads.classes);
  const tensors = new Map<string, Tensor>([
    ['feature.mean', { shape: [heads.width], data: standardiser.mean }],
    ['feature.deviation', { shape: [heads.width], data: standardiser.deviation }],
    ['hidden.weight', { shape: [heads.width, heads.hidden], data: heads.hiddenWeights }],
    ['hidden.bias', { shape: [heads.hidden], data: heads.hiddenBias }],
    ...(heads.branch === 0
      ? []
      : ([
          ['branch.weight', { shape: [heads.hidden, branches], data: heads.branchWeights }],
          ['branch.bias', { shape: [branches], data: heads.branchBias }],
        ] as const)),
    ['output.weight', { shape: [heads.branch || heads.hidden, outputs], data: heads.outputWeights }],
    ['output.bias', { shape: [outputs], data: heads.outputBias }],
  ]);
  const document: z.infer<typeof modelSchema> = {
    format: 3,
    encoder,
    hidden: heads.hidden,
    branch: heads.branch,
    pooling,
    background: tasks.flatMap(({ name, classes }, task) =>
      heads.classes[task] === classes.length ? [] : [name],
    ),
    tasks: tasks.map(({ name, classes }) => ({ name, classes: [...classes] })),
    parameters,
  };
  await writeFile(path.join(folder, modelFile), `${JSON.stringify(document, undefined, 2)}\n`);
  await writeFile(path.join(folder, tensorFile), writeSafetensors(tensors));
}

function checkTasks(file: string, saved: readonly LearnableTask[], wanted: readonly LearnableTask[]): void {
  for (const { name, classes } of saved) {
    const task = wanted.find((candidate) => candidate.name === name);
    if (task === undefined)
      throw invalid(file, `it was trained for the task "${name}", which is not asked for`);
    if (classes.join('\n') !== task.classes.join('\n')) {
      throw invalid(
        file,
        `its classes of "${name}" are ${classes.join(', ')}, those asked for ${task.classes.join(', ')}`,
      );
    }
  }
}

async function readDocument(file: string): Promise<z.infer<typeof modelSchema>> {
  const text = Buffer.from(await bytesOf(file)).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalid(file, `it is not JSON (${(error as Error).message})`, error);
  }
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) throw invalid(file, z.prettifyError(parsed.error).replaceAll('\n', ' '), parsed.error);
  return parsed.data;
}

/** Where the file lies in the folder of models: visitors are told of it, whom the rest of the path does not concern. */
function placeInModels(folder: string): string {
  const absolute = path.resolve(folder);
  return [path.basename(path.dirname(absolute)), path.basename(absolute), modelFile].join('/');
}

function checkEncoder(file: string, trained: ImageModel['encoder'], configured: Encoder): void {
  if (trained.version === configured.version) return;
  const named = ({ name, version }: ImageModel['encoder']): string => `"${name}" (version ${version})`;
  const message =
    `${file} was trained on what the encoder ${named(trained)} makes of photographs, and modalities.image.encoder is ` +
    `${named(configured)}. Train again with \`lacuna train\`, or configure the encoder it was trained with.`;
  throw new LacunaError('MODEL_INVALID', message);
}

async function readTensors(file: string): Promise<(name: string, shape: readonly number[]) => Float32Array> {
  const { tensors } = readSafetensors(await bytesOf(file), file);
  return (name, shape) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw invalid(file, `the tensor "${name}" is missing`);
    const { data } = tensor;
    if (!(data instanceof Float32Array) || tensor.shape.join() !== shape.join()) {
      throw invalid(file, `the tensor "${name}" is not float32 of shape [${shape.join(', ')}]`);
    }
    if (!data.every(Number.isFinite))
      throw invalid(file, `the tensor "${name}" holds values that are no numbers`);
    return data;
  };
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
  const document = await readDocument(path.join(folder, modelFile));
  checkEncoder(placeInModels(folder), document.encoder, encoder);
  checkTasks(path.join(folder, modelFile), document.tasks, tasks);
  const tensor = await readTensors(path.join(folder, tensorFile));
  const { hidden, branch } = document;
  const branches = document.tasks.length * branch;
  const classes = document.tasks.map(
    ({ name, classes: { length } }) => length + (document.background.includes(name) ? 1 : 0),
  );
  const outputs = outputLength(classes);
  return {
    encoder: document.encoder,
    tasks: document.tasks,
    standardiser: {
      mean: tensor('feature.mean', [encoder.length]),
      deviation: tensor('feature.deviation', [encoder.length]),
    },
    heads: {
      width: encoder.length,
      hidden,
      branch,
      classes,
      hiddenWeights: tensor('hidden.weight', [encoder.length, hidden]),
      hiddenBias: tensor('hidden.bias', [hidden]),
      branchWeights: branch === 0 ? new Float32Array() : tensor('branch.weight', [hidden, branches]),
      branchBias: branch === 0 ? new Float32Array() : tensor('branch.bias', [branches]),
      outputWeights: tensor('output.weight', [branch || hidden, outputs]),
      outputBias: tensor('output.bias', [outputs]),
    },
    pooling: document.pooling,
    parameters: document.parameters,
  };
}
