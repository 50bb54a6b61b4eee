import { LacunaError } from '../../config/errors.js';
import { groupBy } from '../../config/group-by.js';
import { seededRandom, shuffled } from '../random.js';
import { iterativeStratification } from './stratification.js';

/** One part of a cross-validation; the numbers are places in the list that was divided, each in one fold's `held`. */
export interface Fold {
  readonly train: readonly number[];
  readonly held: readonly number[];
}

function toFolds(foldOf: readonly number[], folds: number): Fold[] {
  const places = [...foldOf.keys()];
  return Array.from({ length: folds }, (_, fold) => ({
    train: places.filter((place) => foldOf[place] !== fold),
    held: places.filter((place) => foldOf[place] === fold),
  }));
}

function checkFolds(folds: number, of: number, what: string): void {
  if (Number.isInteger(folds) && folds >= 2 && folds <= of) return;
  throw new LacunaError(
    'INPUT_INVALID',
    `cross-validation: ${folds} folds of ${of} ${what}; give a whole number from 2 to ${of}`,
  );
}

/**
 * k folds of `count` records at random, their sizes differing by one at most; with fewer records than folds some hold out
 * none.
 *
 * Throws LacunaError INPUT_INVALID when `folds` is no whole number from 2.
 */
export function randomFolds(count: number, folds: number, seed: number): Fold[] {
  checkFolds(folds, Math.max(folds, count), 'records');
  const foldOf = new Array<number>(count).fill(0);
  const order = shuffled([...foldOf.keys()], seededRandom(seed));
  for (const [position, place] of order.entries()) foldOf[place] = position % folds;
  return toFolds(foldOf, folds);
}

/**
 * k folds that each keep the share of every label (iterative stratification, Sechidis et al. 2011).
 *
 * @param labels per record, non-negative whole numbers without repeats; one for a single-label task, none when unknown.
 *
 * Throws LacunaError INPUT_INVALID unless 2 ≤ folds ≤ number of records.
 */
export function stratifiedFolds(labels: readonly (readonly number[])[], folds: number, seed: number): Fold[] {
  checkFolds(folds, labels.length, 'records');
  const random = seededRandom(seed);
  const chance = labels.map(() => random());
  const shares = new Array<number>(folds).fill(1 / folds);
  return toFolds(Array.from(iterativeStratification(labels, shares, chance)), folds);
}

/**
 * k folds that keep the records of a group together: the largest groups first, each into the fold that is smallest so far.
 *
 * @param groups the group of each record.
 *
 * Throws LacunaError INPUT_INVALID unless 2 ≤ folds ≤ number of groups.
 */
export function groupedFolds(groups: readonly string[], folds: number, seed: number): Fold[] {
  const members = groupBy([...groups.keys()], (place) => groups[place]!);
  checkFolds(folds, members.size, 'groups');
  const names = shuffled([...members.keys()].sort(), seededRandom(seed));
  const largestFirst = names.toSorted((a, b) => members.get(b)!.length - members.get(a)!.length);
  const sizes = new Array<number>(folds).fill(0);
  const foldOf = new Array<number>(groups.length).fill(0);
  for (const name of largestFirst) {
    const smallest = sizes.indexOf(Math.min(...sizes));
    for (const place of members.get(name)!) foldOf[place] = smallest;
    sizes[smallest]! += members.get(name)!.length;
  }
  return toFolds(foldOf, folds);
}
