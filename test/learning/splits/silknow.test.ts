import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { neighbourGroups, neighbourSplit } from '../../../src/learning/splits/neighbours.js';
import { splitNames } from '../../../src/learning/splits/split.js';
import { stratifiedSplit } from '../../../src/learning/splits/stratified.js';
import { readSilknow, type Silknow } from '../../modalities/silknow.js';
import { realData } from '../../modalities/textiles.js';
import { classCounts } from './split-records.js';

const ratios = { train: 0.6, validation: 0.2, test: 0.2 };
const options = { largestGap: 100, runLength: 50 };

function silknow(t: TestContext): Silknow | undefined {
  const folder = realData(t);
  return folder === undefined ? undefined : readSilknow(folder);
}

test('stratifying the SILKNOW records gives every class its share, to within a record, or a few when pairs count too', (t) => {
  const data = silknow(t);
  if (data === undefined) return;
  for (const order of [1, 2] as const) {
    const counts = classCounts(data.splitRecords, stratifiedSplit(data.splitRecords, ratios, 1, order));
    let furthest = 0;
    for (const own of counts.values()) {
      const total = splitNames.reduce((sum, split) => sum + own[split]!, 0);
      for (const split of splitNames)
        furthest = Math.max(furthest, Math.abs(own[split]! - total * ratios[split]));
    }
    t.diagnostic(`order ${order}: at most ${furthest.toFixed(1)} records from the share`);
    assert.ok(furthest <= (order === 1 ? 1 : 6));
  }
});

test('neighbours of the SILKNOW records are many groups, none of them large, and every record has one', (t) => {
  const data = silknow(t);
  if (data === undefined) return;
  const sizes = new Map<string, number>();
  for (const group of neighbourGroups(data.splitRecords, options))
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const largest = Math.max(...sizes.values());
  t.diagnostic(`${sizes.size} groups, the largest of ${largest} records`);
  assert.ok(sizes.size > 1000 && largest <= 200);
  const splits = [...neighbourSplit(data.splitRecords, ratios, 1, options).values()];
  assert.equal(splits.length, 22_093);
  assert.ok(Math.abs(splits.filter((split) => split === 'test').length - 0.2 * 22_093) <= largest);
});
