import { LacunaError } from '../../config/errors.js';

/** How ill the truth of held-out records fits what was said of them. */
export interface Misfits {
  /** 1 − the score of the true class, in [0, 1]; Infinity where the truth is no class, so that no set can hold it. */
  readonly misfit: readonly number[];
  /** Weight of each record, ≥ 0; 1 when left out. */
  readonly weights?: readonly number[] | undefined;
}

/**
 * Threshold of split conformal prediction with the misfit 1 − p of the true class (least ambiguous sets; Sadinle, Lei &
 * Wasserman 2019): the set of all classes with 1 − p ≤ threshold holds the truth with probability ≥ `coverage` on
 * records like the held-out ones. With weights it is the weighted quantile for covariate shift (Tibshirani et al. 2019,
 * eq. 7).
 *
 * @param coverage in (0, 1)
 * @param next weight of the record to come; the mean weight unless told
 * @returns in [0, 1]; undefined when there are too few records, or too many that no set can hold, to promise it
 *
 * Throws LacunaError INPUT_INVALID when `coverage` or a misfit is out of range, or lengths differ.
 */
export function conformalThreshold(
  { misfit, weights }: Misfits,
  coverage: number,
  next?: number,
): number | undefined {
  check({ misfit, weights }, coverage);
  const entries = misfit.map((value, record) => ({ value, weight: weights?.[record] ?? 1 }));
  entries.sort((a, b) => a.value - b.value);
  const mass = entries.reduce((sum, { weight }) => sum + weight, 0);
  const needed = coverage * (mass + (next ?? mass / Math.max(1, misfit.length)));
  let reached = 0;
  for (const { value, weight } of entries) {
    reached += weight;
    // Sums of equal weights must reach the rank they would reach in whole numbers.
    if (reached >= needed - 1e-9 * mass) return value <= 1 ? value : undefined;
  }
  return undefined;
}

/**
 * The same for a record of a group of which nothing is held out, such as another museum: every group counts alike, and the
 * group to come like one of them (hierarchical conformal prediction; Lee, Barber & Willett 2023). Undefined unless
 * there are at least coverage / (1 − coverage) groups.
 */
export function conformalThresholdAcrossGroups(
  groups: readonly (readonly number[])[],
  coverage: number,
): number | undefined {
  const told = groups.filter((group) => group.length > 0);
  const weights = told.flatMap((group) => group.map(() => 1 / group.length));
  return conformalThreshold({ misfit: told.flat(), weights }, coverage, 1);
}

/** The classes that a conformal threshold keeps, likeliest first; may be empty when no class is likely enough. */
export function conformalSet(scores: readonly number[], threshold: number): number[] {
  return [...scores.keys()]
    .filter((k) => 1 - scores[k]! <= threshold)
    .sort((a, b) => scores[b]! - scores[a]! || a - b);
}

function check({ misfit, weights }: Misfits, coverage: number): void {
  const invalid = (problem: string): LacunaError =>
    new LacunaError('INPUT_INVALID', `conformal sets: ${problem}`);
  if (!(coverage > 0 && coverage < 1)) throw invalid(`the coverage is ${coverage}, it must be in (0, 1)`);
  if (weights !== undefined && weights.length !== misfit.length) {
    throw invalid(`${misfit.length} records but ${weights.length} weights`);
  }
  const wrong = misfit.findIndex((value) => !((value >= 0 && value <= 1) || value === Infinity));
  if (wrong !== -1) throw invalid(`record ${wrong} has misfit ${misfit[wrong]}, which is not in 0..1`);
}
