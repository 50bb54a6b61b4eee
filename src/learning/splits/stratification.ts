/**
 * Adds every pair of a record's labels as a label of its own, so that stratification keeps the shares of combinations
 * too (second order; Szymański & Kajdanowicz 2017, "A network perspective on stratification of multi-label data", §4).
 *
 * @param labels per record, numbers in 0..count-1 without repeats.
 */
export function withPairs(labels: readonly (readonly number[])[], count: number): number[][] {
  const pairsOf = (own: readonly number[]): number[] =>
    own.flatMap((a, index) => own.slice(index + 1).map((b) => Math.min(a, b) * count + Math.max(a, b)));
  // Numbered by the labels they are made of, so that the order of the records does not matter.
  const pairs = [...new Set(labels.flatMap(pairsOf))].sort((a, b) => a - b);
  const indices = new Map(pairs.map((pair, index) => [pair, count + index]));
  return labels.map((own) => [...own, ...pairsOf(own).map((pair) => indices.get(pair)!)]);
}

/** The rarest label among those that still have records; -1 when none has. The first of equals. */
function rarest(left: Int32Array): number {
  let best = -1;
  for (const [label, count] of left.entries()) {
    if (count > 0 && (best === -1 || count < left[best]!)) best = label;
  }
  return best;
}

/** The subset that wants a record most; of equals the one that wants any record most, of those the drawn one. */
function hungriest(ofLabel: readonly number[] | undefined, ofAny: readonly number[], chance: number): number {
  let candidates = ofAny.map((_, subset) => subset);
  for (const wanted of ofLabel === undefined ? [ofAny] : [ofLabel, ofAny]) {
    const most = Math.max(...candidates.map((subset) => wanted[subset]!));
    candidates = candidates.filter((subset) => wanted[subset] === most);
  }
  return candidates[Math.floor(chance * candidates.length)]!;
}

/**
 * Divides records with any number of labels into subsets that each keep the share of every label (iterative
 * stratification; Sechidis, Tsoumakas & Vlahavas 2011, algorithm 1): the rarest label first, each record into the subset
 * that still lacks most of it. Records without labels come last.
 *
 * @param labels per record, non-negative whole numbers without repeats.
 * @param shares of the subsets, summing to 1.
 * @param chance per record, in [0, 1): the order in which records of one label are dealt, and how ties end.
 * @returns the subset's index per record.
 */
export function iterativeStratification(
  labels: readonly (readonly number[])[],
  shares: readonly number[],
  chance: readonly number[],
): Int32Array {
  const count = labels.reduce((most, own) => Math.max(most, ...own.map((label) => label + 1)), 0);
  const order = [...labels.keys()].sort((a, b) => chance[a]! - chance[b]! || a - b);
  const members = Array.from({ length: count }, (): number[] => []);
  for (const record of order) for (const label of labels[record]!) members[label]!.push(record);
  const left = Int32Array.from(members, ({ length }) => length);
  const wantedOf = members.map(({ length }) => shares.map((share) => length * share));
  const wanted = shares.map((share) => labels.length * share);
  const subsets = new Int32Array(labels.length).fill(-1);
  const deal = (record: number, label: number | undefined): void => {
    const subset = hungriest(label === undefined ? undefined : wantedOf[label]!, wanted, chance[record]!);
    subsets[record] = subset;
    wanted[subset]! -= 1;
    for (const own of labels[record]!) {
      wantedOf[own]![subset]! -= 1;
      left[own]! -= 1;
    }
  };
  for (let label = rarest(left); label !== -1; label = rarest(left)) {
    for (const record of members[label]!) if (subsets[record] === -1) deal(record, label);
  }
  for (const record of order) if (subsets[record] === -1) deal(record, undefined);
  return subsets;
}
