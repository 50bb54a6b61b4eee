/**
 * What focal loss, layers of each task's own, a class “background”, the mean logits of several photographs and the auxiliary losses of SilkNet do
 * for photographs, on a generated sample collection: macro-F1 of all classes and of the under-represented ones (relative
 * frequency below 1/K among the training labels, Dorozynski 2022) on test records, averaged over the tasks; mean ±
 * standard deviation over seeds, each with a split of its own, and the mean difference to focal loss alone. Nothing is
 * chosen by these figures. Takes minutes per seed. The last column is how often a test record of a class that is learnt gets a
 * higher score than one of a class too rare to be learnt, over all pairs (the area under the ROC curve, 50 = by chance).
 *
 *     node dist/bench/silknet.js [seeds, 5] [records, 1200] [minimum=10, labels of a class] [name of a variant beside focal ...]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openContext } from '../src/cli/context.js';
import { createWorkshop } from '../src/cli/enrichment.js';
import { readSplitCollection } from '../src/cli/split-collection.js';
import { silent } from '../src/config/progress.js';
import { splitCases, tasksToLearn } from '../src/enrichment/learnable.js';
import { Skips } from '../src/enrichment/skips.js';
import { indexOfLargest } from '../src/learning/index-of-largest.js';
import { classificationMetrics } from '../src/learning/metrics/classification.js';
import { underRepresentedF1 } from '../src/learning/metrics/imbalance.js';
import { assignSplits } from '../src/learning/splits/random.js';
import { createImageModality } from '../src/modalities/image/index.js';
import type { LabelledCase } from '../src/modalities/case.js';
import { isBackground } from '../src/modalities/image/background.js';
import type { Modality } from '../src/modalities/modality.js';
import { generateSample } from '../src/sample/index.js';

const seeds = Array.from({ length: Number(process.argv[2] ?? 5) }, (_, index) => index + 1);
const count = Number(process.argv[3] ?? 1200);
const words = process.argv.slice(4);
const wanted = words.filter((word) => !word.startsWith('minimum='));
const minimumLabelCount = Number(words.find((word) => word.startsWith('minimum='))?.slice(8) ?? 10);
const published = { classificationWeight: 1, auxiliaryWeight: 1, colour: 0.5, self: 0.5, views: 2 };

interface Figures {
  readonly all: number;
  readonly rare: number;
  readonly accuracy: number;
  /** NaN where no class is too rare. */
  readonly apart: number;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Share of the pairs in which the first is larger; ties count half. NaN where there are none. */
function largerShare(first: readonly number[], second: readonly number[]): number {
  const wins = first.map((a) => second.reduce((sum, b) => sum + (a > b ? 1 : a === b ? 0.5 : 0), 0));
  return wins.reduce((sum, value) => sum + value, 0) / (first.length * second.length);
}

function spread(values: readonly number[]): string {
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  const deviation = values.length < 2 ? '' : ` ± ${(100 * Math.sqrt(variance)).toFixed(1)}`;
  return `${(100 * middle).toFixed(1)}${deviation}`.padStart(14);
}

const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-silknet-'));
try {
  await generateSample(folder, { seed: 1, records: count, progress: silent });
  const context = await openContext(path.join(folder, 'config.yaml'), {
    env: process.env,
    progress: silent,
    onNotice: () => undefined,
  });
  const workshop = createWorkshop(context);
  const { photographs } = workshop;
  const { records } = await readSplitCollection(context, workshop, new Skips(), { progress: silent });
  await context.store.close();

  const variants: readonly (readonly [string, Modality])[] = [
    ['cross-entropy', createImageModality({ imbalance: 'cross-entropy', photographs })],
    ['focal', createImageModality({ imbalance: 'focal', photographs })],
    ['branches', createImageModality({ imbalance: 'focal', branch: 128, photographs })],
    ['background', createImageModality({ imbalance: 'focal', background: true, photographs })],
    ['mean logits', createImageModality({ imbalance: 'focal', pooling: 'mean', photographs })],
    [
      'focal + semantic',
      createImageModality({
        imbalance: 'focal',
        auxiliary: { ...published, semantic: 1, colour: 0, self: 0 },
        photographs,
      }),
    ],
    [
      'focal + all three',
      createImageModality({ imbalance: 'focal', auxiliary: { ...published, semantic: 0.5 }, photographs }),
    ],
  ];

  const measure = async (modality: Modality, seed: number): Promise<Figures> => {
    const ids = records.map(({ object }) => object);
    const splits = assignSplits(ids, { train: 0.6, validation: 0.2, test: 0.2 }, seed);
    const { profile } = context;
    const rarer = { ...profile, tasks: profile.tasks.map((task) => ({ ...task, minimumLabelCount })) };
    const { tasks } = tasksToLearn(records, splits, rarer);
    const { train, validation, test } = splitCases(records, splits, tasks);
    const model = await modality.train(train, validation, { tasks, seed, progress: silent });
    const opinions = await model.predict(test, { isExplained: false });
    const perTask = tasks.map((learnt) => {
      const { name, classes, labelCounts } = learnt;
      const topScores = (isWanted: (labelled: LabelledCase) => boolean): number[] =>
        test.flatMap((labelled, index) => {
          const scores = opinions[index]?.find(({ task }) => task === name)?.scores;
          return scores !== undefined && isWanted(labelled) ? [Math.max(...scores)] : [];
        });
      const apart = largerShare(
        topScores(({ labels }) => labels[name] !== undefined),
        topScores((labelled) => isBackground(labelled, learnt)),
      );
      const answered = test.flatMap(({ labels }, index) => {
        const scores = opinions[index]?.find(({ task }) => task === name)?.scores;
        const truth = labels[name];
        return scores === undefined || truth === undefined ? [] : [[truth, indexOfLargest(scores)] as const];
      });
      const { macroF1, accuracy, perClass } = classificationMetrics(
        answered.map(([truth]) => truth),
        answered.map(([, answer]) => answer),
        classes.length,
      );
      return { macroF1, accuracy, apart, rare: underRepresentedF1(perClass, labelCounts) };
    });
    return {
      all: mean(perTask.map(({ macroF1 }) => macroF1)),
      rare: mean(perTask.flatMap(({ rare }) => rare ?? [])),
      accuracy: mean(perTask.map(({ accuracy }) => accuracy)),
      apart: mean(perTask.map(({ apart }) => apart).filter((share) => !Number.isNaN(share))),
    };
  };

  const rows: (readonly [string, readonly Figures[]])[] = [];
  for (const [name, modality] of variants) {
    if (wanted.length > 0 && name !== 'focal' && !wanted.includes(name)) continue;
    const figures: Figures[] = [];
    for (const seed of seeds) figures.push(await measure(modality, seed));
    rows.push([name, figures]);
  }
  const focal = rows.find(([name]) => name === 'focal')![1];
  console.log(`${count} generated records, ${seeds.length} seeds; percent, means over the tasks`);
  console.log(
    `${''.padEnd(18)}${['macro-F1', 'rare classes', 'accuracy', 'F1 − focal', 'rare − focal', 'told apart'].map((title) => title.padStart(14)).join('')}`,
  );
  for (const [name, figures] of rows) {
    const columns = [
      ...(['all', 'rare', 'accuracy'] as const).map((which) => spread(figures.map((each) => each[which]))),
      ...(['all', 'rare'] as const).map((which) =>
        spread(figures.map((each, index) => each[which] - focal[index]![which])),
      ),
      spread(figures.map(({ apart }) => apart)),
    ];
    console.log(`${name.padEnd(18)}${columns.join('')}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
