import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EarlierStatements } from '../../src/enrichment/earlier-statements.js';
import type { Gap } from '../../src/enrichment/earlier.js';
import type { Store } from '../../src/graph/store.js';
import { predictionsGraph, smallProfile } from './small-enrichment.js';
import { record } from './spy-modality.js';

const [place] = (await smallProfile()).tasks;
const gap = (id: number): Gap => ({ record: record(id), task: place! });

/** A graph that holds something or nothing, and which productions it was asked about. */
function asked(holdsAny: boolean): { earlier: EarlierStatements; read: string[] } {
  const read: string[] = [];
  const store = {
    ask: () => Promise.resolve(holdsAny),
    select: (query: string) => {
      read.push(...(query.match(/production\/\d+/g) ?? []));
      return Promise.resolve([]);
    },
  } as unknown as Store;
  const settings = { predictionsGraph, namespace: 'http://example.org/lacuna/', agents: {} };
  return { earlier: new EarlierStatements(store, settings, 'model'), read };
}

test('of a graph that holds no statement nothing is read, but what the run itself has written since', async () => {
  const { earlier, read } = asked(false);
  assert.equal((await earlier.of([gap(1), gap(2)])).length, 2);
  assert.deepEqual(read, []);
  earlier.willWrite([gap(2)]);
  assert.equal((await earlier.of([gap(1), gap(2), gap(3)])).length, 3);
  assert.deepEqual(read, ['production/2']);
});

test('of a graph that holds statements every gap is read', async () => {
  const { earlier, read } = asked(true);
  await earlier.of([gap(1), gap(2)]);
  assert.deepEqual(read, ['production/1', 'production/2']);
});
