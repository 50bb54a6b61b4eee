import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { LacunaError } from '../../config/errors.js';
import { writing } from '../../config/writing.js';
import { splitNames, type Split } from '../../learning/splits/split.js';
import { manifestName, networkNames, tokenizerName } from '../../models/encoder-folder.js';
import { recordsName, type TunedFacts } from './tuned-facts.js';

/** A tuned network as it is to be written; checksums are added to its manifest. */
export interface WrittenEncoder<Manifest> {
  readonly manifest: Omit<Manifest, 'sha256' | 'tokenizerSha256' | 'tuned'>;
  readonly tuned: Omit<TunedFacts, 'records'>;
  /** The file of the network. */
  readonly model: Uint8Array;
  /** That of the tokenizer, where it reads texts. */
  readonly tokenizer?: Uint8Array | undefined;
  /** What each record was for, by object. */
  readonly splits: ReadonlyMap<string, Split>;
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Makes sure that nothing would be overwritten. @throws LacunaError INPUT_INVALID when the folder holds anything, or is none */
export async function checkIsFree(folder: string): Promise<void> {
  let found: string[];
  try {
    found = await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    const message = `${folder} cannot hold the encoder (${(cause as Error).message}): name another folder.`;
    throw new LacunaError('INPUT_INVALID', message, { cause });
  }
  if (found.length === 0) return;
  throw new LacunaError(
    'INPUT_INVALID',
    `${folder} is not empty, and models may depend on what is in it: name a folder that is not there yet.`,
  );
}

function splitFile(splits: ReadonlyMap<string, Split>): Uint8Array {
  const lines = splitNames.flatMap((name) =>
    [...splits]
      .filter(([, split]) => split === name)
      .map(([object]) => `${object}\t${name}`)
      .sort(),
  );
  return Buffer.from(`object\tsplit\n${lines.join('\n')}\n`);
}

async function writeSynced(file: string, bytes: Uint8Array | string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes the folder of an encoder that was tuned on the collection, whole or not at all: beside its place under another name, put
 * on disk, and renamed at the end.
 *
 * @throws LacunaError STATE_UNWRITABLE when the disk refuses it
 */
export async function writeEncoderFolder<Manifest>(
  folder: string,
  { manifest, tuned, model, tokenizer, splits }: WrittenEncoder<Manifest>,
): Promise<Manifest> {
  const records = splitFile(splits);
  const whole = {
    ...manifest,
    sha256: digest(model),
    ...(tokenizer === undefined ? {} : { tokenizerSha256: digest(tokenizer) }),
    tuned: { ...tuned, records: digest(records) },
  };
  const files = [
    [networkNames.fp32, model],
    ...(tokenizer === undefined ? [] : [[tokenizerName, tokenizer] as const]),
    [recordsName, records],
    [manifestName, `${JSON.stringify(whole, undefined, 2)}\n`],
  ] as const;
  const partial = `${folder}.${randomBytes(4).toString('hex')}.partial`;
  await writing(folder, async () => {
    try {
      await mkdir(partial, { recursive: true });
      for (const [name, content] of files) await writeSynced(path.join(partial, name), content);
      await rename(partial, folder);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw error;
    }
  });
  return whole as Manifest;
}
