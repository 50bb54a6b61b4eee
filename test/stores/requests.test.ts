import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { Parser } from 'n3';
import sparqljs from 'sparqljs';
import type { SparqlQuery, UpdateOperation } from 'sparqljs';
import { openProtocolStore } from '../../src/graph/protocol-store.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import { predictionsGraph, trainedEnrichment } from '../enrichment/small-enrichment.js';
import { startRecordingProxy, type Recorded } from './recording-proxy.js';
import { servers } from './servers.js';
import type { TestServer } from './test-store.js';

const museums = ['http://example.org/graph/lyon', 'http://example.org/graph/venice'];
const form = 'application/x-www-form-urlencoded';

/** The query or the update of a request. */
function operationOf({ contentType, body }: Recorded): { text: string; parsed: SparqlQuery } {
  const fields = contentType === form ? new URLSearchParams(body) : undefined;
  if (fields !== undefined)
    assert.equal([...fields.keys()].length, 1, 'the query or the update, nothing else');
  const text = fields === undefined ? body : (fields.get('query') ?? fields.get('update') ?? '');
  // Without a base, a relative IRI is a syntax error here.
  return { text, parsed: new sparqljs.Parser().parse(text) };
}

/** The graphs that inserted and deleted data are in; `undefined` for the default graph. */
function graphsOf(operation: UpdateOperation): (string | undefined)[] {
  assert.ok('updateType' in operation, 'data are inserted and deleted, nothing else is done');
  assert.ok(operation.updateType === 'insert' || operation.updateType === 'delete', operation.updateType);
  const blocks = operation.updateType === 'insert' ? operation.insert : operation.delete;
  return blocks.map((block) => (block.type === 'graph' ? block.name.value : undefined));
}

/** Two whole runs over a small collection, the second with another model, as the store sees them. */
async function recordedRuns(
  folder: string,
  server: TestServer,
): Promise<{ requests: readonly Recorded[]; triples: number }> {
  const { endpoint, updateEndpoint, kind, limited } = server;
  const proxy = await startRecordingProxy(new URL(endpoint).origin);
  const store = openProtocolStore({
    endpoint: proxy.through(endpoint),
    updateEndpoint: proxy.through(updateEndpoint),
    profile: storeProfiles[kind],
    auth: limited,
    timeoutMs: 30_000,
    writableGraphs: [predictionsGraph],
    userAgent: 'Lacuna tests',
  });
  let triples = 0;
  try {
    const changed = { seed: 7, thresholds: { place: 0, technique: 0 }, models: 'others', suffix: 'other' };
    for (const options of [{}, changed]) {
      const { enrichment } = await trainedEnrichment(folder, { store, ...options });
      const plan = enrichment.plan({ trigger: 'demand' });
      const { state, summary, error } = await enrichment.run(plan, { progress: () => undefined });
      assert.equal(state, 'completed', error?.message);
      triples += summary?.written.triples ?? 0;
    }
  } finally {
    await store.close();
    await proxy.stop();
  }
  return { requests: proxy.recorded, triples };
}

describe('what a run sends', () => {
  for (const { name, kind, start, skip } of servers) {
    test(
      `to ${name}: queries and updates its grammar allows, and updates of the predictions alone`,
      { skip: skip ?? false },
      async () => {
        const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-requests-'));
        const server = await start();
        try {
          const file = await writeSmallCollection(folder, 120);
          const collection = await server.open(museums);
          await collection.write({
            insert: new Parser({ format: 'N-Quads' }).parse(await readFile(file, 'utf8')),
            remove: [],
          });
          await collection.close();
          const { requests, triples } = await recordedRuns(folder, server);
          assert.ok(triples > 1000, `only ${String(triples)} triples were written`);

          const paths = {
            query: new URL(server.endpoint).pathname,
            update: new URL(server.updateEndpoint).pathname,
          };
          const direct = storeProfiles[kind].updateBody === 'direct';
          const counts = { query: 0, update: 0, delete: 0 };
          const graphs = new Set<string | undefined>();
          for (const request of requests) {
            // A Digest challenge comes first, and is no failure.
            assert.ok(
              request.status < 300 || request.status === 401,
              `${request.path}: ${String(request.status)}`,
            );
            assert.equal(request.method, 'POST');
            const { text, parsed } = operationOf(request);
            counts[parsed.type] += 1;
            assert.equal(request.path, paths[parsed.type]);
            const isBody = direct && parsed.type === 'update';
            assert.equal(request.contentType, isBody ? 'application/sparql-update; charset=utf-8' : form);
            if (parsed.type === 'query') {
              assert.doesNotMatch(text, /\bOFFSET\b/i);
              continue;
            }
            assert.ok(text.split(' .\n').length < 4989, 'more triples in a block than Virtuoso takes');
            for (const operation of parsed.updates) {
              for (const graph of graphsOf(operation)) graphs.add(graph);
              if ('updateType' in operation && operation.updateType === 'delete') counts.delete += 1;
            }
          }
          assert.deepEqual([...graphs], [predictionsGraph]);
          assert.ok(counts.query > 5 && counts.update > 1 && counts.delete > 0, JSON.stringify(counts));
        } finally {
          await server.stop();
          await rm(folder, { recursive: true, force: true });
        }
      },
    );
  }
});
