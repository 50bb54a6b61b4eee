// Fewer records promise nothing.
const smallestEvidence = 20;

/** Answers to held-out records. All lists of one length. */
export interface Answers {
  /** In [0, 1]. */
  readonly confidence: readonly number[];
  readonly correct: readonly boolean[];
  /** Weight of each answer, ≥ 0; 1 when left out. */
  readonly weights?: readonly number[] | undefined;
}

/**
 * The smallest confidence t such that the answers with confidence ≥ t are right in at least the share `target` of cases.
 *
 * @param weighings the same answers, each time with other weights; the promise has to hold with all of them
 *
 * A precision seen on fewer than 20 records, or on weights that tell no more than 20 would (Kish 1965), promises nothing:
 * such thresholds are passed over, and undefined means that no threshold can be promised, so the task abstains. Records of
 * equal confidence are accepted together. `target` in [0, 1].
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
      return evidence >= smallestEvidence - 1e-9 && right >= target * mass - 1e-12;
    });
    if (!tied && enough) threshold = confidence[record]!;
  }
  return threshold;
}

/** Groups that have to agree, and answers that a group must have given to be heard. */
const fewestGroups = 3;
const fewestAnswers = 5;

/**
 * The smallest confidence t ≥ `target` from which the answers are right in at least the share `target` of cases both
 * counted one by one and with every group counted alike, so that it holds in the next group too and not only in the largest:
 * at least 20 answers, of at least three groups with five answers or more. Undefined when there is no such t.
 *
 * @param groups answers to left-out groups, such as museums; weights are not heeded
 */
export function thresholdAcrossGroups(groups: readonly Answers[], target: number): number | undefined {
  const candidates = groups.flatMap(({ confidence }) => confidence).filter((value) => value >= target);
  const holds = (threshold: number): boolean => {
    let [right, accepted, shares, heard] = [0, 0, 0, 0];
    for (const { confidence, correct } of groups) {
      const taken = [...confidence.keys()].filter((record) => confidence[record]! >= threshold);
      const rightHere = taken.filter((record) => correct[record]).length;
      right += rightHere;
      accepted += taken.length;
      if (taken.length < fewestAnswers) continue;
      shares += rightHere / taken.length;
      heard += 1;
    }
    return (
      accepted >= smallestEvidence &&
      heard >= fewestGroups &&
      right >= target * accepted &&
      shares >= target * heard
    );
  };
  return [...new Set(candidates)].sort((a, b) => a - b).find(holds);
}
