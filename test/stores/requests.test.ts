import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import sparqljs from 'sparqljs';
import type { Quads, SparqlQuery, UpdateOperation } from 'sparqljs';
import type { RunRequest, RunState } from '../../src/enrichment/run-state.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import { quadKeys, rdfQuads } from '../enrichment/predicted-quads.js';
import { predictionsGraph, trainedEnrichment } from '../enrichment/small-enrichment.js';
import { startRecordingProxy, type Recorded } from './recording-proxy.js';
import { servers } from './servers.js';
import { loadSmallCollection, openLimited } from './small-collection-store.js';
import type { TestServer } from './test-store.js';

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

/** The blocks of data that an operation inserts or deletes; it may do nothing else. */
function dataOf(operation: UpdateOperation): { kind: 'insert' | 'delete'; blocks: Quads[] } {
  assert.ok('updateType' in operation, 'data are inserted and deleted, nothing else is done');
  assert.ok(operation.updateType === 'insert' || operation.updateType === 'delete', operation.updateType);
  return operation.updateType === 'insert'
    ? { kind: 'insert', blocks: operation.insert }
    : { kind: 'delete', blocks: operation.delete };
}

/** Whether data are claims on the graph alone, which every run lays. */
const areClaims = (blocks: readonly Quads[]): boolean =>
  blocks
    .flatMap(({ triples }) => triples)
    .every(({ subject }) => 'value' in subject && subject.value.includes('/lease/'));

/** What one run sent. */
interface Sent {
  readonly run: string;
  readonly requests: readonly Recorded[];
}

/**
 * A life over a small collection as the store sees it: a run, one with another model, one that takes a task back, one that
 * does it again, and one that publishes the cleared graph again.
 */
async function recordedRuns(folder: string, server: TestServer): Promise<{ sent: Sent[]; triples: number }> {
  const { endpoint, updateEndpoint } = server;
  const proxy = await startRecordingProxy(new URL(endpoint).origin);
  const through = { endpoint: proxy.through(endpoint), updateEndpoint: proxy.through(updateEndpoint) };
  const store = openLimited({ ...server, ...through });
  const direct = openLimited(server);
  const sent: Sent[] = [];
  let triples = 0;
  const first = await trainedEnrichment(folder, { store });
  const changed = { seed: 7, thresholds: { place: 0, technique: 0 }, models: 'others', suffix: 'other' };
  const second = await trainedEnrichment(folder, { store, ...changed });
  const record = async (
    run: string,
    { enrichment }: typeof first,
    request: Partial<RunRequest> = {},
  ): Promise<RunState> => {
    const before = proxy.recorded.length;
    const plan = enrichment.plan({ trigger: 'demand', ...request });
    const state = await enrichment.run(plan, { progress: () => undefined });
    assert.equal(state.state, 'completed', `${run}: ${String(state.error?.message)}`);
    triples += state.summary?.written.triples ?? 0;
    sent.push({ run, requests: proxy.recorded.slice(before) });
    return state;
  };
  try {
    await record('enrich', first);
    await record('enrich with another model', second);
    const taken = await record('retract', second, { kind: 'retract', retract: { task: 'place' } });
    assert.ok(taken.counts!['predictions']! > 10, JSON.stringify(taken.counts));
    await record('enrich again', second);
    const published = await rdfQuads(direct, predictionsGraph);
    await direct.write({ insert: [], remove: published });
    const restored = await record('republish', second, { kind: 'republish' });
    assert.equal(restored.counts!['written'], published.length);
    assert.deepEqual(quadKeys(await rdfQuads(direct, predictionsGraph)), quadKeys(published));
  } finally {
    await store.close();
    await direct.close();
    await proxy.stop();
  }
  return { sent, triples };
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
          await loadSmallCollection(server, folder, 120);
          const { sent, triples } = await recordedRuns(folder, server);
          assert.ok(triples > 1000, `only ${String(triples)} triples were written`);

          const paths = {
            query: new URL(server.endpoint).pathname,
            update: new URL(server.updateEndpoint).pathname,
          };
          const direct = storeProfiles[kind].updateBody === 'direct';
          for (const { run, requests } of sent) {
            const counts = { query: 0, update: 0, insert: 0, delete: 0 };
            const graphs = new Set<string | undefined>();
            for (const request of requests) {
              // A Digest challenge comes first, and is no failure.
              assert.ok(
                request.status < 300 || request.status === 401,
                `${run}, ${request.path}: ${String(request.status)}`,
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
                const { kind: does, blocks } = dataOf(operation);
                // `undefined` for the default graph.
                for (const block of blocks) graphs.add(block.type === 'graph' ? block.name.value : undefined);
                if (!areClaims(blocks)) counts[does] += 1;
              }
            }
            assert.deepEqual([...graphs], [predictionsGraph], run);
            const said = `${run}: ${JSON.stringify(counts)}`;
            assert.ok(counts.query > 5 && counts.update > 1, said);
            assert.equal(counts.insert > 0, run !== 'retract', said);
            assert.equal(counts.delete > 0, run === 'retract' || run === 'enrich with another model', said);
          }
        } finally {
          await server.stop();
          await rm(folder, { recursive: true, force: true });
        }
      },
    );
  }
});
