import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { LacunaError } from '../config/errors.js';
import { outputLength } from '../learning/heads.js';
import { readSafetensors, writeSafetensors, type Tensor } from '../models/safetensors.js';
import type { LearnableTask } from './case.js';
import type { EncoderIdentity, FeatureModel } from './feature-model.js';
import { matchTasks, modelInvalid, readModelBytes, readModelJson } from './model-file.js';

/** The files of one modality's models: `<name>.json` and `<name>.safetensors`. */
export interface FeatureModelFiles<Settings> {
  readonly name: 'image' | 'text';
  /** What its encoder describes, in words. */
  readonly described: string;
  /** What a model of it is beside its heads. */
  readonly settings: z.ZodType<Settings>;
}

const modelSchema = z.strictObject({
  format: z.literal(4),
  encoder: z.strictObject({ name: z.string(), version: z.string() }),
  hidden: z.int().positive(),
  branch: z.int().min(0),
  settings: z.unknown(),
  /** Names of the tasks that have a background behind their classes. */
  background: z.array(z.string()),
  tasks: z.array(z.strictObject({ name: z.string(), classes: z.array(z.string()).min(2) })).min(1),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** Writes tasks and settings as JSON and the weights as safetensors into an existing folder. */
export async function saveFeatureModel<Settings>(
  folder: string,
  { name }: FeatureModelFiles<Settings>,
  { encoder, tasks, standardiser, heads, parameters }: FeatureModel,
  settings: Settings,
): Promise<void> {
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
    format: 4,
    encoder: { name: encoder.name, version: encoder.version },
    hidden: heads.hidden,
    branch: heads.branch,
    settings,
    background: tasks.flatMap((task, index) =>
      heads.classes[index] === task.classes.length ? [] : [task.name],
    ),
    tasks: tasks.map((task) => ({ name: task.name, classes: [...task.classes] })),
    parameters,
  };
  await writeFile(path.join(folder, `${name}.json`), `${JSON.stringify(document, undefined, 2)}\n`);
  await writeFile(path.join(folder, `${name}.safetensors`), writeSafetensors(tensors));
}

function checkTasks(file: string, saved: readonly LearnableTask[], wanted: readonly LearnableTask[]): void {
  const matching = matchTasks(file, saved, wanted);
  const unwanted = saved.find(({ name }) => !matching.has(name));
  if (unwanted !== undefined)
    throw modelInvalid(file, `was trained for the task "${unwanted.name}", which is not asked for`);
}

/** Where the file lies in the folder of models: visitors are told of it, whom the rest of the path does not concern. */
function placeInModels(folder: string, name: string): string {
  const absolute = path.resolve(folder);
  return [path.basename(path.dirname(absolute)), path.basename(absolute), name].join('/');
}

function checkEncoder<Settings>(
  folder: string,
  { name, described }: FeatureModelFiles<Settings>,
  trained: EncoderIdentity,
  configured: EncoderIdentity,
): void {
  if (trained.version === configured.version) return;
  const named = ({ name: called, version }: EncoderIdentity): string => `"${called}" (version ${version})`;
  const message =
    `${placeInModels(folder, `${name}.json`)} was trained on what the encoder ${named(trained)} makes of ${described}, and modalities.${name}.encoder ` +
    `is ${named(configured)}. Train again with \`lacuna train\`, or configure the encoder it was trained with.`;
  throw new LacunaError('MODEL_INVALID', message);
}

/**
 * Reads what `saveFeatureModel` wrote.
 *
 * @param encoder the configured one, with the numbers it gives
 * @throws LacunaError MODEL_INVALID naming the file, also when the model was trained with another encoder
 */
export async function loadFeatureModel<Settings>(
  folder: string,
  files: FeatureModelFiles<Settings>,
  tasks: readonly LearnableTask[],
  encoder: EncoderIdentity & { readonly length: number },
): Promise<{ readonly model: FeatureModel; readonly settings: Settings }> {
  const name = `${files.name}.json`;
  const document = await readModelJson(folder, name, modelSchema);
  const settings = files.settings.safeParse(document.settings);
  if (!settings.success) throw modelInvalid(path.join(folder, name), 'is damaged (settings)', settings.error);
  checkEncoder(folder, files, document.encoder, encoder);
  checkTasks(path.join(folder, name), document.tasks, tasks);

  const tensorFile = path.join(folder, `${files.name}.safetensors`);
  const { tensors } = readSafetensors(await readModelBytes(folder, path.basename(tensorFile)), tensorFile);
  const tensor = (key: string, shape: readonly number[]): Float32Array => {
    const found = tensors.get(key);
    if (found === undefined) throw modelInvalid(tensorFile, `has no tensor "${key}"`);
    const { data } = found;
    if (!(data instanceof Float32Array) || found.shape.join() !== shape.join())
      throw modelInvalid(
        tensorFile,
        `has a tensor "${key}" that is not float32 of shape [${shape.join(', ')}]`,
      );
    if (!data.every(Number.isFinite))
      throw modelInvalid(tensorFile, `has a tensor "${key}" with values that are no numbers`);
    return data;
  };
  const { hidden, branch } = document;
  const branches = document.tasks.length * branch;
  const classes = document.tasks.map(
    (task) => task.classes.length + (document.background.includes(task.name) ? 1 : 0),
  );
  const outputs = outputLength(classes);
  const model = {
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
    parameters: document.parameters,
  };
  return { model, settings: settings.data };
}
