import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import type { RunRequest, RunState } from '../../src/enrichment/run-state.js';
import { prov, rdfTerms } from '../../src/graph/prefixes.js';
import { quadKey } from '../../src/graph/quad-key.js';
import type { Store } from '../../src/graph/store.js';
import { validatePredictions } from '../../src/provenance/shapes.js';
import { lacuna } from '../../src/provenance/terms.js';
import { quadKeys, rdfQuads } from '../enrichment/predicted-quads.js';
import { predictionsGraph, trainedEnrichment } from '../enrichment/small-enrichment.js';
import { servers } from './servers.js';
import { loadSmallCollection } from './small-collection-store.js';
import type { TestServer } from './test-store.js';

const history = 'http://example.org/history';
const records = 60;
type Options = NonNullable<Parameters<typeof trainedEnrichment>[1]>;

const values = (quads: readonly Quad[], of: Quad['predicate']): string[] =>
  quads.filter(({ predicate }) => predicate.equals(of)).map(({ object }) => object.value);
const statementsOf = (quads: readonly Quad[]): string[] =>
  quads.filter(({ object }) => object.equals(rdfTerms('Statement'))).map(({ subject }) => subject.value);

/** What is said of a node, without the nodes' names: property and value; links to the node's own parts left out. */
function saidOf(quads: readonly Quad[], node: string): string[] {
  const links = [prov('wasGeneratedBy'), lacuna('combines'), rdfTerms('type')];
  return quads
    .filter(
      ({ subject, predicate }) => subject.value === node && !links.some((link) => link.equals(predicate)),
    )
    .map(({ predicate, object }) => `${predicate.value} ${object.value}`)
    .sort();
}

function keeping(name: string, start: (() => Promise<TestServer>) | undefined, skip?: string): void {
  describe(`what is replaced or taken back, in ${name}`, { skip: skip ?? false }, () => {
    let folder: string;
    let store: Store;
    let close: (() => Promise<void>) | undefined;
    let published: Quad[];

    const run = async (options: Options, request: Partial<RunRequest> = {}): Promise<RunState> => {
      const { enrichment } = await trainedEnrichment(folder, { history, store, ...options });
      const planned = enrichment.plan({ trigger: 'demand', ...request });
      const state = await enrichment.run(planned, { progress: () => undefined });
      assert.equal(state.state, 'completed', state.error?.message);
      return state;
    };
    const first: Options = { suffix: 'first' };
    const second: Options = { suffix: 'second', models: 'models-2', seed: 2 };
    const predictions = (): Promise<Quad[]> => rdfQuads(store, predictionsGraph);
    const kept = (): Promise<Quad[]> => rdfQuads(store, history);

    /** Every statement and activity of `before` has a version that says all it said, and why it went. */
    const assertKept = async (before: readonly Quad[], run: RunState, reason: RegExp): Promise<void> => {
      const all = await kept();
      const versions = new Map(
        all
          .filter(
            ({ subject, predicate }) =>
              predicate.equals(prov('specializationOf')) &&
              values(
                all.filter((quad) => quad.subject.equals(subject)),
                prov('wasInvalidatedBy'),
              ).some((iri) => iri.endsWith(run.id)),
          )
          .map(({ subject, object }) => [object.value, subject.value]),
      );
      const statements = statementsOf(before);
      assert.ok(statements.length > 10);
      assert.deepEqual([...versions.keys()].sort(), [...statements].sort());
      for (const statement of statements) {
        const version = versions.get(statement)!;
        const said = saidOf(all, version);
        for (const fact of saidOf(before, statement)) assert.ok(said.includes(fact), `${statement}: ${fact}`);
        const own = all.filter(({ subject }) => subject.value === version);
        assert.equal(values(own, prov('invalidatedAtTime')).length, 1);
        const [activity] = values(own, prov('wasGeneratedBy'));
        const [was] = values(
          before.filter(({ subject }) => subject.value === statement),
          prov('wasGeneratedBy'),
        );
        assert.deepEqual(saidOf(all, activity!), saidOf(before, was!));
        const [ending] = values(own, prov('qualifiedInvalidation'));
        assert.match(saidOf(all, ending!).join('\n'), reason);
      }
      assert.deepEqual(statementsOf(all), [], 'nothing in the history passes for a prediction');
    };

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'lacuna-history-'));
      if (start === undefined) {
        const opened = await trainedEnrichment(folder, { records, history });
        ({ store, close } = opened);
      } else {
        const server = await start();
        await loadSmallCollection(server, folder, records);
        store = await server.open([predictionsGraph, history]);
        close = () => server.stop();
      }
      await run(first);
      published = await predictions();
      assert.deepEqual(await kept(), []);
    });

    after(async () => {
      await close?.();
      await rm(folder, { recursive: true, force: true });
    });

    test('a new model’s predictions take the place of the old ones, which the history keeps', async () => {
      const state = await run(second);
      await assertKept(published, state, /replaced by a newer prediction/);
      const now = await predictions();
      const revised = values(now, prov('wasRevisionOf'));
      assert.ok(revised.length > 10);
      const before = new Set(statementsOf(published));
      assert.ok(revised.every((iri) => before.has(iri)));
      assert.ok(statementsOf(now).every((iri) => !before.has(iri)));
      assert.deepEqual(await validatePredictions(now), []);
      published = now;
    });

    test('a task that abstains now takes back what it said before', async () => {
      const gaps = published.filter(
        ({ subject, predicate, object }) =>
          predicate.equals(lacuna('task')) && object.value === 'place' && /\/statement\//.test(subject.value),
      );
      const state = await run({ ...second, thresholds: { place: 1.1, technique: 0.3 } });
      const now = await predictions();
      const left = new Set(quadKeys(now));
      await assertKept(
        published.filter((each) => !left.has(quadKey(each))),
        state,
        /withdrawn/,
      );
      assert.equal(state.summary!.written.withdrawn * 2, gaps.length, 'a decision and an opinion each');
      assert.ok(!values(now, lacuna('task')).includes('place') || statementsOf(now).length > 0);
      assert.ok(!now.some(({ predicate }) => /P8_took_place_on_or_within/.test(predicate.value)));
      const again = await run({ ...second, thresholds: { place: 1.1, technique: 0.3 } });
      assert.equal(again.summary!.written.withdrawn, 0);
      published = now;
    });

    test('a retraction goes into the history, too', async () => {
      const state = await run(second, { kind: 'retract', retract: { task: 'technique' } });
      const now = await predictions();
      const left = new Set(quadKeys(now));
      await assertKept(
        published.filter((each) => !left.has(quadKey(each))),
        state,
        /taken back on request/,
      );
      assert.deepEqual(statementsOf(now), []);
    });

    test('republish writes both graphs again', async () => {
      const [now, before] = [await predictions(), await kept()];
      await store.write({ insert: [], remove: [...now, ...before] });
      const left = [...(await predictions()), ...(await kept())];
      assert.deepEqual(quadKeys(left), []);
      const { counts } = await run(second, { kind: 'republish' });
      assert.equal(counts!['written'], now.length + before.length);
      assert.deepEqual(quadKeys(await predictions()), quadKeys(now));
      assert.deepEqual(quadKeys(await kept()), quadKeys(before));
    });
  });
}

keeping('the embedded store', undefined);
for (const { name, start, skip } of servers) keeping(name, start, skip);
