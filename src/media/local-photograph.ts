import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { failure, type PhotographFailure } from './photograph-outcome.js';

/** An address that starts with `from` is looked up under the folder `to` (absolute). */
export interface Rewrite {
  readonly from: string;
  readonly to: string;
}

/** Files that may hold the photograph, in the order to try, and the folder none of them may leave. */
export interface LocalPlace {
  readonly folder: string;
  readonly candidates: readonly string[];
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return (
    relative !== '' &&
    relative !== '..' &&
    !relative.startsWith(`..${path.sep}`) &&
    !path.isAbsolute(relative)
  );
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * Where an address lies on disk according to the rewrites; the longest matching `from` wins.
 *
 * Copies of museum sites keep file names either decoded or as they stood in the address, so both are tried.
 *
 * @returns undefined when no rewrite matches; a failure `bad-address` when the address climbs out of the folder
 */
export function rewrittenPlace(
  url: string,
  rewrites: readonly Rewrite[],
): LocalPlace | PhotographFailure | undefined {
  const matching = rewrites.filter((rewrite) => url.startsWith(rewrite.from));
  const rewrite = matching.sort((a, b) => b.from.length - a.from.length)[0];
  if (rewrite === undefined) return undefined;
  const rest = url.slice(rewrite.from.length);
  const names = [rest.split(/[?#]/, 1)[0] ?? '', rest];
  const spellings = new Set(
    names.flatMap((name) => [decoded(name), name]).filter((name) => name !== undefined),
  );
  const candidates = [...spellings].map((name) => path.resolve(rewrite.to, `./${name}`));
  const escapes =
    [...spellings].some((name) => name.includes('\0')) ||
    !candidates.every((file) => isInside(rewrite.to, file));
  if (escapes) return failure('bad-address', `${url} leads outside the folder it is rewritten to`);
  return { folder: rewrite.to, candidates };
}

/**
 * Where a `file:` address lies, if one of the allowed folders holds it.
 *
 * @returns a failure `bad-address` when it lies elsewhere or is malformed
 */
export function allowedPlace(url: string, folders: readonly string[]): LocalPlace | PhotographFailure {
  let file: string;
  try {
    file = path.resolve(fileURLToPath(url));
  } catch (error) {
    return failure('bad-address', `${url} is no file address: ${(error as Error).message}`);
  }
  const folder = folders.find((candidate) => isInside(candidate, file));
  if (folder === undefined || file.includes('\0')) {
    return failure('bad-address', `${url} lies in none of the folders photographs may be read from`);
  }
  return { folder, candidates: [file] };
}

async function readOne(
  file: string,
  folder: string,
  maximumBytes: number,
): Promise<Uint8Array | PhotographFailure> {
  // Named by its place in the folder: what went wrong is shown over HTTP too, where the folder lies is not.
  const name = path.relative(folder, file);
  // A symbolic link inside the folder may lead out of it, so the real path is what counts.
  const real = await realpath(file);
  if (!isInside(await realpath(folder), real))
    return failure('bad-address', `${name} is a link that leaves its folder`);
  const status = await stat(real);
  if (!status.isFile()) return failure('not-found', `${name} is not a file`);
  if (status.size > maximumBytes)
    return failure('too-large', `${name} has ${status.size} bytes, more than ${maximumBytes}`);
  return readFile(real);
}

/**
 * Reads the first candidate that exists.
 *
 * @returns its bytes, or why not: `not-found`, `too-large`, `bad-address` (a link out of the folder), `refused` (no right to read)
 */
export async function readLocalPhotograph(
  place: LocalPlace,
  maximumBytes: number,
): Promise<Uint8Array | PhotographFailure> {
  for (const file of place.candidates) {
    try {
      return await readOne(file, place.folder, maximumBytes);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ENAMETOOLONG')
        return failure(
          'refused',
          `${path.relative(place.folder, file)} cannot be read (${code ?? 'unknown error'})`,
        );
    }
  }
  const [first = place.folder] = place.candidates;
  return failure('not-found', `there is no file ${path.relative(place.folder, first)} in the local copy`);
}
