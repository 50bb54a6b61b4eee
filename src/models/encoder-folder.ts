import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { isLacunaError, LacunaError } from '../config/errors.js';

/** The file that describes an encoder. */
export const manifestName = 'encoder.json';

/** The tokenizer of an encoder of texts. */
export const tokenizerName = 'tokenizer.json';

/** A text that says something. */
export const word = z.string().min(1, 'is empty');

/** SHA-256 of a file, in hexadecimal. */
export const sha256 = z.string().regex(/^[\da-f]{64}$/, 'should be 64 hexadecimal digits in lower case');

/** The file of a network by the numbers it counts with, as Hugging Face's folders for ONNX Runtime name both. */
export const networkNames = { fp32: 'model.onnx', int8: 'model_int8.onnx' } as const;

/** The numbers a network counts with: `int8` is a quantised network beside the other. */
export type Precision = keyof typeof networkNames;

/** Keys that the manifest of every encoder has; docs/encoders.md explains them. */
export const manifestKeys = {
  /** What people call it. */
  name: word,
  /** Licence of the weights, e.g. an SPDX identifier. */
  licence: word,
  /** Where the weights are from. */
  source: word.optional(),
  /** SHA-256 of the network, and of the quantised one. */
  sha256: sha256.optional(),
  int8Sha256: sha256.optional(),
  /** Name of the output that is wanted. */
  output: word,
  /** Numbers per photograph or text. */
  length: z.int().min(1).max(65_536),
};

/** SHA-256 of the network of a precision; undefined where the manifest does not know it. */
export function networkDigest(
  manifest: { readonly sha256?: string | undefined; readonly int8Sha256?: string | undefined },
  precision: Precision,
): string | undefined {
  return precision === 'int8' ? manifest.int8Sha256 : manifest.sha256;
}

/** What the folder of one kind of encoder holds. */
export interface FolderKind<Manifest> {
  /** Key of the configuration that names it, e.g. `modalities.image.encoder`. */
  readonly key: string;
  readonly schema: z.ZodType<Manifest>;
  /** What belongs there, in words: `two files into that folder: …`. */
  readonly contents: string;
  /** Files beside the manifest, by name, and what they are vouched for with; undefined where the manifest fails to. */
  readonly files: (manifest: Manifest) => Readonly<Record<string, string | undefined>>;
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function cannotRead<Manifest>(
  { key, contents }: FolderKind<Manifest>,
  folder: string,
  name: string,
  cause: unknown,
): LacunaError {
  const file = path.join(folder, name);
  const message = isMissing(cause)
    ? `${key}.folder names ${folder}, and ${file} is not there. Put ${contents}; docs/encoders.md shows how they are made. ` +
      `Or set ${key} to built-in.`
    : `${file} (${key}.folder) cannot be read: ${(cause as Error).message}. Let the user that runs Lacuna read it.`;
  return new LacunaError('CONFIG_INVALID', message, { cause });
}

async function readManifest<Manifest>(kind: FolderKind<Manifest>, folder: string): Promise<Manifest> {
  const file = path.join(folder, manifestName);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw cannotRead(kind, folder, manifestName, error);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LacunaError('CONFIG_INVALID', `${file} is not JSON: ${(cause as Error).message}.`, { cause });
  }
  const checked = kind.schema.safeParse(value);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path: at, message }) => {
    const field = at.map(String).join('.');
    return field === '' ? message : `${field}: ${message}`;
  });
  throw new LacunaError('CONFIG_INVALID', `${file} does not describe an encoder; correct these keys:`, {
    problems,
  });
}

async function digestOf<Manifest>(
  kind: FolderKind<Manifest>,
  folder: string,
  name: string,
): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path.join(folder, name)), hash);
  } catch (error) {
    throw cannotRead(kind, folder, name, error);
  }
  return hash.digest('hex');
}

async function checkFile<Manifest>(
  kind: FolderKind<Manifest>,
  folder: string,
  name: string,
  wanted: string | undefined,
): Promise<void> {
  const digest = await digestOf(kind, folder, name);
  if (digest === wanted) return;
  const file = path.join(folder, name);
  const message =
    wanted === undefined
      ? `${path.join(folder, manifestName)} says nothing of ${name}: its SHA-256 is ${digest}. If you trust it, write that down there.`
      : `${file} is not the file that ${manifestName} beside it describes: its SHA-256 is ${digest}, the manifest says ` +
        `${wanted}. Copy the file again, or, if you trust it, correct the SHA-256 in ${manifestName}.`;
  throw new LacunaError('CONFIG_INVALID', message);
}

/**
 * Reads the folder of a pretrained encoder: `encoder.json`, and every other file against its checksum.
 *
 * @throws LacunaError CONFIG_INVALID naming the files, all problems at once, and what to put where
 */
export async function readEncoderFolder<Manifest>(
  kind: FolderKind<Manifest>,
  folder: string,
): Promise<Manifest> {
  const manifest = await readManifest(kind, folder);
  const checks = await Promise.allSettled(
    Object.entries(kind.files(manifest)).map(([name, wanted]) => checkFile(kind, folder, name, wanted)),
  );
  const errors = checks.flatMap((check) => (check.status === 'rejected' ? [check.reason as Error] : []));
  const problems = errors.flatMap((error) => (isLacunaError(error) ? [error.message] : []));
  if (problems.length > 1) {
    const message = `The encoder in ${folder} (${kind.key}.folder) cannot be used:`;
    throw new LacunaError('CONFIG_INVALID', message, { problems });
  }
  if (errors[0] !== undefined) throw errors[0];
  return manifest;
}
