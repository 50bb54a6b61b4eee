import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openContext, type Context } from '../src/cli/context.js';
import { createWorkshop, type Workshop } from '../src/cli/enrichment.js';
import { readSplitCollection } from '../src/cli/split-collection.js';
import { silent } from '../src/config/progress.js';
import { splitCases, tasksToLearn, type Learnable } from '../src/enrichment/learnable.js';
import { Skips } from '../src/enrichment/skips.js';
import { classificationMetrics } from '../src/learning/metrics/classification.js';
import { underRepresentedF1 } from '../src/learning/metrics/imbalance.js';
import { assignSplits } from '../src/learning/splits/random.js';
import type { Split } from '../src/learning/splits/split.js';
import type { CollectionRecord, LabelledCase, Opinion } from '../src/modalities/case.js';
import { generateSample } from '../src/sample/index.js';
import { answered } from './answered.js';

/** Means over the tasks, in 0..1: macro-F1 of all classes, of the under-represented ones, and accuracy. */
export interface Figures {
  readonly all: number;
  readonly rare: number;
  readonly accuracy: number;
  /** By task. */
  readonly tasks: Readonly<Record<string, { readonly macroF1: number; readonly accuracy: number }>>;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean ± standard deviation (n − 1) in percent, fourteen characters wide; a dash where there is nothing to measure. */
export function spread(values: readonly number[]): string {
  if (values.length === 0 || values.some(Number.isNaN)) return '–'.padStart(14);
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  const deviation = values.length < 2 ? '' : ` ± ${(100 * Math.sqrt(variance)).toFixed(1)}`;
  return `${(100 * middle).toFixed(1)}${deviation}`.padStart(14);
}

/** A generated collection, its records and a folder for whatever else is made, which goes afterwards. */
export async function withSample(
  count: number,
  work: (sample: {
    readonly folder: string;
    readonly context: Context;
    readonly workshop: Workshop;
    readonly records: readonly CollectionRecord[];
  }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-photographs-'));
  try {
    await generateSample(folder, { seed: 1, records: count, progress: silent });
    const context = await openContext(path.join(folder, 'config.yaml'), {
      env: process.env,
      progress: silent,
      onNotice: () => undefined,
    });
    const workshop = createWorkshop(context);
    const { records } = await readSplitCollection(context, workshop, new Skips(), { progress: silent });
    await context.store.close();
    await work({ folder, context, workshop, records });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The split of a seed, 60/20/20, and what can be learnt from it; `minimumLabelCount` instead of the profile's. */
export function dividedBySeed(
  { context, records }: { readonly context: Context; readonly records: readonly CollectionRecord[] },
  seed: number,
  minimumLabelCount?: number,
): {
  readonly splits: ReadonlyMap<string, Split>;
  readonly tasks: Learnable['tasks'];
  readonly cases: Readonly<Record<Split, readonly LabelledCase[]>>;
} {
  const ids = records.map(({ object }) => object);
  const splits = assignSplits(ids, { train: 0.6, validation: 0.2, test: 0.2 }, seed);
  const { profile } = context;
  const tasksOfProfile = profile.tasks.map((task) =>
    minimumLabelCount === undefined ? task : { ...task, minimumLabelCount },
  );
  const { tasks } = tasksToLearn(records, splits, { ...profile, tasks: tasksOfProfile });
  return { splits, tasks, cases: splitCases(records, splits, tasks) };
}

/** How good opinions on test cases are, where there is one. */
export function figuresOf(
  tasks: Learnable['tasks'],
  test: readonly LabelledCase[],
  opinions: readonly (readonly Opinion[])[],
): Figures {
  const perTask = tasks.map(({ name, classes, labelCounts }) => {
    const { truth, answers } = answered(name, test, opinions);
    const { macroF1, accuracy, perClass } = classificationMetrics(truth, answers, classes.length);
    return { name, macroF1, accuracy, rare: underRepresentedF1(perClass, labelCounts) };
  });
  return {
    all: mean(perTask.map(({ macroF1 }) => macroF1)),
    rare: mean(perTask.flatMap(({ rare }) => rare ?? [])),
    accuracy: mean(perTask.map(({ accuracy }) => accuracy)),
    tasks: Object.fromEntries(perTask.map(({ name, ...figures }) => [name, figures])),
  };
}
