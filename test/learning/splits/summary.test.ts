import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Split } from '../../../src/learning/splits/split.js';
import { summariseSplit } from '../../../src/learning/splits/summary.js';
import { splitRecord } from './split-records.js';

const tasks = [
  { name: 'place', classes: [{ id: 'FR' }, { id: 'IT' }, { id: 'JP' }, { id: 'ES' }], minimumLabelCount: 2 },
];

test('a split is told by class, with what is absent where', () => {
  const given: [string, Split | undefined, string][] = [
    ['1', 'train', 'FR'],
    ['2', 'validation', 'FR'],
    ['3', 'test', 'FR'],
    ['4', 'validation', 'IT'],
    ['5', 'test', 'IT'],
    ['6', 'train', 'JP'],
    ['7', undefined, 'FR'],
  ];
  const summary = summariseSplit(
    given.map(([id, , place]) => splitRecord(id, { known: { place: [place] } })),
    new Map(given.flatMap(([id, split]) => (split === undefined ? [] : [[id, split]]))),
    tasks,
  );
  assert.deepEqual(summary.records, { train: 2, validation: 2, test: 2 });
  assert.equal(summary.unused, 1);
  assert.deepEqual(summary.tasks[0]!.classes[1], {
    id: 'IT',
    records: { train: 0, validation: 1, test: 1 },
  });
  // JP is too rare to be learnt, ES is nowhere: nothing to mind.
  assert.deepEqual(summary.warnings, [
    'place: no record of IT is to learn from (1 to choose and calibrate by, 1 to measure on)',
  ]);
});

test('descriptions that are held back and learnt from are counted and warned of', () => {
  const texts = ['Crimson silk velvet, cut and uncut'];
  const records = ['1', '2', '3'].map((id) => splitRecord(id, { texts }));
  const { duplicates, warnings } = summariseSplit(
    records,
    new Map([
      ['1', 'train'],
      ['2', 'validation'],
      ['3', 'test'],
    ]),
    tasks,
  );
  assert.deepEqual(duplicates.test, { described: 1, same: 1, near: 0 });
  assert.equal(warnings.length, 2);
  assert.match(
    warnings[1]!,
    /^1 of the 1 records with a description that are to measure on have that of a record/,
  );
});

test('a split that holds nothing is named', () => {
  const summary = summariseSplit([splitRecord('1')], new Map([['1', 'train']]), tasks);
  assert.deepEqual(summary.warnings, [
    'no record is to choose and calibrate by',
    'no record is to measure on',
  ]);
});
