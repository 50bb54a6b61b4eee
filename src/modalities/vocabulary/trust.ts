import { groupBy } from '../../config/group-by.js';
import { smallestEvidence } from '../../learning/calibration/threshold.js';
import { wilsonInterval } from '../../learning/metrics/interval.js';

/** An answer to a record whose value is known. */
export interface Checked {
  readonly museum: string;
  readonly isRight: boolean;
}

/** Answers to records whose value is known, and how many of them are right. */
export interface Tally {
  readonly answers: number;
  readonly right: number;
}

/** How far the answers to one property can be trusted. */
export interface Trust {
  readonly museums: Readonly<Record<string, Tally>>;
  /** Confidence in museums with too few answers to be judged by themselves, in [0, 1]. */
  readonly elsewhere: number;
  /** True when that was found in several museums, and so says something of others. */
  readonly isAcrossMuseums: boolean;
}

/**
 * What an answer is worth where no value of the property is known to check any by. On the real textiles the worst of four
 * properties had 53 % of its answers right, with 95 % certainty 39 % at least (`bench/zero-labels.ts`).
 */
export const unchecked = 0.35;

const lowerBound = ({ answers, right }: Tally): number => wilsonInterval(right, answers).low;
const isTelling = ({ answers }: Tally): boolean => answers >= smallestEvidence;

/** All tallies as one. */
export function total(tallies: Iterable<Tally>): Tally {
  let [answers, right] = [0, 0];
  for (const tally of tallies) [answers, right] = [answers + tally.answers, right + tally.right];
  return { answers, right };
}

/** Answers by museum, in the order of their names. */
export function tallies(checked: readonly Checked[]): Record<string, Tally> {
  const museums = [...groupBy(checked, ({ museum }) => museum)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    museums.map(([museum, list]) => [
      museum,
      { answers: list.length, right: list.filter(({ isRight }) => isRight).length },
    ]),
  );
}

/**
 * How far answers can be trusted in museums where too few could be checked: as in the one where they are right least often, those
 * with too few of them taken together. Without a single one to check, what such answers are worth elsewhere, or less where
 * those to the collection's other properties are worth less.
 *
 * @param own answers to records whose value is known, by museum
 * @param others the same of the other properties, of all museums
 */
export function trustOf(own: Readonly<Record<string, Tally>>, others: readonly Tally[]): Trust {
  const museums = Object.values(own);
  const rest = total(museums.filter((tally) => !isTelling(tally)));
  const telling = [...museums, rest].filter(isTelling);
  const known = telling.length > 0 ? telling : museums.length > 0 ? [rest] : undefined;
  return {
    museums: own,
    elsewhere:
      known === undefined
        ? Math.min(unchecked, ...others.filter(isTelling).map(lowerBound))
        : Math.min(...known.map(lowerBound)),
    isAcrossMuseums: telling.length > 1,
  };
}

/**
 * Probability, in [0, 1], that an answer to a record of a museum is right at least: the lower bound of the 95 % interval (Wilson
 * 1927) of the share of right answers there, where 20 could be checked.
 */
export function confidenceIn({ museums, elsewhere }: Trust, museum: string): number {
  const own = Object.hasOwn(museums, museum) ? museums[museum] : undefined;
  return own !== undefined && isTelling(own) ? lowerBound(own) : elsewhere;
}
