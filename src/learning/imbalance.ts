/** How rare classes can be helped, in the order they are compared. */
export const imbalanceStrategies = ['cross-entropy', 'rescaling', 'uniform-sampling', 'focal'] as const;

/**
 * How rare classes are helped: not at all (plain cross-entropy), class weights N/(C·N_c), uniform sampling of classes,
 * or the focal loss (Lin et al. 2017), which lowers the weight of what is easy.
 */
export type ImbalanceStrategy = (typeof imbalanceStrategies)[number];

/** Focusing parameter γ of the focal loss, as in Lin et al. 2017, Dorozynski 2022 and Rei et al. 2024. */
export const focalGamma = 2;

/** Row weights N/(C·N_c), which make every class weigh the same (scikit-learn's class_weight="balanced"). */
export function balancedWeights(labels: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]! += 1;
  const present = counts.filter((count) => count > 0).length;
  return Float64Array.from(labels, (label) => labels.length / (present * counts[label]!));
}

/**
 * Row weights of N draws with replacement, each from a class drawn uniformly, then from its rows uniformly
 * (random uniform sampling of classes). `random` gives numbers in [0, 1).
 */
export function uniformClassWeights(labels: Int32Array, classes: number, random: () => number): Float64Array {
  const members: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, row) => members[label]!.push(row));
  const present = members.filter((rows) => rows.length > 0);
  const weights = new Float64Array(labels.length);
  for (let draw = 0; draw < labels.length; draw++) {
    const rows = present[Math.floor(random() * present.length)]!;
    weights[rows[Math.floor(random() * rows.length)]!]! += 1;
  }
  return weights;
}

/**
 * The weight of each training row under a strategy; undefined where the strategy does not work by weights.
 *
 * @param labels class index per row, 0 ≤ label < classes
 * @param random numbers in [0, 1), used by uniform sampling only
 */
export function imbalanceWeights(
  strategy: ImbalanceStrategy,
  labels: Int32Array,
  classes: number,
  random: () => number,
): Float64Array | undefined {
  if (strategy === 'rescaling') return balancedWeights(labels, classes);
  if (strategy === 'uniform-sampling') return uniformClassWeights(labels, classes, random);
  return undefined;
}
