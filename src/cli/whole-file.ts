import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { LacunaError } from '../config/errors.js';
import { unwritable } from '../config/writing.js';

// Errors that say the name is wrong, not the disk.
const misnamed = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);

/** What is at a path, links followed; undefined when nothing is. */
async function target(file: string): Promise<{ real: string; isPlain: boolean } | undefined> {
  try {
    const real = await realpath(file);
    return { real, isPlain: (await stat(real)).isFile() };
  } catch {
    return undefined;
  }
}

/**
 * Writes a file whole or not at all: beside its place under another name, put on disk, and renamed at the end, so that a file
 * that was there stays until its successor is complete. What is no plain file, such as /dev/null, is written directly. A name
 * that ends in .gz compresses. Reads `text` no faster than the disk takes it.
 *
 * @throws LacunaError INPUT_INVALID when there can be no such file, STATE_UNWRITABLE when the disk refuses it; whatever `text` throws.
 */
export async function writeFileWhole(file: string, text: AsyncIterable<string | Uint8Array>): Promise<void> {
  const known = await target(file);
  const place = known?.real ?? path.resolve(file);
  const isDirect = known !== undefined && !known.isPlain;
  const partial = isDirect ? place : `${place}.${randomBytes(4).toString('hex')}.partial`;
  const stages = file.endsWith('.gz') ? [createGzip()] : [];
  try {
    // A device takes no fsync.
    const sink = createWriteStream(partial, isDirect ? {} : { flush: true });
    await pipeline([Readable.from(text), ...stages, sink]);
    if (!isDirect) await rename(partial, place);
  } catch (cause) {
    if (!isDirect) await rm(partial, { force: true });
    const { code = '', message } = cause as NodeJS.ErrnoException;
    if (!misnamed.has(code)) throw unwritable(file, cause);
    throw new LacunaError('INPUT_INVALID', `${file} cannot be written: ${message}. Name another file.`, {
      cause,
    });
  }
}

/** Writes to standard output, no faster than it is read; a reader that has seen enough (head, less) is no failure. */
export async function writeStandardOutput(text: AsyncIterable<string>, stdout: Writable): Promise<void> {
  try {
    await pipeline(Readable.from(text), stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw unwritable('standard output', error);
  }
}
