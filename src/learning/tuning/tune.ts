import { LacunaError } from '../../config/errors.js';
import { silent, type Progress } from '../../config/progress.js';
import { seededRandom } from '../random.js';
import type { Fold } from '../splits/folds.js';
import { proposeParameters } from './parzen-search.js';
import {
  checkSpace,
  drawParameters,
  type AnyParameters,
  type AnySpace,
  type ParameterSpace,
} from './space.js';
import type { LoggedTrial, TrialLog } from './trial-log.js';

/** How the next parameters are chosen: at random, or by a tree-structured Parzen estimator. */
export const tuningMethods = ['random', 'tpe'] as const;
/** One of the methods. */
export type TuningMethod = (typeof tuningMethods)[number];

/** How a tuning goes about it. */
export interface TuningOptions<P> {
  /** Parameters tried, `first` among them; 1 or more. */
  readonly trials: number;
  readonly seed: number;
  readonly method: TuningMethod;
  /** What each trial is judged on, one after the other. */
  readonly folds: readonly Fold[];
  /** Parameters tried before any others are drawn: the defaults, so that tuning never ends below them. */
  readonly first?: readonly P[] | undefined;
  readonly log?: TrialLog | undefined;
  readonly progress?: Progress | undefined;
  /** What is tuned, for the progress. */
  readonly label: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** Parameters that were tried. */
export interface Trial<P> {
  readonly parameters: P;
  /** Mean of `scores`; higher is better. */
  readonly score: number;
  /** Per fold that was judged. */
  readonly scores: readonly number[];
  /** Given up as hopeless before all folds were judged. */
  readonly isPruned: boolean;
  readonly seconds: number;
}

/** What a tuning found. */
export interface TuningResult<P> {
  /** The best of the trials that were judged on all folds; the first of equals. */
  readonly best: Trial<P>;
  readonly trials: readonly Trial<P>[];
  /** Trials that an earlier, interrupted tuning had finished. */
  readonly resumed: number;
}

/** Trials judged on all folds before one may be given up. */
const completeBeforePruning = 5;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** True when the mean so far is below the median of what complete trials had by then (Golovin et al. 2017, §3.2.2). */
function isHopeless(scores: readonly number[], complete: readonly LoggedTrial[]): boolean {
  if (complete.length < completeBeforePruning) return false;
  return mean(scores) < median(complete.map((trial) => mean(trial.scores.slice(0, scores.length))));
}

/** The parameters of a trial, which depend on the seed, its number and the trials before it alone. */
function proposed(
  space: AnySpace,
  { method, seed, first = [] }: TuningOptions<AnyParameters>,
  finished: readonly LoggedTrial[],
): AnyParameters {
  const given = first[finished.length];
  if (given !== undefined) return given;
  const random = seededRandom(seed * 1_000_003 + finished.length);
  return method === 'random'
    ? drawParameters(space, random)
    : proposeParameters(
        space,
        finished.map(({ parameters, scores }) => ({ parameters, score: mean(scores) })),
        random,
      );
}

async function judge(
  parameters: AnyParameters,
  evaluate: (parameters: AnyParameters, fold: Fold) => Promise<number>,
  { folds, clock, signal }: TuningOptions<AnyParameters>,
  finished: readonly LoggedTrial[],
): Promise<LoggedTrial> {
  const complete = finished.filter(({ isPruned }) => !isPruned);
  const start = clock();
  const scores: number[] = [];
  let isPruned = false;
  for (const [index, fold] of folds.entries()) {
    if (signal?.aborted) throw new LacunaError('CANCELLED', 'Cancelled tuning.', { cause: signal.reason });
    scores.push(await evaluate(parameters, fold));
    isPruned = index < folds.length - 1 && isHopeless(scores, complete);
    if (isPruned) break;
  }
  return { parameters, scores, isPruned, seconds: (clock() - start) / 1000 };
}

const toTrial = <P>({ parameters, scores, isPruned, seconds }: LoggedTrial): Trial<P> => ({
  parameters: parameters as P,
  score: mean(scores),
  scores,
  isPruned,
  seconds,
});

/** The first trials are always judged on all folds, so there is a best one. */
function bestOf<P>(finished: readonly LoggedTrial[]): Trial<P> {
  return finished
    .filter(({ isPruned }) => !isPruned)
    .map((trial) => toTrial<P>(trial))
    .reduce((best, trial) => (best.score >= trial.score ? best : trial));
}

/**
 * Looks for the parameters with the best mean score over the folds. A trial whose mean falls below the median of the
 * others' is given up. With a log, trials finished earlier are not judged again: the result is that of a tuning which was
 * never interrupted.
 *
 * @param evaluate the score of a model fitted with the parameters on `fold.train`, on `fold.held`; higher is better.
 *
 * Throws LacunaError INPUT_INVALID when the space or the number of trials or folds allows nothing, CANCELLED when aborted.
 */
export async function tune<P extends object>(
  space: ParameterSpace<P>,
  evaluate: (parameters: P, fold: Fold) => Promise<number>,
  options: TuningOptions<P>,
): Promise<TuningResult<P>> {
  const { trials, folds, log, label, progress = silent } = options;
  const anySpace = space as unknown as AnySpace;
  const anyOptions = options as unknown as TuningOptions<AnyParameters>;
  const judged = evaluate as unknown as (parameters: AnyParameters, fold: Fold) => Promise<number>;
  checkSpace(anySpace);
  if (!Number.isInteger(trials) || trials < 1 || folds.length === 0) {
    throw new LacunaError(
      'INPUT_INVALID',
      `tuning: ${trials} trials on ${folds.length} folds; give at least one of each`,
    );
  }
  const logged = (await log?.read()) ?? [];
  const finished: LoggedTrial[] = [];
  let resumed = 0;
  while (finished.length < trials) {
    const parameters = proposed(anySpace, anyOptions, finished);
    const earlier = logged[finished.length];
    if (resumed === finished.length && JSON.stringify(earlier?.parameters) === JSON.stringify(parameters)) {
      finished.push(earlier!);
      resumed++;
    } else {
      if (resumed === finished.length && earlier !== undefined) await log?.keep(resumed);
      const trial = await judge(parameters, judged, anyOptions, finished);
      await log?.append(trial);
      finished.push(trial);
    }
    progress(`${label} (best so far ${bestOf<P>(finished).score.toFixed(4)})`, finished.length, trials);
  }
  return { best: bestOf<P>(finished), trials: finished.map((trial) => toTrial<P>(trial)), resumed };
}
