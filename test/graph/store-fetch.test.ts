import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import { passedThrough, readFirst, storeFetch } from '../../src/graph/store-fetch.js';
import { MemoryStore } from '../daemon/memory-store.js';

const json = 'application/sparql-results+json';
const never = new AbortController().signal;

for (const [name, answering] of [
  ['passed through', passedThrough(json)],
  ['read first', readFirst()],
] as const) {
  test(`${name}: only the stores are reached, each at its own address`, async () => {
    const stores = ['one', 'two'].map((text) => new MemoryStore(`<http://e/s> <http://e/p> "${text}" .`));
    const { fetch, addresses } = storeFetch(stores, answering, never);
    const said: string[] = [];
    for (const address of addresses) {
      const query = encodeURIComponent('SELECT ?v { ?s ?p ?v }');
      const answer = await fetch(`${address}?query=${query}`, { headers: { accept: json } });
      const { results } = (await answer.json()) as { results: { bindings: { v: { value: string } }[] } };
      said.push(...results.bindings.map(({ v }) => v.value));
    }
    assert.deepEqual(said, ['one', 'two']);
    const asked = await fetch(addresses[0] ?? '', {
      method: 'POST',
      body: new URLSearchParams({ query: 'ASK {}' }),
    });
    assert.match(await asked.text(), /true/);
    const elsewhere = [
      'http://elsewhere.example/sparql?query=ASK%7B%7D',
      'http://store.invalid/other?query=ASK%7B%7D',
      `${(addresses[0] ?? '').replace('http:', 'https:')}?query=ASK%7B%7D`,
      'file:///etc/hostname',
    ];
    for (const url of elsewhere) await assert.rejects(fetch(url), /is not asked/);
  });
}

test('a store is asked so many times at once and no more; what waits does not starve', async () => {
  let inFlight = 0;
  let most = 0;
  const store = {
    profile: storeProfiles.sparql,
    ask: () => Promise.resolve(true),
    answer: () => Promise.reject(new Error('rows are selected')),
    select: async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((done) => setImmediate(done));
      inFlight -= 1;
      return [];
    },
  };
  const { fetch, addresses } = storeFetch([store], readFirst(), never);
  // Not one answer is read before all have been asked for.
  await Promise.all(
    Array.from({ length: 20 }, () =>
      fetch(`${addresses[0] ?? ''}?query=${encodeURIComponent('SELECT * {}')}`),
    ),
  );
  assert.equal(most, storeProfiles.sparql.requestsInFlight);
});
