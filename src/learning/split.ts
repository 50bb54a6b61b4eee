import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { LacunaError } from '../config/errors.js';

/** What a record is for: fitting, choosing and calibrating, or measuring. */
export type Split = 'train' | 'validation' | 'test';

/** Shares of the three splits; they need not sum to 1, only their proportions count. */
export interface SplitRatios {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** A number in [0, 1) that depends on the seed and the id alone. */
function position(id: string, seed: number): number {
  return createHash('sha256').update(`${seed}\n${id}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

/**
 * A random split that stays put: a record's split depends on its id, the seed and the ratios alone, so records that
 * come or go later never move the others between training and test.
 *
 * Throws LacunaError CONFIG_INVALID when a ratio is negative or all are zero.
 */
export function assignSplits(ids: readonly string[], ratios: SplitRatios, seed: number): Map<string, Split> {
  const { train, validation, test } = ratios;
  const total = train + validation + test;
  if (!(train >= 0 && validation >= 0 && test >= 0 && total > 0 && total < Infinity)) {
    throw new LacunaError(
      'CONFIG_INVALID',
      `split: the ratios ${train}/${validation}/${test} must not be negative, and one must be above 0`,
    );
  }
  return new Map(
    ids.map((id) => {
      const at = position(id, seed) * total;
      return [id, at < train ? 'train' : at < train + validation ? 'validation' : 'test'];
    }),
  );
}

const splitNames: Readonly<Record<string, Split>> = {
  train: 'train',
  val: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
};

/**
 * Reads a split from a tab-separated file, gzipped or not: object IRI, then train, val (validation, dev) or test; a
 * first line whose second column is `split` is a heading.
 *
 * Throws LacunaError INPUT_INVALID, listing every faulty line, or when the file cannot be read.
 */
export async function readSplitFile(path: string): Promise<Map<string, Split>> {
  let text: string;
  try {
    const bytes = await readFile(path);
    text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw new LacunaError(
      'INPUT_INVALID',
      `${path}: the split file cannot be read (${(cause as Error).message})`,
      {
        cause,
      },
    );
  }
  const splits = new Map<string, Split>();
  const problems: string[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line === '') continue;
    const [id = '', name = ''] = line.split('\t').map((field) => field.trim());
    if (index === 0 && name.toLowerCase() === 'split') continue;
    const split = splitNames[name.toLowerCase()];
    const earlier = splits.get(id);
    if (id === '') problems.push(`line ${index + 1}: the first column, the object's IRI, is empty`);
    else if (split === undefined) problems.push(`line ${index + 1}: "${name}" is not train, val or test`);
    else if (earlier !== undefined && earlier !== split) {
      problems.push(`line ${index + 1}: ${id} is in ${split}, but an earlier line put it in ${earlier}`);
    } else splits.set(id, split);
  }
  if (problems.length > 0) {
    const shown = problems.slice(0, 5).join('; ');
    const rest = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
    throw new LacunaError('INPUT_INVALID', `${path}: ${shown}${rest}`, { problems });
  }
  return splits;
}
