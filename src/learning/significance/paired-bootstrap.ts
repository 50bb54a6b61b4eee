import { LacunaError } from '../../config/errors.js';
import type { Interval } from '../metrics/interval.js';
import { cellOf, tallyOf, type Tally } from '../metrics/tally.js';

/** What a paired bootstrap says of the difference of two models on the same records. */
export interface PairedDifference {
  /** The figure of each model on the records themselves. */
  readonly first: number;
  readonly second: number;
  /** `second` − `first`. */
  readonly difference: number;
  /** 95 % percentile interval of the difference. */
  readonly interval: Interval;
  /** Two-sided p-value of no difference, in (0, 1]. */
  readonly p: number;
  readonly resamples: number;
}

/** Value at share `at` of sorted numbers, interpolated linearly (numpy's default). */
function quantile(sorted: Float64Array, at: number): number {
  const position = at * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  return low + (position - below) * ((sorted[below + 1] ?? low) - low);
}

function pairedDifference(first: number, second: number, differences: Float64Array): PairedDifference {
  differences.sort();
  const notAbove = differences.filter((difference) => difference <= 0).length;
  const notBelow = differences.filter((difference) => difference >= 0).length;
  return {
    first,
    second,
    difference: second - first,
    interval: { low: quantile(differences, 0.025), high: quantile(differences, 0.975) },
    p: Math.min(1, (2 * (Math.min(notAbove, notBelow) + 1)) / (differences.length + 1)),
    resamples: differences.length,
  };
}

/**
 * Paired bootstrap (Efron & Tibshirani 1993; Koehn 2004): records are drawn with replacement, both models are measured
 * on the same draw, `resamples` times. p is twice the smaller share of draws on either side of no difference, the
 * observed records counting as one draw (Davison & Hinkley 1997, eq. 4.11), at most 1.
 *
 * `first` and `second` are answers, -1 = none; each of `measures` takes a figure from a tally, all from the same draws;
 * `random` gives numbers in [0, 1), one per record and draw. Throws LacunaError INPUT_INVALID when lengths differ, a class
 * does not exist or there are no records or resamples.
 */
export function pairedBootstrap<Name extends string>(
  { truth, first, second }: Readonly<Record<'truth' | 'first' | 'second', readonly number[]>>,
  classes: number,
  measures: Readonly<Record<Name, (tally: Tally) => number>>,
  { resamples = 2000, random }: { resamples?: number | undefined; random: () => number },
): Record<Name, PairedDifference> {
  if (truth.length === 0 || resamples < 1) {
    throw new LacunaError('INPUT_INVALID', 'bootstrap: there must be records and resamples');
  }
  const named = Object.entries(measures) as [Name, (tally: Tally) => number][];
  const observed = [tallyOf(truth, first, classes), tallyOf(truth, second, classes)] as const;
  const cells = [first, second].map((answers) =>
    Int32Array.from(truth, (actual, record) => cellOf(actual, answers[record]!, classes)),
  ) as [Int32Array, Int32Array];
  const drawn = observed.map((): Tally => ({
    classes,
    counts: new Float64Array(classes * (classes + 1)),
  })) as [Tally, Tally];
  const differences = named.map(() => new Float64Array(resamples));
  for (let draw = 0; draw < resamples; draw++) {
    for (const { counts } of drawn) counts.fill(0);
    for (let pick = 0; pick < truth.length; pick++) {
      const record = Math.floor(random() * truth.length);
      drawn[0].counts[cells[0][record]!]! += 1;
      drawn[1].counts[cells[1][record]!]! += 1;
    }
    for (const [index, [, measure]] of named.entries()) {
      differences[index]![draw] = measure(drawn[1]) - measure(drawn[0]);
    }
  }
  return Object.fromEntries(
    named.map(([name, measure], index) => [
      name,
      pairedDifference(measure(observed[0]), measure(observed[1]), differences[index]!),
    ]),
  ) as Record<Name, PairedDifference>;
}
