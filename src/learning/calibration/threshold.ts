import { wilsonInterval } from '../metrics/interval.js';

/** Fewer records promise nothing. */
export const smallestEvidence = 20;
// The promise is then kept in five cases of six, and not in one of two.
const standardErrors = 1;

/** Answers to held-out records. All lists of one length. */
export interface Answers {
  /** In [0, 1]. */
  readonly confidence: readonly number[];
  readonly correct: readonly boolean[];
  /** Weight of each answer, ≥ 0; 1 when left out. */
  readonly weights?: readonly number[] | undefined;
}

/**
 * The smallest confidence t such that the answers with confidence ≥ t are right in at least the share `target` of cases, as far
 * as can be told from so many: one standard error below what was seen (Wilson 1927), since the smallest t of all that look good
 * enough is one that had luck.
 *
 * A precision seen on fewer than 20 records, or on weights that tell no more than 20 would (Kish 1965), promises nothing:
 * such thresholds are passed over, and undefined means that no threshold can be promised, so the task abstains. Records of
 * equal confidence are accepted together.
 *
 * @param weighings the same answers, each time with other weights; the promise has to hold with all of them
 * @param target in [0, 1]; 1 is never promised
 */
export function thresholdForPrecision(weighings: readonly Answers[], target: number): number | undefined {
  const { confidence, correct } = weighings[0]!;
  const order = confidence.map((_, record) => record).sort((a, b) => confidence[b]! - confidence[a]!);
  const sums = weighings.map(() => ({ right: 0, mass: 0, squares: 0 }));
  let threshold: number | undefined;
  for (const [position, record] of order.entries()) {
    for (const [at, { weights }] of weighings.entries()) {
      const weight = weights?.[record] ?? 1;
      const own = sums[at]!;
      own.mass += weight;
      own.squares += weight * weight;
      if (correct[record]) own.right += weight;
    }
    const next = order[position + 1];
    const tied = next !== undefined && confidence[next] === confidence[record];
    const enough = sums.every(({ right, mass, squares }) => {
      const evidence = squares > 0 ? mass ** 2 / squares : 0;
      // A hair's breadth for the rounding of sums of weights.
      if (evidence < smallestEvidence - 1e-9) return false;
      return wilsonInterval((right / mass) * evidence, evidence, standardErrors).low >= target - 1e-12;
    });
    if (!tied && enough) threshold = confidence[record]!;
  }
  return threshold;
}

/** Answers that a group must have given to be heard. */
const fewestAnswers = 5;

/**
 * The smallest confidence t ≥ `target` from which the answers are right in at least the share `target` of cases, all in all
 * and, one standard error below what was seen (Wilson 1927), in every single group with five answers or more: at least 20
 * answers, of at least target / (1 − target) such groups (four for 0.8). The group to come is as likely to be the worst as any of the k that were left out, so it misses the target with
 * a chance of at most 1/(k + 1) ≤ 1 − target when groups are alike in kind (exchangeable; Vovk et al. 2005). A mean over
 * groups would promise it to half of them. Undefined when there is no such t, and for a target of 1.
 *
 * @param groups answers to left-out groups, such as museums; weights are not heeded
 */
export function thresholdAcrossGroups(groups: readonly Answers[], target: number): number | undefined {
  const answers = groups
    .flatMap(({ confidence, correct }, group) =>
      confidence.map((value, record) => ({ value, group, isRight: correct[record]! })),
    )
    .filter(({ value }) => value >= target)
    .sort((a, b) => b.value - a.value);
  const accepted = groups.map(() => 0);
  const right = groups.map(() => 0);
  const fewestGroups = target / (1 - target);
  let threshold: number | undefined;
  for (const [position, { value, group, isRight }] of answers.entries()) {
    accepted[group]! += 1;
    if (isRight) right[group]! += 1;
    if (answers[position + 1]?.value === value) continue;
    const heard = [...accepted.keys()].filter((one) => accepted[one]! >= fewestAnswers);
    const all = right.reduce((sum, count) => sum + count, 0);
    if (
      position + 1 >= smallestEvidence &&
      all >= target * (position + 1) &&
      heard.length >= fewestGroups - 1e-9 &&
      heard.every((one) => wilsonInterval(right[one]!, accepted[one]!, standardErrors).low >= target - 1e-12)
    ) {
      threshold = value;
    }
  }
  return threshold;
}
