/**
 * What short descriptions tell: accuracy on validation and test records of the real textiles by the length of their description,
 * learnt from descriptions of 60, 40, 20 or 1 characters and more.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/short-texts.js
 */
import path from 'node:path';
import { silent } from '../src/config/progress.js';
import { indexOfLargest } from '../src/learning/index-of-largest.js';
import type { LabelledCase } from '../src/modalities/case.js';
import { createTextModality } from '../src/modalities/text/index.js';
import { readTable } from '../test/modalities/table.js';
import { readTextiles } from '../test/modalities/textiles.js';

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const { tasks, train, validation, test } = readTextiles(folder, 'strict');
const rows = readTable(path.join(folder, 'textiles', 'records-strict.tsv.gz'));
const descriptions = new Map(
  rows.map((row) => [
    row['object'] ?? '',
    { value: row['description'] ?? '', language: row['language'] ?? '' },
  ]),
);
/** The cases with descriptions of any length, which the graph made from these records has not. */
const described = (cases: readonly LabelledCase[]): LabelledCase[] =>
  cases.flatMap((labelled) => {
    const text = descriptions.get(labelled.record.object);
    return text === undefined || text.value === ''
      ? []
      : [{ ...labelled, record: { ...labelled.record, texts: [text] } }];
  });
const lengthOf = ({ record }: LabelledCase): number => record.texts[0]!.value.length;

const learnt = described(train);
const held = [...described(validation), ...described(test)];
const ranges = [
  [1, 20],
  [20, 40],
  [40, 60],
  [60, Infinity],
] as const;
const options = { imbalance: 'rescaling', maximumLength: 20_000 } as const;
console.log(['learnt from', ...ranges.map(([from, to]) => `${from} to ${to}`)].join('\t'));
for (const minimum of [60, 40, 20, 1]) {
  const cases = learnt.filter((labelled) => lengthOf(labelled) >= minimum);
  const model = await createTextModality({ ...options, minimumLength: minimum }).train(cases, [], {
    tasks,
    seed: 1,
    progress: silent,
  });
  const cells: string[] = [];
  for (const [from, to] of ranges) {
    const asked = held.filter(
      (labelled) => lengthOf(labelled) >= Math.max(from, minimum) && lengthOf(labelled) < to,
    );
    const opinions = await model.predict(asked, { isExplained: false });
    const right = asked.flatMap(({ labels }, index) =>
      opinions[index]!.flatMap(({ task, scores }) =>
        labels[task] === undefined ? [] : [indexOfLargest(scores) === labels[task]],
      ),
    );
    const share = (100 * right.filter(Boolean).length) / right.length;
    cells.push(right.length === 0 ? '–' : `${share.toFixed(1)} of ${right.length}`);
  }
  console.log([minimum, ...cells].join('\t'));
}
