import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { LacunaError } from '../config/errors.js';
import type { LearnableTask } from './case.js';

const mend = 'train again with `lacuna train`, or restore the folder from a backup';

/**
 * The error for a model file that is not what it should be; names the file by its place in the model's folder, says what is
 * wrong and how to mend it.
 */
export function modelInvalid(file: string, reason: string, cause?: unknown): LacunaError {
  const name = `${path.basename(path.dirname(file))}/${path.basename(file)}`;
  return new LacunaError('MODEL_INVALID', `The model file ${name} ${reason}: ${mend}.`, { cause });
}

/** Reads a file of a saved model. Throws LacunaError MODEL_INVALID naming the file when it cannot be read. */
export async function readModelBytes(folder: string, name: string): Promise<Uint8Array> {
  const file = path.join(folder, name);
  try {
    return await readFile(file);
  } catch (cause) {
    throw modelInvalid(file, 'cannot be read', cause);
  }
}

/** Reads a JSON file of a saved model and checks it. Throws LacunaError MODEL_INVALID naming the file. */
export async function readModelJson<Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const file = path.join(folder, name);
  const bytes = await readModelBytes(folder, name);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw modelInvalid(file, 'is not JSON', cause);
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw modelInvalid(file, `is damaged (${problems.slice(0, 3).join('; ')})`, checked.error);
}

/**
 * The names of the saved tasks that are wanted. Throws LacunaError MODEL_INVALID when the model was trained for other
 * classes than those wanted, for its scores would then be read as the wrong ones.
 */
export function matchTasks(
  file: string,
  saved: readonly LearnableTask[],
  wanted: readonly LearnableTask[],
): ReadonlySet<string> {
  const matching = new Set<string>();
  for (const { name, classes } of saved) {
    const want = wanted.find((task) => task.name === name);
    if (want === undefined) continue;
    if (want.classes.length !== classes.length || want.classes.some((id, index) => id !== classes[index])) {
      throw modelInvalid(
        file,
        `predicts ${name} as ${classes.join(', ')}, but the classes wanted are ${want.classes.join(', ')}`,
      );
    }
    matching.add(name);
  }
  return matching;
}
