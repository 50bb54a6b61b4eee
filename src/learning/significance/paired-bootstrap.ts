import { LacunaError } from '../../config/errors.js';
import type { Interval } from '../metrics/interval.js';
import { cellOf, mean, requireSameLength, tallyOf, type Tally } from '../metrics/tally.js';

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

/** What two models answer of one task, in class indices; -1 = no answer, or of `truth`: not known, which counts nowhere. */
export interface PairedAnswers {
  readonly classes: number;
  readonly truth: readonly number[];
  readonly first: readonly number[];
  readonly second: readonly number[];
}

/** Throws LacunaError INPUT_INVALID unless all lists are of one length, with something in them. */
function requireRecords(tasks: readonly PairedAnswers[], resamples: number): number {
  const records = tasks[0]?.truth ?? [];
  if (records.length === 0 || resamples < 1) {
    throw new LacunaError('INPUT_INVALID', 'bootstrap: there must be records and resamples');
  }
  for (const { truth, first, second } of tasks)
    for (const [what, list] of Object.entries({ truths: truth, answers: first, 'other answers': second }))
      requireSameLength(what, records, list);
  return records.length;
}

/** A task as it is drawn from: the cell each record counts in, of either model (-1 = nowhere), and room for a draw. */
function paired({ classes, truth, first, second }: PairedAnswers) {
  const known = truth.flatMap((actual, record) => (actual === -1 ? [] : [record]));
  const side = (answers: readonly number[]) => ({
    observed: tallyOf(
      known.map((record) => truth[record]!),
      known.map((record) => answers[record]!),
      classes,
    ),
    cells: Int32Array.from(truth, (actual, record) =>
      actual === -1 ? -1 : cellOf(actual, answers[record]!, classes),
    ),
    drawn: { classes, counts: new Float64Array(classes * (classes + 1)) } satisfies Tally,
  });
  return [side(first), side(second)] as const;
}

/**
 * Paired bootstrap (Efron & Tibshirani 1993; Koehn 2004): records are drawn with replacement, both models are measured
 * on the same draw, `resamples` times. p is twice the smaller share of draws on either side of no difference, the
 * observed records counting as one draw (Davison & Hinkley 1997, eq. 4.11), at most 1.
 *
 * Several tasks are of the same records, drawn for all at once; a figure is then the mean over the tasks. Each of
 * `measures` takes a figure from a tally, all from the same draws; `random` gives numbers in [0, 1), one per record and
 * draw. Throws LacunaError INPUT_INVALID when lengths differ, a class does not exist or there are no records or resamples.
 */
export function pairedBootstrap<Name extends string>(
  tasks: readonly PairedAnswers[],
  measures: Readonly<Record<Name, (tally: Tally) => number>>,
  { resamples = 2000, random }: { resamples?: number | undefined; random: () => number },
): Record<Name, PairedDifference> {
  const records = requireRecords(tasks, resamples);
  const named = Object.entries(measures) as [Name, (tally: Tally) => number][];
  const pairs = tasks.map(paired);
  const figure = (measure: (tally: Tally) => number, side: 0 | 1, which: 'observed' | 'drawn'): number =>
    mean(pairs.map((pair) => measure(pair[side][which])));
  const sides = pairs.flat();
  const differences = named.map(() => new Float64Array(resamples));
  for (let draw = 0; draw < resamples; draw++) {
    for (const { drawn } of sides) drawn.counts.fill(0);
    for (let pick = 0; pick < records; pick++) {
      const record = Math.floor(random() * records);
      for (const { cells, drawn } of sides) {
        const cell = cells[record]!;
        if (cell !== -1) drawn.counts[cell]! += 1;
      }
    }
    for (const [index, [, measure]] of named.entries())
      differences[index]![draw] = figure(measure, 1, 'drawn') - figure(measure, 0, 'drawn');
  }
  return Object.fromEntries(
    named.map(([name, measure], index) => [
      name,
      pairedDifference(figure(measure, 0, 'observed'), figure(measure, 1, 'observed'), differences[index]!),
    ]),
  ) as Record<Name, PairedDifference>;
}
