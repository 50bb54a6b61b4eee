import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Skips } from '../../src/enrichment/skips.js';

test('skips are counted by reason, the most frequent first, equally frequent ones by name', () => {
  const skips = new Skips();
  skips.add('no production', 'a');
  for (const example of ['b', 'c']) skips.add('empty description', example);
  skips.add('several productions', 'd');
  assert.deepEqual(skips.list(), [
    { reason: 'empty description', count: 2, examples: ['b', 'c'] },
    { reason: 'no production', count: 1, examples: ['a'] },
    { reason: 'several productions', count: 1, examples: ['d'] },
  ]);
});

test('a hundred thousand skips keep ten examples', () => {
  const skips = new Skips();
  for (let n = 0; n < 100_000; n++) skips.add('no production', String(n));
  const entry = skips.list()[0]!;
  assert.equal(entry.count, 100_000);
  assert.deepEqual(entry.examples, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
});

test('photographs are counted in full, though only some are listed', () => {
  const skips = new Skips();
  skips.addPhotographs([
    { reason: 'not-found', count: 1, examples: ['x'] },
    { reason: 'unreachable', count: 40, examples: ['y', 'z'] },
  ]);
  assert.deepEqual(
    skips.list().map(({ reason, count, examples }) => [reason, count, examples[0]]),
    [
      ['photograph unreachable', 40, 'y'],
      ['photograph not-found', 1, 'x'],
    ],
  );
});

test('a list that was handed out does not change', () => {
  const skips = new Skips();
  skips.add('no production', 'a');
  const before = skips.list();
  skips.add('no production', 'b');
  assert.deepEqual(before, [{ reason: 'no production', count: 1, examples: ['a'] }]);
});
