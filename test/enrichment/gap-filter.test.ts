import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GapFilter } from '../../src/enrichment/gap-filter.js';

test('a gap that was added is always known', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (keys) => {
      const filter = new GapFilter();
      for (const key of keys) filter.add(key);
      assert.ok(keys.every((key) => filter.mayHave(key)));
    }),
    { numRuns: 20 },
  );
});

test('after 400,000 gaps, hardly one in a thousand others is taken for known', () => {
  const filter = new GapFilter();
  for (let gap = 0; gap < 400_000; gap += 1) filter.add(`http://example.org/production/${gap} technique`);
  let wrong = 0;
  for (let gap = 0; gap < 20_000; gap += 1)
    if (filter.mayHave(`http://example.org/production/${gap} material`)) wrong += 1;
  assert.ok(wrong < 20, `${wrong} of 20,000`);
});
