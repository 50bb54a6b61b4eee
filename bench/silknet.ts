/**
 * What focal loss, layers of each task's own, a class “background”, the mean logits of several photographs and the auxiliary losses of SilkNet do
 * for photographs, on a generated sample collection: macro-F1 of all classes and of the under-represented ones (relative
 * frequency below 1/K among the training labels, Dorozynski 2022) on test records, averaged over the tasks; mean ±
 * standard deviation over seeds, each with a split of its own, and the mean difference to focal loss alone. Nothing is
 * chosen by these figures. Takes minutes per seed. The last column is how often a test record of a class that is learnt gets a
 * higher score than one of a class too rare to be learnt, over all pairs (the area under the ROC curve, 50 = by chance).
 * The last table is macro-F1 and accuracy per task, beside answering every photograph with the commonest value.
 *
 *     node dist/bench/silknet.js [seeds, 5] [records, 1200] [minimum=10, labels of a class] [name of a variant beside focal ...]
 */
import { silent } from '../src/config/progress.js';
import type { LearnableTask, LabelledCase, Opinion } from '../src/modalities/case.js';
import { isBackground } from '../src/modalities/image/background.js';
import { createImageModality } from '../src/modalities/image/index.js';
import type { Modality } from '../src/modalities/modality.js';
import { dividedBySeed, figuresOf, mean, spread, withSample, type Figures } from './image-figures.js';

const seeds = Array.from({ length: Number(process.argv[2] ?? 5) }, (_, index) => index + 1);
const count = Number(process.argv[3] ?? 1200);
const words = process.argv.slice(4);
const wanted = words.filter((word) => !word.startsWith('minimum='));
const minimumLabelCount = Number(words.find((word) => word.startsWith('minimum='))?.slice(8) ?? 10);
const published = { classificationWeight: 1, auxiliaryWeight: 1, colour: 0.5, self: 0.5, views: 2 };

interface Measured extends Figures {
  /** NaN where no class is too rare. */
  readonly apart: number;
}

/** Share of the pairs in which the first is larger; ties count half. NaN where there are none. */
function largerShare(first: readonly number[], second: readonly number[]): number {
  const wins = first.map((a) => second.reduce((sum, b) => sum + (a > b ? 1 : a === b ? 0.5 : 0), 0));
  return wins.reduce((sum, value) => sum + value, 0) / (first.length * second.length);
}

/** How often a record of a class that is learnt has a higher score than one of a class that is not. */
function toldApart(
  task: LearnableTask,
  test: readonly LabelledCase[],
  opinions: readonly (readonly Opinion[])[],
): number {
  const topScores = (isWanted: (labelled: LabelledCase) => boolean): number[] =>
    test.flatMap((labelled, index) => {
      const scores = opinions[index]?.find((opinion) => opinion.task === task.name)?.scores;
      return scores !== undefined && isWanted(labelled) ? [Math.max(...scores)] : [];
    });
  return largerShare(
    topScores(({ labels }) => labels[task.name] !== undefined),
    topScores((labelled) => isBackground(labelled, task)),
  );
}

await withSample(count, async (sample) => {
  const { photographs } = sample.workshop;
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

  const commonest = (seed: number): Figures => {
    const { tasks, cases } = dividedBySeed(sample, seed, minimumLabelCount);
    const opinions = tasks.map(({ name, labelCounts }): Opinion => {
      const largest = Math.max(...labelCounts);
      const scores = labelCounts.map((count) => (count === largest ? 1 : 0));
      return { task: name, scores, used: '', evidence: [] };
    });
    const withPhotograph = cases.test.filter(({ record }) => record.images.length > 0);
    return figuresOf(
      tasks,
      withPhotograph,
      withPhotograph.map(() => opinions),
    );
  };

  const measure = async (modality: Modality, seed: number): Promise<Measured> => {
    const { tasks, cases } = dividedBySeed(sample, seed, minimumLabelCount);
    const model = await modality.train(cases.train, cases.validation, { tasks, seed, progress: silent });
    const opinions = await model.predict(cases.test, { isExplained: false });
    const apart = tasks
      .map((task) => toldApart(task, cases.test, opinions))
      .filter((share) => !Number.isNaN(share));
    return { ...figuresOf(tasks, cases.test, opinions), apart: mean(apart) };
  };

  const rows: (readonly [string, readonly Measured[]])[] = [];
  for (const [name, modality] of variants) {
    if (wanted.length > 0 && name !== 'focal' && !wanted.includes(name)) continue;
    const figures: Measured[] = [];
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

  const byTask = [['commonest value', seeds.map(commonest)] as const, ...rows];
  const names = Object.keys(focal[0]!.tasks);
  console.log(`\n${''.padEnd(18)}${names.map((name) => name.padStart(28)).join('')}`);
  for (const [name, figures] of byTask) {
    const cells = names.flatMap((task) =>
      (['macroF1', 'accuracy'] as const).map((which) =>
        spread(figures.flatMap(({ tasks }) => tasks[task]?.[which] ?? [])),
      ),
    );
    console.log(`${name.padEnd(18)}${cells.join('')}`);
  }
});
