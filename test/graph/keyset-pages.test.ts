import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keysetPages } from '../../src/graph/keyset-pages.js';
import type { Bindings } from '../../src/graph/store.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import { literal, namedNode } from '../../src/graph/terms.js';
import { TruncatedAnswer } from '../../src/graph/truncated-answer.js';

const model = {
  graph: namedNode('urn:g'),
  objectClass: namedNode('urn:Object'),
  produced: namedNode('urn:produced'),
};

/** A listing of so many rows per key, by a store that gives no more than `most` rows at once. */
function listing(counts: readonly number[], most: number) {
  const rows: Bindings[] = counts.flatMap((count, index) => {
    const obj = namedNode(`urn:o:${String(index).padStart(3, '0')}`);
    return Array.from({ length: count }, (_, row) => ({ obj, prod: literal(String(row)) }));
  });
  const limits: number[] = [];
  const select = (query: string): Promise<Bindings[]> => {
    const last = /> "([^"]*)"/.exec(query)?.[1] ?? '';
    const limit = Number(/LIMIT (\d+)/.exec(query)?.[1]);
    limits.push(limit);
    const page = rows.filter(({ obj }) => obj!.value > last).slice(0, limit);
    if (page.length > most) return Promise.reject(new TruncatedAnswer(`cut at ${String(most)}`));
    return Promise.resolve(page);
  };
  return { rows, limits, store: { select, profile: storeProfiles.sparql } };
}

test('whatever the store cuts, every row comes once and no key straddles pages; or it is told that one key is too much', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      async (counts, pageSize, most) => {
        const { rows, limits, store } = listing(counts, most);
        const found: Bindings[] = [];
        const seen = new Set<string>();
        try {
          const pages = keysetPages(
            store as never,
            { template: 'list-records', values: model, key: 'obj', pageSize },
            {},
          );
          for await (const page of pages) {
            const keys = new Set(page.map(({ obj }) => obj!.value));
            for (const key of keys) assert.ok(!seen.has(key), `${key} is on two pages`);
            for (const key of keys) seen.add(key);
            found.push(...page);
          }
        } catch (error) {
          assert.ok(error instanceof TruncatedAnswer, String(error));
          // To see that a key's rows are complete, one row more has to fit.
          assert.ok(Math.max(...counts) + 1 > most, `${String(counts)} fit into ${String(most)}`);
          return;
        }
        assert.deepEqual(found, rows);
        assert.ok(limits.length <= 4 * counts.length + 16);
      },
    ),
    { numRuns: 500 },
  );
});
