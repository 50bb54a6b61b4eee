import { LacunaError } from '../../config/errors.js';

/** The splits, in the order they are reported. */
export const splitNames = ['train', 'validation', 'test'] as const;

/** What a record is for: fitting, choosing and calibrating, or measuring. */
export type Split = (typeof splitNames)[number];

/** Shares of the three splits; they need not sum to 1, only their proportions count. */
export type SplitRatios = Readonly<Record<Split, number>>;

/**
 * What a split may be decided by. Record numbers and dates are here and not in what the modalities see, so that they can
 * keep records together but never become features.
 */
export interface SplitRecord {
  /** IRI of the object. */
  readonly id: string;
  readonly museum: string;
  /** Record numbers the museum gave, as written; seldom more than one. */
  readonly numbers: readonly string[];
  /** When the record was made or changed, as written in the graph (xsd:date, dateTime, gYear or gYearMonth). */
  readonly dates: readonly string[];
  readonly texts: readonly string[];
  /** Addresses of photographs. */
  readonly photographs: readonly string[];
  /** Class ids known per task. */
  readonly known: Readonly<Record<string, readonly string[]>>;
}

/**
 * The three shares in the order of `splitNames`, summing to 1.
 *
 * Throws LacunaError CONFIG_INVALID when a ratio is negative or all are zero.
 */
export function sharesOf({ train, validation, test }: SplitRatios): readonly [number, number, number] {
  const total = train + validation + test;
  if (!(train >= 0 && validation >= 0 && test >= 0 && total > 0 && total < Infinity)) {
    throw new LacunaError(
      'CONFIG_INVALID',
      `split: the ratios ${train}/${validation}/${test} must not be negative, and one must be above 0`,
    );
  }
  return [train / total, validation / total, test / total];
}

/** The split whose part of [0, 1) holds `position`, when the shares lie side by side: train, validation, test. */
export function splitAt(position: number, ratios: SplitRatios): Split {
  const [train, validation] = sharesOf(ratios);
  return position < train ? 'train' : position < train + validation ? 'validation' : 'test';
}
