import { LacunaError } from '../../config/errors.js';

/** Numbers from `low` to `high`, both included. */
export interface NumberRange {
  readonly kind: 'number';
  readonly low: number;
  readonly high: number;
  /** Only `low`, `low + step`, … are tried; absent = any number. */
  readonly step?: number;
  /** Tried evenly by order of magnitude; needs `low` above 0. */
  readonly isLogarithmic?: boolean;
}

/** A few values without an order. */
export interface ChoiceRange<T = unknown> {
  readonly kind: 'choice';
  readonly values: readonly T[];
}

/** What each parameter may be; the order of the keys is the order in which they are drawn. */
export type ParameterSpace<P> = {
  readonly [K in keyof P]-?: P[K] extends number ? NumberRange | ChoiceRange<P[K]> : ChoiceRange<P[K]>;
};

/** A space whose parameters have been forgotten: what the searches work on. */
export type AnySpace = Readonly<Record<string, NumberRange | ChoiceRange>>;

/** Parameters as the searches see them. */
export type AnyParameters = Readonly<Record<string, unknown>>;

const digits = 4;

/** Throws LacunaError INPUT_INVALID listing every range that holds nothing. */
export function checkSpace(space: AnySpace): void {
  const problems = Object.entries(space).flatMap(([name, range]) => {
    if (range.kind === 'choice') return range.values.length > 0 ? [] : [`${name} has no value to choose`];
    const { low, high, step, isLogarithmic } = range;
    if (!(low <= high)) return [`${name} goes from ${low} to ${high}`];
    if (step !== undefined && !(step > 0)) return [`${name} has step ${step}, it must be above 0`];
    return isLogarithmic && !(low > 0) ? [`${name} starts at ${low}, its logarithm needs more than 0`] : [];
  });
  if (problems.length > 0) {
    throw new LacunaError('INPUT_INVALID', `tuning: ${problems.join('; ')}`, { problems });
  }
}

/** The line a number is drawn on: logarithms where the range is logarithmic, half a step of room at both ends. */
export function lineOf({ low, high, step = 0, isLogarithmic = false }: NumberRange): {
  readonly low: number;
  readonly high: number;
} {
  const scaled = (value: number): number => (isLogarithmic ? Math.log(value) : value);
  // Half a step below the lowest value of a logarithmic range can be at 0 or below it.
  const below = isLogarithmic ? Math.max(low - step / 2, low / 2) : low - step / 2;
  return { low: scaled(below), high: scaled(high + step / 2) };
}

/** Where a value lies on the range's line. */
export function toLine(value: number, { isLogarithmic = false }: NumberRange): number {
  return isLogarithmic ? Math.log(value) : value;
}

/** The value nearest to a place on the range's line, four digits of it. */
export function fromLine(place: number, range: NumberRange): number {
  const { low, high, step, isLogarithmic = false } = range;
  const value = isLogarithmic ? Math.exp(place) : place;
  const stepped = step === undefined ? value : low + Math.round((value - low) / step) * step;
  const steps = step === undefined ? high : low + Math.floor((high - low) / step + 1e-9) * step;
  return Number(Math.min(steps, Math.max(low, stepped)).toPrecision(digits));
}

/** Draws every parameter evenly from its range (Bergstra & Bengio 2012, "Random search for hyper-parameter optimization"). */
export function drawParameters(space: AnySpace, random: () => number): AnyParameters {
  return Object.fromEntries(
    Object.entries(space).map(([name, range]) => {
      if (range.kind === 'choice') return [name, range.values[Math.floor(random() * range.values.length)]];
      const { low, high } = lineOf(range);
      return [name, fromLine(low + random() * (high - low), range)];
    }),
  );
}
