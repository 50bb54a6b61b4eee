import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapAhead } from '../../src/enrichment/map-ahead.js';

async function* count(to: number): AsyncGenerator<number> {
  for (let n = 0; n < to; n++) yield await Promise.resolve(n);
}

async function inFlight(items: number): Promise<number> {
  let now = 0;
  let most = 0;
  const results: number[] = [];
  const work = async (n: number): Promise<number> => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return n * 2;
  };
  for await (const result of mapAhead(count(items), 2, work)) results.push(result);
  assert.deepEqual(
    results,
    Array.from({ length: items }, (_, n) => n * 2),
  );
  return most;
}

test('order is kept and what is in flight does not grow with the length', async () => {
  assert.equal(await inFlight(10), 2);
  assert.equal(await inFlight(1000), 2);
});

test('a failure surfaces where its result would have been', async () => {
  const seen: number[] = [];
  const work = async (n: number): Promise<number> => {
    if (n === 3) throw new Error('broken');
    return Promise.resolve(n);
  };
  await assert.rejects(async () => {
    for await (const n of mapAhead(count(10), 2, work)) seen.push(n);
  }, /broken/);
  assert.deepEqual(seen, [0, 1, 2]);
});
