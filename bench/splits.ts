/**
 * What a split says of a model: test macro-F1 / accuracy of the tabular model on the real SILKNOW records, divided in every
 * way, mean over the seeds. Leaving one museum out, the answers for all museums are measured together.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/splits.js [seeds, 3 unless told]
 */
import { silent } from '../src/config/progress.js';
import { labelledCases } from '../src/enrichment/learnable.js';
import { indexOfLargest } from '../src/learning/index-of-largest.js';
import { classificationMetrics } from '../src/learning/metrics/classification.js';
import { leaveOneGroupOut } from '../src/learning/splits/leave-one-group-out.js';
import { neighbourGroups, neighbourSplit } from '../src/learning/splits/neighbours.js';
import { positionOf } from '../src/learning/splits/position.js';
import { assignSplits } from '../src/learning/splits/random.js';
import { splitNames, type Split } from '../src/learning/splits/split.js';
import { stratifiedSplit } from '../src/learning/splits/stratified.js';
import type { LabelledCase } from '../src/modalities/case.js';
import { createTabularModality } from '../src/modalities/tabular/index.js';
import { readSilknow } from '../test/modalities/silknow.js';

interface Answer {
  readonly truth: number;
  readonly answer: number;
}
/** Answers per task. */
type Answers = readonly (readonly Answer[])[];

const data = process.env['LACUNA_DATA'];
if (data === undefined || data === '') throw new Error('LACUNA_DATA is not set: needs the real museum data');
const seeds = Array.from({ length: Number(process.argv[2] ?? 3) }, (_, index) => index + 1);
const ratios = { train: 0.6, validation: 0.2, test: 0.2 };
const { records, splitRecords, published, tasks } = readSilknow(data);
const cases = labelledCases(records, tasks);

async function answers(splitOf: (index: number) => Split | undefined, seed: number): Promise<Answers> {
  const of = (split: Split): LabelledCase[] => cases.filter((_, index) => splitOf(index) === split);
  const [train, validation, test] = splitNames.map(of) as [LabelledCase[], LabelledCase[], LabelledCase[]];
  const modality = createTabularModality();
  const model = await modality.train(train, validation, { tasks, seed, progress: silent });
  const opinions = await model.predict(test);
  return tasks.map(({ name }) =>
    test.flatMap(({ labels }, index) => {
      const truth = labels[name];
      if (truth === undefined) return [];
      const scores = opinions[index]!.find(({ task }) => task === name)?.scores;
      return [{ truth, answer: scores === undefined ? -1 : indexOfLargest(scores) }];
    }),
  );
}

/** Macro-F1 and accuracy of each task and their averages, in percent. */
function figures(all: Answers): number[][] {
  const perTask = all.map((ofTask, index) => {
    const { macroF1, accuracy } = classificationMetrics(
      ofTask.map(({ truth }) => truth),
      ofTask.map(({ answer }) => answer),
      tasks[index]!.classes.length,
    );
    return [100 * macroF1, 100 * accuracy];
  });
  const mean = (which: number): number => perTask.reduce((sum, pair) => sum + pair[which]!, 0) / tasks.length;
  return [...perTask, [mean(0), mean(1)]];
}

function row(name: string, runs: readonly number[][][]): void {
  const cells = runs[0]!.map((_, task) =>
    [0, 1]
      .map((which) =>
        (runs.reduce((sum, run) => sum + run[task]![which]!, 0) / runs.length).toFixed(1).padStart(5),
      )
      .join(' /'),
  );
  process.stdout.write(`${name.padEnd(34)}${cells.map((cell) => cell.padStart(14)).join('')}\n`);
}

async function measure(name: string, splitsOf: (seed: number) => ReadonlyMap<string, Split>): Promise<void> {
  const runs: number[][][] = [];
  for (const seed of seeds) {
    const splits = splitsOf(seed);
    runs.push(figures(await answers((index) => splits.get(records[index]!.object), seed)));
  }
  row(name, runs);
}

const heading = [...tasks.map(({ name }) => name), 'average'];
process.stdout.write(
  `${cases.length} records, seeds ${seeds.join(' ')}: test macro-F1 / accuracy, %\n` +
    `${'split'.padEnd(34)}${heading.map((name) => name.padStart(14)).join('')}\n`,
);
await measure('published', () => published);
await measure('random', (seed) =>
  assignSplits(
    splitRecords.map(({ id }) => id),
    ratios,
    seed,
  ),
);
await measure('stratified', (seed) => stratifiedSplit(splitRecords, ratios, seed, 2));
for (const options of [
  { largestGap: 20, runLength: 50 },
  { largestGap: 100, runLength: 20 },
  { largestGap: 100, runLength: 50 },
  { largestGap: 100, runLength: 200 },
  { largestGap: 1000, runLength: 50 },
]) {
  const groups = new Set(neighbourGroups(splitRecords, options)).size;
  const name = `neighbours, ${options.runLength} within ${options.largestGap}`;
  await measure(`${name} (${groups})`, (seed) => neighbourSplit(splitRecords, ratios, seed, options));
}

const museums = [...leaveOneGroupOut(records.map(({ museum }) => museum))];
const runs: number[][][] = [];
const perMuseum = new Map<string, number[][][]>();
for (const seed of seeds) {
  const together: Answer[][] = tasks.map(() => []);
  for (const { held } of museums) {
    const own = await answers((index) => {
      const { museum, object } = records[index]!;
      if (museum === held) return 'test';
      return positionOf(object, seed) < 0.25 ? 'validation' : 'train';
    }, seed);
    for (const [task, list] of own.entries()) together[task]!.push(...list);
    perMuseum.set(held, [...(perMuseum.get(held) ?? []), figures(own)]);
  }
  runs.push(figures(together));
}
row('leave one museum out', runs);
for (const [museum, own] of perMuseum) row(`  ${museum}`, own);
