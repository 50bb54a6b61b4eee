import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { LacunaError } from '../../../config/errors.js';
import { poolings } from '../../../models/onnx/pooling.js';

const manifestName = 'encoder.json';
const modelName = 'model.onnx';

const word = z.string().min(1, 'is empty');
const threeNumbers = z.tuple([z.number(), z.number(), z.number()]);

/** Schema of `encoder.json`; docs/encoders.md explains its keys. */
const manifestSchema = z.strictObject({
  /** What people call it. */
  name: word,
  /** Licence of the weights, e.g. an SPDX identifier. */
  licence: word,
  /** Where the weights are from. */
  source: word.optional(),
  /** SHA-256 of model.onnx, in hexadecimal. */
  sha256: z.string().regex(/^[\da-f]{64}$/, 'should be 64 hexadecimal digits in lower case'),
  /** Side of the square input, pixels. */
  size: z.int().min(8).max(2048),
  /** Share of the side that is kept, around the middle. */
  crop: z.number().min(0.1).max(1).default(1),
  /** Whether what does not fit the square is cropped, or squashed into it. */
  resize: z.enum(['crop', 'squash']).default('crop'),
  interpolation: z.enum(['bilinear', 'bicubic', 'lanczos']).default('bicubic'),
  /** Mean and standard deviation of red, green and blue in [0, 1]. */
  mean: threeNumbers,
  std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
  input: word,
  output: word,
  /** Features per photograph. */
  length: z.int().min(1).max(65_536),
  pooling: z.enum(poolings).default('none'),
});

/** What `encoder.json` says. */
export type EncoderManifest = z.output<typeof manifestSchema>;

/** A folder whose files belong together. */
export interface EncoderFolder {
  readonly manifest: EncoderManifest;
  /** Absolute path of the network. */
  readonly model: string;
}

const key = 'modalities.image.encoder.folder';

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function missing(folder: string, name: string, cause: unknown): LacunaError {
  const message =
    `${key} names ${folder}, and ${path.join(folder, name)} is not there. Put two files into that folder: ${modelName}, ` +
    `the network with its weights, and ${manifestName}, which describes it (name, licence, sha256, size, mean, std, input, ` +
    `output, length); docs/encoders.md shows how both are made. Or set modalities.image.encoder to built-in.`;
  return new LacunaError('CONFIG_INVALID', message, { cause });
}

function unreadable(file: string, cause: unknown): LacunaError {
  const message = `${file} (${key}) cannot be read: ${(cause as Error).message}. Let the user that runs Lacuna read it.`;
  return new LacunaError('CONFIG_INVALID', message, { cause });
}

async function readManifest(folder: string): Promise<EncoderManifest> {
  const file = path.join(folder, manifestName);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw isMissing(error) ? missing(folder, manifestName, error) : unreadable(file, error);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LacunaError('CONFIG_INVALID', `${file} is not JSON: ${(cause as Error).message}.`, { cause });
  }
  const checked = manifestSchema.safeParse(value);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path: at, message }) => {
    const field = at.map(String).join('.');
    return field === '' ? message : `${field}: ${message}`;
  });
  throw new LacunaError('CONFIG_INVALID', `${file} does not describe an encoder; correct these keys:`, {
    problems,
  });
}

async function digestOf(folder: string): Promise<string> {
  const file = path.join(folder, modelName);
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    throw isMissing(error) ? missing(folder, modelName, error) : unreadable(file, error);
  }
  return hash.digest('hex');
}

/**
 * Reads and checks the folder of a pretrained encoder: `encoder.json`, and `model.onnx` against its checksum.
 *
 * @throws LacunaError CONFIG_INVALID naming the file, all problems of the manifest at once, and what to put where
 */
export async function readEncoderFolder(folder: string): Promise<EncoderFolder> {
  const manifest = await readManifest(folder);
  const digest = await digestOf(folder);
  if (digest !== manifest.sha256) {
    const message =
      `${path.join(folder, modelName)} is not the file that ${manifestName} beside it describes: its SHA-256 is ${digest}, ` +
      `the manifest says ${manifest.sha256}. Copy the network again, or, if you trust it, correct sha256 in ${manifestName}.`;
    throw new LacunaError('CONFIG_INVALID', message);
  }
  return { manifest, model: path.join(folder, modelName) };
}
