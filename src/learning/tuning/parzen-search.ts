import { drawPlace, logDensity, parzenEstimate } from './parzen.js';
import {
  drawParameters,
  fromLine,
  lineOf,
  toLine,
  type AnyParameters,
  type AnySpace,
  type ChoiceRange,
  type NumberRange,
} from './space.js';

/** Parameters that were tried, and how well they did; higher is better. */
export interface Observation {
  readonly parameters: AnyParameters;
  readonly score: number;
}

/** Trials at random before the search has something to go on. */
const warmUp = 10;
/** The share of trials that count as good, γ of the paper. */
const goodShare = 0.15;
/** Values drawn for each parameter, of which the most promising is tried. */
const candidates = 24;
/** Times it draws again when it has tried the very same parameters before. */
const redraws = 20;

function proposeNumber(
  range: NumberRange,
  good: readonly number[],
  bad: readonly number[],
  random: () => number,
): number {
  const { low, high } = lineOf(range);
  const estimate = (values: readonly number[]): ReturnType<typeof parzenEstimate> =>
    parzenEstimate(
      values.map((value) => toLine(value, range)),
      low,
      high,
    );
  const [likely, unlikely] = [estimate(good), estimate(bad)];
  let best = { value: NaN, gain: -Infinity };
  for (let drawn = 0; drawn < candidates; drawn++) {
    const value = fromLine(drawPlace(likely, random), range);
    const place = toLine(value, range);
    const gain = logDensity(likely, place) - logDensity(unlikely, place);
    if (gain > best.gain) best = { value, gain };
  }
  return best.value;
}

/** How often each value was seen, one more for each so that none is out of the question; shares of 1. */
export function choiceShares(values: readonly unknown[], seen: readonly unknown[]): number[] {
  return values.map(
    (value) => (seen.filter((one) => one === value).length + 1) / (seen.length + values.length),
  );
}

function proposeChoice(
  { values }: ChoiceRange,
  good: readonly unknown[],
  bad: readonly unknown[],
  random: () => number,
): unknown {
  const [likely, unlikely] = [choiceShares(values, good), choiceShares(values, bad)];
  let best = { index: 0, gain: -Infinity };
  for (let drawn = 0; drawn < candidates; drawn++) {
    let left = random();
    const found = likely.findIndex((share) => (left -= share) < 0);
    const index = found === -1 ? values.length - 1 : found;
    const gain = likely[index]! / unlikely[index]!;
    if (gain > best.gain) best = { index, gain };
  }
  return values[best.index];
}

/**
 * Proposes what to try next (tree-structured Parzen estimator; Bergstra et al. 2011, "Algorithms for hyper-parameter
 * optimization", §4): the earlier trials are divided into the best 15 % and the rest, and of the values drawn from the
 * density of the good ones that with the largest ratio of both densities is taken, for each parameter by itself. The
 * first ten proposals are random; parameters tried before are avoided.
 */
export function proposeParameters(
  space: AnySpace,
  observations: readonly Observation[],
  random: () => number,
): AnyParameters {
  if (observations.length < warmUp) return drawParameters(space, random);
  const ranked = observations.toSorted((a, b) => b.score - a.score);
  const goodCount = Math.ceil(goodShare * ranked.length);
  const [good, bad] = [ranked.slice(0, goodCount), ranked.slice(goodCount)];
  const tried = new Set(observations.map(({ parameters }) => JSON.stringify(parameters)));
  const propose = (): AnyParameters =>
    Object.fromEntries(
      Object.entries(space).map(([name, range]) => {
        const of = (trials: readonly Observation[]): unknown[] =>
          trials.map(({ parameters }) => parameters[name]);
        return [
          name,
          range.kind === 'choice'
            ? proposeChoice(range, of(good), of(bad), random)
            : proposeNumber(range, of(good) as number[], of(bad) as number[], random),
        ];
      }),
    );
  let proposed = propose();
  for (let again = 0; again < redraws && tried.has(JSON.stringify(proposed)); again++) proposed = propose();
  return proposed;
}
