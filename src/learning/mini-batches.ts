import { shuffled } from './random.js';

/** Labelled samples for several tasks. */
export interface MultiTaskLabels {
  readonly rows: number;
  /** Number of classes per task. */
  readonly classes: readonly number[];
  /** rows × tasks class indices, −1 where unknown. */
  readonly labels: Int32Array;
}

/** Samples of one mini-batch, and which of their tasks counts (undefined = every known one). */
export interface MiniBatch {
  readonly rows: readonly number[];
  readonly tasks?: readonly number[] | undefined;
}

/** Rows in which at least one label is known. */
export function rowsWithLabels({ rows, classes, labels }: MultiTaskLabels): readonly number[] {
  const tasks = classes.length;
  return Array.from({ length: rows }, (_, row) => row).filter((row) =>
    labels.subarray(row * tasks, (row + 1) * tasks).some((label) => label >= 0),
  );
}

/** One pass over the labelled rows in random order. */
export function shuffledBatches(
  data: MultiTaskLabels,
  batchSize: number,
  random: () => number,
): readonly MiniBatch[] {
  return parts({ rows: shuffled(rowsWithLabels(data), random) }, batchSize);
}

/**
 * Proportional sampling of tasks (Rei et al. 2024): each mini-batch is of one task, which alone counts, and a task has as
 * many mini-batches as its labels fill. A row comes once for each of its labels.
 */
export function proportionalBatches(
  data: MultiTaskLabels,
  batchSize: number,
  random: () => number,
): readonly MiniBatch[] {
  const { rows, classes, labels } = data;
  const batches = classes.flatMap((_, task) => {
    const own = labels.filter((__, index) => index % classes.length === task);
    const ofTask = { rows, classes: [classes[task]!], labels: own };
    return shuffledBatches(ofTask, batchSize, random).map((batch) => ({
      ...batch,
      tasks: batch.rows.map(() => task),
    }));
  });
  return shuffled(batches, random);
}

/**
 * Mini-batches of rows of like length, in random order, so that little is computed on what fills shorter ones up.
 *
 * @param batches large ones, which are sorted by length and cut
 * @param lengths one per row of the data
 */
export function bucketedBatches(
  batches: readonly MiniBatch[],
  lengths: readonly number[],
  batchSize: number,
  random: () => number,
): readonly MiniBatch[] {
  const cut = batches.flatMap(({ rows, tasks }) => {
    const order = [...rows.keys()].sort((a, b) => lengths[rows[a]!]! - lengths[rows[b]!]!);
    return parts(
      { rows: order.map((index) => rows[index]!), tasks: tasks && order.map((index) => tasks[index]!) },
      batchSize,
    );
  });
  return shuffled(cut, random);
}

/** A mini-batch cut into smaller ones, in its order. */
export function parts({ rows, tasks }: MiniBatch, size: number): readonly MiniBatch[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => {
    const [start, end] = [index * size, (index + 1) * size];
    return { rows: rows.slice(start, end), tasks: tasks?.slice(start, end) };
  });
}

/** Rows by task and class; classes and tasks nobody has are left out. */
function members({
  rows,
  classes,
  labels,
}: MultiTaskLabels): readonly { task: number; byClass: readonly number[][] }[] {
  const tasks = classes.map((count, task) => {
    const byClass: number[][] = Array.from({ length: count }, () => []);
    for (let row = 0; row < rows; row++) byClass[labels[row * classes.length + task] ?? -1]?.push(row);
    return { task, byClass: byClass.filter((rowsOfClass) => rowsOfClass.length > 0) };
  });
  return tasks.filter(({ byClass }) => byClass.length > 0);
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

/**
 * Random uniform sampling of tasks and classes (Rei et al. 2024): each sample is drawn by choosing a task, then one of
 * its classes, then a row of that class, all uniformly; only the chosen task counts for it. As many samples as there
 * are labelled rows.
 */
export function uniformBatches(
  data: MultiTaskLabels,
  batchSize: number,
  random: () => number,
): readonly MiniBatch[] {
  const choices = members(data);
  const total = rowsWithLabels(data).length;
  return Array.from({ length: Math.ceil(total / batchSize) }, (_, index) => {
    const drawn = Array.from({ length: Math.min(batchSize, total - index * batchSize) }, () => {
      const { task, byClass } = pick(choices, random);
      return { task, row: pick(pick(byClass, random), random) };
    });
    return { rows: drawn.map(({ row }) => row), tasks: drawn.map(({ task }) => task) };
  });
}

/** Weights w_c = N/(C·N_c) per task and class, N and C over the classes that occur; 1 for a class that does not. */
export function rescalingWeights({ rows, classes, labels }: MultiTaskLabels): readonly (readonly number[])[] {
  return classes.map((count, task) => {
    const counts = Array.from({ length: count }, () => 0);
    for (let row = 0; row < rows; row++) {
      const label = labels[row * classes.length + task] ?? -1;
      if (label >= 0) counts[label] = (counts[label] ?? 0) + 1;
    }
    const known = counts.reduce((sum, value) => sum + value, 0);
    const occurring = counts.filter((value) => value > 0).length;
    return counts.map((value) => (value === 0 ? 1 : known / (occurring * value)));
  });
}
