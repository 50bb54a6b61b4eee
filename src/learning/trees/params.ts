import { LacunaError } from '../../config/errors.js';

/** How trees are boosted; the names are XGBoost's in camel case, and so are the meanings and defaults. */
export interface TreeParams {
  /** Boosting rounds; each grows one tree per class. */
  readonly rounds: number;
  /** Largest number of splits from root to leaf (max_depth). Default 6. */
  readonly depth?: number;
  /** Shrinkage of each tree, (0, 1]. Default 0.3. */
  readonly eta?: number;
  /** Least sum of second derivatives in a leaf, ≥ 0. Default 1. */
  readonly minChildWeight?: number;
  /** Least gain of a split; smaller ones are pruned after the tree is grown, as XGBoost's `exact` does. Default 0. */
  readonly gamma?: number;
  /** Share of rows drawn for each tree, (0, 1]. Default 1. */
  readonly subsample?: number;
  /** Share of features drawn for each tree, (0, 1], at least one. A categorical feature is drawn as a whole. Default 1. */
  readonly colsampleByTree?: number;
  /** Share of the tree's features drawn for each of its levels, (0, 1], at least one. Default 1. */
  readonly colsampleByLevel?: number;
  /** Share of the level's features drawn for each node, (0, 1], at least one. Default 1. */
  readonly colsampleByNode?: number;
  /** L2 penalty on leaf values, ≥ 0. Default 1. */
  readonly lambda?: number;
  /** L1 penalty on leaf values, ≥ 0. Default 0. */
  readonly alpha?: number;
  /** Bins of a numeric feature, 2..256; a feature with no more distinct values is split exactly. Default 256. */
  readonly maxBin?: number;
  /**
   * Features with at least this many categories are split into two sets of categories instead of one against the rest
   * (max_cat_to_onehot). Default: never, which equals XGBoost on one-hot columns.
   */
  readonly maxCatToOnehot?: number;
  /** Most categories on the chosen side of such a split (max_cat_threshold). Default 64. */
  readonly maxCatThreshold?: number;
  /** All drawing of rows and features comes from this. Default 0. */
  readonly seed?: number;
  /**
   * What is minimised: the cross-entropy, or with `focalGamma` ≥ 0 the focal loss, which counts a row the less the surer it
   * is classified (Lin et al. 2017); γ = 0 is the cross-entropy. Default: the cross-entropy.
   */
  readonly objective?: { readonly focalGamma: number };
  /** Stop when the validation loss has not improved for so many rounds, and keep the best round. Default: never. */
  readonly earlyStoppingRounds?: number;
}

/** Parameters with every default filled in. */
export type CompleteTreeParams = Required<Omit<TreeParams, 'objective'>> & { readonly focalGamma: number };

const defaults = {
  depth: 6,
  eta: 0.3,
  minChildWeight: 1,
  gamma: 0,
  subsample: 1,
  colsampleByTree: 1,
  colsampleByLevel: 1,
  colsampleByNode: 1,
  focalGamma: 0,
  lambda: 1,
  alpha: 0,
  maxBin: 256,
  maxCatToOnehot: Infinity,
  maxCatThreshold: 64,
  seed: 0,
  earlyStoppingRounds: Infinity,
} satisfies Omit<CompleteTreeParams, 'rounds'>;

type Range = readonly [lowest: number, highest: number, openBelow?: boolean];

const ranges: Readonly<Record<keyof CompleteTreeParams, Range>> = {
  rounds: [1, 100_000],
  depth: [1, 30],
  eta: [0, 1, true],
  minChildWeight: [0, Infinity],
  gamma: [0, Infinity],
  subsample: [0, 1, true],
  colsampleByTree: [0, 1, true],
  colsampleByLevel: [0, 1, true],
  colsampleByNode: [0, 1, true],
  focalGamma: [0, 20],
  lambda: [0, Infinity],
  alpha: [0, Infinity],
  maxBin: [2, 256],
  maxCatToOnehot: [2, Infinity],
  maxCatThreshold: [1, Infinity],
  seed: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  earlyStoppingRounds: [1, Infinity],
};

const wholeNumbers = new Set<string>(['rounds', 'depth', 'maxBin', 'seed']);

/** Fills in the defaults. Throws LacunaError INPUT_INVALID listing every parameter out of range. */
export function completeParams({ objective, ...params }: TreeParams): CompleteTreeParams {
  const given = Object.entries<number | undefined>({ ...params, ...objective }).filter(
    ([, value]) => value !== undefined,
  );
  const complete = { ...defaults, ...Object.fromEntries(given) } as CompleteTreeParams;
  const problems: string[] = [];
  for (const [name, [lowest, highest, openBelow]] of Object.entries(ranges)) {
    const value = complete[name as keyof CompleteTreeParams];
    const inside = value <= highest && (openBelow ? value > lowest : value >= lowest);
    if (!inside)
      problems.push(
        `${name} is ${value}, it must be ${openBelow ? 'above' : 'at least'} ${lowest} and at most ${highest}`,
      );
    else if (wholeNumbers.has(name) && !Number.isInteger(value))
      problems.push(`${name} is ${value}, it must be whole`);
  }
  if (problems.length > 0)
    throw new LacunaError('INPUT_INVALID', `trees: ${problems.join('; ')}`, { problems });
  return complete;
}
