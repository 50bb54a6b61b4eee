/**
 * What is wrong with the predictions that the SILKNOW project published (94,823 statements of nine dumps), counted: how many
 * statements one subject has of one property, which values are relative IRIs, how many subjects are said to have several
 * values, the lowest score, and how far photographs and properties agree (Cohen's kappa of the surest statements of each).
 * Beside it, how far our text and tabular models agree on the textiles' test records.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/published-predictions.js
 */
import path from 'node:path';
import { groupBy } from '../src/config/group-by.js';
import { silent } from '../src/config/progress.js';
import { indexOfLargest } from '../src/learning/index-of-largest.js';
import { agreement } from '../src/learning/metrics/agreement.js';
import type { Opinion } from '../src/modalities/case.js';
import { createTabularModality } from '../src/modalities/tabular/index.js';
import { createTextModality } from '../src/modalities/text/index.js';
import { readTable } from '../test/modalities/table.js';
import { readTextiles, textilesLexicon } from '../test/modalities/textiles.js';

type Row = Readonly<Record<string, string>>;

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const rows = readTable(path.join(folder, 'silknow/published-predictions.tsv.gz'));
const dumps = groupBy(rows, ({ dump }) => dump!);

/** The surest value per subject. */
function surest(statements: readonly Row[]): Map<string, string> {
  const best = new Map<string, Row>();
  for (const row of statements) {
    const other = best.get(row['subject']!);
    if (other === undefined || Number(row['score']) > Number(other['score'])) best.set(row['subject']!, row);
  }
  return new Map([...best].map(([subject, row]) => [subject, row['value']!]));
}

/** Records both have said something of, how many of those they agree on, and kappa. */
function agreed(pairs: readonly (readonly [string, string])[]): string[] {
  const values = [...new Set(pairs.flat())];
  const [first, second] = [0, 1].map((side) => pairs.map((pair) => values.indexOf(pair[side]!)));
  const same = pairs.filter(([one, other]) => one === other).length;
  const { kappa } = agreement(first!, second!, values.length);
  return [String(pairs.length), ((100 * same) / pairs.length).toFixed(1), kappa.toFixed(3)];
}

function line(cells: readonly string[]): void {
  console.log(cells.map((cell, at) => (at === 0 ? cell.padEnd(20) : cell.padStart(15))).join(''));
}

const relative = rows.filter(({ value }) => !value!.includes(':')).length;
console.log(
  `${rows.length} statements on ${new Set(rows.map(({ subject }) => subject)).size} subjects; ` +
    `${relative} (${((100 * relative) / rows.length).toFixed(1)} %) have a relative IRI as value`,
);
line(['dump', 'statements', 'subjects', 'most on one', 'contradictory', 'lowest score']);
for (const [dump, statements] of dumps) {
  const subjects = [...groupBy(statements, ({ subject }) => subject!).values()];
  const contradictory = subjects.filter((own) => new Set(own.map(({ value }) => value)).size > 1);
  line([
    dump,
    String(statements.length),
    String(subjects.length),
    String(subjects.reduce((most, { length }) => Math.max(most, length), 0)),
    String(contradictory.length),
    statements.reduce((least, { score }) => Math.min(least, Number(score)), 1).toFixed(2),
  ]);
}

console.log('\nDo two ways of looking at a record say the same?');
line(['', 'both', 'agree, %', 'kappa']);
for (const property of ['place', 'time', 'technique', 'material']) {
  const images = surest(dumps.get(`image_${property}`)!);
  const pairs = [...surest(dumps.get(`xgboost_${property}`)!)].flatMap(([subject, value]) => {
    const seen = images.get(subject);
    return seen === undefined ? [] : [[seen, value] as const];
  });
  line([`published, ${property}`, ...agreed(pairs)]);
}
const { tasks, train, validation, test } = readTextiles(folder);
const lexicon = await textilesLexicon(folder);
const context = { tasks, seed: 1, progress: silent };
const ways = [
  createTextModality({ imbalance: 'rescaling', minimumLength: 20, maximumLength: 20_000, lexicon }),
  createTabularModality(),
];
const said: (readonly (readonly Opinion[])[])[] = [];
for (const way of ways) said.push(await (await way.train(train, validation, context)).predict(test));
for (const { name } of tasks) {
  const pairs = test.flatMap(({ labels }, index) => {
    if (labels[name] === undefined) return [];
    const [text, tabular] = said.map((opinions) => opinions[index]!.find(({ task }) => task === name));
    return text === undefined || tabular === undefined
      ? []
      : [[String(indexOfLargest(text.scores)), String(indexOfLargest(tabular.scores))] as const];
  });
  line([`ours, ${name}`, ...agreed(pairs)]);
}
