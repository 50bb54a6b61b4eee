import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { labelledCases, learnableTasks } from '../../src/enrichment/learnable.js';
import type { Split } from '../../src/learning/splits/split.js';
import type { CollectionRecord } from '../../src/modalities/case.js';
import type { Task } from '../../src/vocabulary/profile.js';
import { record } from './spy-modality.js';

const task = (minimumLabelCount: number): Task => ({
  name: 'place',
  labels: {},
  predicate: 'http://example.org/place',
  subject: 'production',
  kind: 'single-label',
  minimumLabelCount,
  classes: ['ES', 'FR', 'IT'].map((id) => ({
    id,
    concept: `http://example.org/${id}`,
    labels: {},
    alsoKnownAs: [],
    aliases: [],
  })),
});

const known = (id: number, ...place: string[]): CollectionRecord =>
  record(id, { known: place.length === 0 ? {} : { place } });

const all = (records: readonly CollectionRecord[], split: Split): Map<string, Split> =>
  new Map(records.map(({ object }) => [object, split]));

test('classes keep the order of the profile, and only training records count', () => {
  const records = [
    known(1, 'IT'),
    known(2, 'IT'),
    known(3, 'ES'),
    known(4, 'ES'),
    known(5, 'FR'),
    known(6, 'FR'),
  ];
  const splits = all(records, 'train');
  splits.set(records[5]!.object, 'test');
  const { tasks, notLearnt } = learnableTasks(records, splits, [task(2)]);
  assert.deepEqual(tasks, [{ name: 'place', classes: ['ES', 'IT'], labelCounts: [2, 2] }]);
  assert.deepEqual(notLearnt, []);
});

test('a record in no split and a record with two values teach nothing', () => {
  const records = [known(1, 'IT'), known(2, 'IT', 'FR'), known(3, 'ES'), known(4, 'FR')];
  const splits = all(records, 'train');
  splits.delete(records[3]!.object);
  const { tasks } = learnableTasks(records, splits, [task(1)]);
  assert.deepEqual(tasks[0]?.classes, ['ES', 'IT']);
});

test('a task with one class left is not learnt, and the reason gives the counts', () => {
  const records = [known(1, 'IT'), known(2, 'IT'), known(3, 'ES')];
  const { tasks, notLearnt } = learnableTasks(records, all(records, 'train'), [task(2)]);
  assert.deepEqual(tasks, []);
  assert.match(notLearnt[0]!.reason, /fewer than two classes have 2 .*IT 2, ES 1/);
  assert.match(learnableTasks([], new Map(), [task(2)]).notLearnt[0]!.reason, /no labels/);
});

test('cases carry the class index of the learnable task; other values give no label', () => {
  const tasks = [{ name: 'place', classes: ['ES', 'IT'] }];
  const cases = labelledCases([known(1, 'IT'), known(2, 'FR'), known(3), known(4, 'ES', 'IT')], tasks);
  assert.deepEqual(
    cases.map(({ labels }) => labels),
    [{ place: 1 }, {}, {}, {}],
  );
});

test('what the held-out records are labelled with never changes what is learnable', () => {
  const place = fc.constantFrom('ES', 'FR', 'IT');
  const split = fc.constantFrom<Split>('train', 'validation', 'test');
  fc.assert(
    fc.property(fc.array(fc.tuple(place, place, split), { maxLength: 40 }), (rows) => {
      const splits = new Map(rows.map((row, n) => [known(n).object, row[2]]));
      const before = rows.map(([own], n) => known(n, own));
      const after = rows.map(([own, other, at], n) => known(n, at === 'train' ? own : other));
      assert.deepEqual(
        learnableTasks(after, splits, [task(3)]).tasks,
        learnableTasks(before, splits, [task(3)]).tasks,
      );
    }),
  );
});
