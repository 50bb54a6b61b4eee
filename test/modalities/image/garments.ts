import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { packageRoot } from '../../../src/config/package-root.js';
import { indexOfLargest } from '../../../src/learning/index-of-largest.js';
import {
  classificationMetrics,
  type ClassificationMetrics,
} from '../../../src/learning/metrics/classification.js';
import { seededRandom, shuffled } from '../../../src/learning/random.js';
import { DisjointSets } from '../../../src/learning/splits/disjoint-sets.js';

/** A real photograph of a garment: the file below `images/`, and the word its owners have for it. */
export interface Garment {
  readonly file: string;
  readonly word: string;
}

/** What was written for a training. */
export interface WrittenGarments {
  /** `train`, `val` or `test`, for each garment. */
  readonly parts: readonly string[];
  /** Pairs of photographs that show the same thing, kept in one part. */
  readonly alike: number;
}

// Hash of 16 × 16 bits. Pairs that differ in fewer are one photograph or of one series; others differ in 128, give or take.
const hashSide = 16;
const alikeBits = 50;
const shares = [
  ['train', 0.6],
  ['val', 0.8],
  ['test', 1],
] as const;

/** The garments of `labels.tsv`, in its order. */
export async function readGarments(images: string): Promise<readonly Garment[]> {
  const table = await readFile(path.join(images, 'labels.tsv'), 'utf8');
  return table.split('\n').flatMap((line) => {
    const [file = '', name = ''] = line.split('\t');
    return name.startsWith('garment:') ? [{ file, word: name.slice('garment:'.length) }] : [];
  });
}

/** Whether each pixel is darker than the one to its right, of the photograph in grey and small (difference hash). */
async function hashOf(file: string): Promise<Uint32Array> {
  const size = { width: hashSide + 1, height: hashSide, fit: 'fill' as const };
  const grey = await sharp(file).greyscale().resize(size).raw().toBuffer();
  const bits = new Uint32Array(hashSide ** 2 / 32);
  for (let bit = 0; bit < hashSide ** 2; bit++) {
    const at = Math.floor(bit / hashSide) * (hashSide + 1) + (bit % hashSide);
    if (grey[at]! < grey[at + 1]!) bits[bit >> 5]! |= 1 << (bit & 31);
  }
  return bits;
}

function bitsSet(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count++;
  return count;
}

function difference(a: Uint32Array, b: Uint32Array): number {
  return a.reduce((sum, word, index) => sum + bitsSet(word ^ b[index]!), 0);
}

/** Pairs of photographs, by their position, that are one photograph or nearly so. */
export async function alikePairs(files: readonly string[]): Promise<(readonly [number, number])[]> {
  const hashes: Uint32Array[] = [];
  for (const file of files) hashes.push(await hashOf(file));
  return hashes.flatMap((hash, first) =>
    hashes
      .slice(first + 1)
      .flatMap((other, after) =>
        difference(hash, other) < alikeBits ? [[first, first + 1 + after] as const] : [],
      ),
  );
}

/** Photographs that show the same thing go into one part; 60, 20 and 20 % of them, by a seed. */
function partsOf(count: number, pairs: readonly (readonly [number, number])[], seed: number): string[] {
  const sets = new DisjointSets(count);
  for (const [first, second] of pairs) sets.join(first, second);
  const groups = new Map<number, number[]>();
  for (let index = 0; index < count; index++)
    groups.set(sets.find(index), [...(groups.get(sets.find(index)) ?? []), index]);
  const parts: string[] = [];
  let placed = 0;
  for (const group of shuffled([...groups.values()], seededRandom(seed))) {
    const [part] = shares.find(([, end]) => placed < end * count) ?? shares[2];
    for (const index of group) parts[index] = part;
    placed += group.length;
  }
  return parts;
}

function triples({ file, word }: Garment, index: number): string {
  const schema = 'http://schema.org/';
  const node = (kind: string): string => `<http://example.org/${kind}/${index}>`;
  const type = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
  return [
    `${node('garment')} ${type} <${schema}Product> .`,
    `${node('making')} ${type} <${schema}CreateAction> .`,
    `${node('making')} <${schema}result> ${node('garment')} .`,
    `${node('garment')} <${schema}image> ${node('image')} .`,
    `${node('image')} <${schema}contentUrl> <https://photographs.example/${file}> .`,
    `${node('garment')} <${schema}category> "${word}" .`,
  ].join('\n');
}

/**
 * Writes what `lacuna train` needs into a folder: the example's configuration, profile and vocabulary as they are, the records
 * as N-Triples and their division. Photographs stay where they are.
 *
 * @param images the folder `images` of the real museum data
 */
export async function writeGarments(
  folder: string,
  images: string,
  garments: readonly Garment[],
  seed: number,
): Promise<WrittenGarments> {
  await cp(path.join(packageRoot, 'docs', 'examples', 'garments'), folder, { recursive: true });
  const pairs = await alikePairs(garments.map(({ file }) => path.join(images, file)));
  const parts = partsOf(garments.length, pairs, seed);
  const rows = parts.map((part, index) => `http://example.org/garment/${index}\t${part}`);
  await writeFile(path.join(folder, 'records.nt'), garments.map(triples).join('\n') + '\n');
  await writeFile(path.join(folder, 'splits.tsv'), rows.join('\n') + '\n');
  return { parts, alike: pairs.length };
}

/** Macro-F1 and accuracy on the test garments of whoever always says what is commonest in training. */
export function commonest(garments: readonly Garment[], { parts }: WrittenGarments): ClassificationMetrics {
  const words = [...new Set(garments.map(({ word }) => word))];
  const of = (part: string): number[] =>
    garments.flatMap(({ word }, index) => (parts[index] === part ? [words.indexOf(word)] : []));
  const counts = words.map((_, index) => of('train').filter((word) => word === index).length);
  const truth = of('test');
  const always = indexOfLargest(counts);
  return classificationMetrics(
    truth,
    truth.map(() => always),
    words.length,
  );
}
