import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { LacunaError } from '../../config/errors.js';
import type { Split } from './split.js';

const spellings: Readonly<Record<string, Split>> = {
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
    const split = spellings[name.toLowerCase()];
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
