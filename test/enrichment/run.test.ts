import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isLacunaError, LacunaError } from '../../src/config/errors.js';
import { goOnOrStart } from '../../src/enrichment/go-on.js';
import { park } from '../../src/enrichment/run.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import type { Store } from '../../src/graph/store.js';
import { validatePredictions } from '../../src/provenance/shapes.js';
import { rdfQuads } from './predicted-quads.js';
import { iris } from './small-collection.js';
import { predictionsGraph, trainedEnrichment } from './small-enrichment.js';
import { withWrite } from './wrapped-store.js';

const progress = (): void => undefined;
const crm = 'http://erlangen-crm.org/current/';

async function folder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'lacuna-run-'));
}

async function opened(t: TestContext, options: Parameters<typeof trainedEnrichment>[1] = {}, at?: string) {
  const parts = await trainedEnrichment(at ?? (await folder()), { records: 60, ...options });
  t.after(() => parts.close());
  return {
    ...parts,
    enrich: (request: Partial<RunState['request']> = {}, signal?: AbortSignal) =>
      parts.enrichment.run(parts.enrichment.plan({ trigger: 'demand', ...request }), { progress, signal }),
  };
}

async function count(store: Store, pattern: string): Promise<number> {
  const [row] = await store.select(
    `SELECT (COUNT(*) AS ?n) WHERE { GRAPH <${predictionsGraph}> { ${pattern} } }`,
  );
  return Number(row?.['n']?.value);
}

function reasons(state: RunState): Record<string, number> {
  return Object.fromEntries((state.summary?.skips ?? []).map(({ reason, count: n }) => [reason, n]));
}

test('a run fills gaps, its graph passes the shapes, and a second run writes nothing', async (t) => {
  const { enrich, store } = await opened(t);
  const state = await enrich();
  assert.equal(state.state, 'completed');
  const tasks = Object.entries(state.summary!.tasks);
  assert.deepEqual(
    tasks.map(([name]) => name),
    ['place', 'technique'],
  );
  for (const [name, counts] of tasks) {
    assert.ok(counts.published > 0, `nothing was published for ${name}`);
    assert.equal(
      counts.gaps,
      counts.published +
        counts.alreadyPublished +
        counts.abstained +
        counts.nothingToGoOn +
        counts.failed +
        counts.unchanged,
    );
  }
  assert.deepEqual(await validatePredictions(await rdfQuads(store, predictionsGraph)), []);

  const before = await count(store, '?s ?p ?o');
  const again = await enrich();
  assert.equal(again.summary!.written.triples, 0);
  assert.equal(again.summary!.recordsExamined, 0);
  assert.equal(await count(store, '?s ?p ?o'), before);
});

test('predictions carry their sets where the model promises them; without, the graph says nothing of sets', async (t) => {
  const asked = { setCoverage: 0.8, labelShift: 'em' as const };
  const { enrich, store, registry } = await opened(t, { training: asked });
  assert.equal((await enrich()).state, 'completed');
  const quads = await rdfQuads(store, predictionsGraph);
  assert.deepEqual(await validatePredictions(quads), []);
  const { card } = await registry.current('silknow');
  assert.deepEqual(Object.keys(card.labelShift!), ['place', 'technique']);
  assert.ok(card.tasks.every(({ predictionSet }) => predictionSet?.threshold !== null));
  const rows = await store.select(
    `PREFIX lacuna: <https://w3id.org/lacuna/ontology#>
     PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
     SELECT ?value ?set ?coverage WHERE { GRAPH <${predictionsGraph}> {
       ?s a lacuna:Decision ; rdf:object ?value ; lacuna:predictionSet ?set ; lacuna:coverage ?coverage } }`,
  );
  assert.equal(rows.length, await count(store, '?s a <https://w3id.org/lacuna/ontology#Decision>'));
  for (const row of rows) {
    assert.ok((JSON.parse(row['set']!.value) as string[]).includes(row['value']!.value));
    assert.equal(Number(row['coverage']!.value), 0.8);
  }
  const plain = await opened(t);
  assert.equal((await plain.enrich()).state, 'completed');
  assert.equal(await count(plain.store, '?s <https://w3id.org/lacuna/ontology#predictionSet> ?set'), 0);
  assert.equal(await count(plain.store, '?s <https://w3id.org/lacuna/ontology#coverage> ?c'), 0);
});

test('what is published already is recognised when the statuses are lost', async (t) => {
  const at = await folder();
  const first = await trainedEnrichment(at, { records: 60 });
  await first.enrichment.run(first.enrichment.plan({ trigger: 'demand' }), { progress });
  await first.close();
  await rm(path.join(at, 'state'), { recursive: true });
  const { enrich } = await opened(t, {}, at);
  const state = await enrich();
  assert.equal(state.summary!.written.triples, 0);
  assert.ok(state.summary!.tasks['place']!.alreadyPublished > 0);
});

test('the consumer contract: one activity, agent, explanation and used per statement; one direct triple per decision', async (t) => {
  const { enrich, store } = await opened(t);
  const { summary } = await enrich();
  const statement = `?s a <http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement>`;
  const rows = await count(
    store,
    `${statement} ; <http://www.w3.org/ns/prov#wasGeneratedBy> ?a . ?a <http://www.w3.org/ns/prov#used> ?u ;
     <http://www.w3.org/ns/prov#atTime> ?t ; <http://www.w3.org/ns/prov#wasAssociatedWith> ?g . ?g <${crm}P70_documents> ?e`,
  );
  assert.equal(rows, summary!.written.statements);
  assert.equal(await count(store, statement), summary!.written.statements);
  const direct =
    (await count(store, `?s <${crm}P8_took_place_on_or_within> ?v`)) +
    (await count(store, `?s <${crm}P32_used_general_technique> ?v`));
  assert.equal(direct, summary!.written.predictions);
});

test('a dry run says what it would write and writes nothing, on disk or in the graph', async (t) => {
  const at = await folder();
  const { enrich, store } = await opened(t, {}, at);
  const state = await enrich({ dryRun: true });
  assert.ok(state.summary!.written.predictions > 0);
  assert.equal(await count(store, '?s ?p ?o'), 0);
  assert.equal(existsSync(path.join(at, 'state', 'runs')), false);
  assert.deepEqual((await enrich()).summary!.written, state.summary!.written);
});

test('records, tasks and a limit narrow a run; what is unknown is named', async (t) => {
  const { enrich } = await opened(t);
  const { object } = iris('lyon', 12);
  const one = await enrich({ records: [object] });
  assert.equal(one.summary!.recordsExamined, 1);
  const three = await enrich({ limit: 3, tasks: ['technique'] });
  assert.equal(three.summary!.recordsExamined, 3);
  assert.deepEqual(Object.keys(three.summary!.tasks), ['technique']);
  await assert.rejects(
    enrich({ tasks: ['colour'] }),
    (error) => isLacunaError(error, 'NOT_FOUND') && /colour/.test(error.message),
  );
  const lost = await enrich({ records: ['http://example.org/object/none'] });
  assert.equal(lost.state, 'failed');
  assert.match(lost.error!.message, /object\/none/);
});

test('a threshold above every confidence makes the task abstain, and a changed threshold has it looked at again', async (t) => {
  const at = await folder();
  const strict = await trainedEnrichment(at, { records: 60, thresholds: { place: 1.1, technique: 1.1 } });
  const state = await strict.enrichment.run(strict.enrichment.plan({ trigger: 'demand' }), { progress });
  await strict.close();
  assert.equal(state.summary!.written.predictions, 0);
  assert.equal(state.summary!.tasks['place']!.abstained, state.summary!.tasks['place']!.gaps);
  const { enrich } = await opened(t, { thresholds: { place: 0, technique: 0 } }, at);
  const { summary } = await enrich();
  assert.equal(summary!.tasks['place']!.published, summary!.tasks['place']!.gaps);
});

test('several productions, none, two values and unknown values are listed, and the run goes on', async (t) => {
  const graph = 'http://example.org/graph/lyon';
  const type = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
  const say = (s: string, p: string, o: string): string =>
    `<http://example.org/${s}> <${p}> <${o}> <${graph}> .\n`;
  const extra = [
    say('object/two', type, `${crm}E22_Man-Made_Object`),
    // The first production is complete: only its sibling shows in the list of gaps.
    say('production/two-a', `${crm}P108_has_produced`, 'http://example.org/object/two'),
    say('production/two-a', `${crm}P8_took_place_on_or_within`, 'https://sws.geonames.org/3017382/'),
    say('production/two-a', `${crm}P32_used_general_technique`, 'http://data.silknow.org/vocabulary/168'),
    say('production/two-b', `${crm}P108_has_produced`, 'http://example.org/object/two'),
    say('object/none', type, `${crm}E22_Man-Made_Object`),
    say('object/odd', type, `${crm}E22_Man-Made_Object`),
    say('production/odd', `${crm}P108_has_produced`, 'http://example.org/object/odd'),
    say('production/odd', `${crm}P32_used_general_technique`, 'http://data.silknow.org/vocabulary/168'),
    say('production/odd', `${crm}P32_used_general_technique`, 'http://data.silknow.org/vocabulary/379'),
    say('object/strange', type, `${crm}E22_Man-Made_Object`),
    say('production/strange', `${crm}P108_has_produced`, 'http://example.org/object/strange'),
    say('production/strange', `${crm}P32_used_general_technique`, 'http://example.org/concept/unheard-of'),
  ].join('');
  const { enrich, store } = await opened(t, { extra });
  const state = await enrich();
  assert.equal(state.state, 'completed');
  assert.deepEqual(reasons(state), {
    'several productions': 1,
    'no production': 1,
    'two values for a single-label property': 1,
    'value matches no class': 1,
  });
  const technique = `<${crm}P32_used_general_technique>`;
  for (const production of ['two-b', 'odd', 'strange']) {
    assert.equal(
      await count(store, `<http://example.org/production/${production}> ${technique} ?v`),
      0,
      production,
    );
  }
});

/** An enrichment with a parked run, and that run as a process has found it. */
async function withParkedRun(t: TestContext) {
  const controller = new AbortController();
  let writes = 0;
  const wrap = (store: Store): Store =>
    withWrite(store, async (change) => {
      await store.write(change);
      writes += 1;
      if (writes === 1) controller.abort(park);
    });
  const parts = await opened(t, { wrap });
  const { enrichment } = parts;
  const parked = await enrichment.run(enrichment.plan({ trigger: 'demand' }), {
    progress,
    signal: controller.signal,
  });
  assert.equal(parked.state, 'parked');
  const found = (await enrichment.interrupted())!;
  assert.equal(found.id, parked.id);
  assert.equal(found.state, 'parked');
  return { ...parts, found, writes: () => writes };
}

test('parked, a run goes on where it stopped; cancelled, it is over', async (t) => {
  const { enrichment, store, found } = await withParkedRun(t);
  const finished = await enrichment.run(found, { progress });
  assert.equal(finished.state, 'completed');
  assert.equal(finished.id, found.id);
  assert.equal(
    await count(store, '?s a <https://w3id.org/lacuna/ontology#Decision>'),
    finished.summary!.written.predictions,
  );

  const cancelled = await enrichment.run(enrichment.plan({ trigger: 'demand' }), {
    progress,
    signal: AbortSignal.abort(),
  });
  assert.equal(cancelled.state, 'cancelled');
  assert.equal(await enrichment.interrupted(), undefined);
});

test('a run that was found interrupted and has ended since is not done again', async (t) => {
  const { enrichment, found, writes } = await withParkedRun(t);
  const finished = await enrichment.run(found, { progress });
  assert.equal(finished.state, 'completed');
  const before = writes();
  const states: RunState[] = [];
  const again = await enrichment.run(found, { progress, onState: (state) => states.push(state) });
  assert.deepEqual([again, states, writes()], [JSON.parse(JSON.stringify(finished)), [], before]);
});

test('what is asked for goes on where it was interrupted, or starts anew when that has just ended', async (t) => {
  const { enrichment, found } = await withParkedRun(t);
  const taken: string[] = [];
  const ask = (interrupted: RunState | undefined, request: Partial<RunState['request']> = {}) =>
    goOnOrStart(
      {
        interrupted: () => Promise.resolve(interrupted),
        plan: (asked) => enrichment.plan(asked),
        run: (planned, watch) => enrichment.run(planned, watch),
      },
      { trigger: 'demand', ...request },
      { progress },
      (id) => taken.push(id),
    );
  const other = await ask(found, { dryRun: true, tasks: ['place'] });
  assert.notEqual(other.id, found.id);
  const goneOn = await ask(found);
  assert.deepEqual([goneOn.id, goneOn.state, taken], [found.id, 'completed', [found.id]]);
  const anew = await ask(found);
  assert.notEqual(anew.id, found.id);
  assert.deepEqual([anew.state, taken.length], ['completed', 1]);
  assert.equal((await ask(undefined)).state, 'completed');
});

test('a store that goes away parks the run; when it is back nothing is lost', async (t) => {
  let isAway = true;
  const wrap = (store: Store): Store =>
    withWrite(store, (change) => {
      if (isAway) throw new LacunaError('STORE_UNREACHABLE', 'The store does not answer.');
      return store.write(change);
    });
  const { enrichment, store } = await opened(t, { wrap });
  const parked = await enrichment.run(enrichment.plan({ trigger: 'demand' }), { progress });
  assert.equal(parked.state, 'parked');
  assert.equal(parked.error?.code, 'STORE_UNREACHABLE');
  isAway = false;
  const finished = await enrichment.run((await enrichment.interrupted())!, { progress });
  assert.equal(finished.state, 'completed');
  assert.equal(finished.error, undefined);
  assert.deepEqual(await validatePredictions(await rdfQuads(store, predictionsGraph)), []);
  assert.ok((await count(store, '?s a <https://w3id.org/lacuna/ontology#Decision>')) > 0);
});

test('what an interrupted run meant for another graph does not stand in the way of the next', async (t) => {
  const at = await folder();
  const wrap = (store: Store): Store =>
    withWrite(store, () =>
      Promise.reject(new LacunaError('STORE_UNREACHABLE', 'The store does not answer.')),
    );
  const misnamed = await trainedEnrichment(at, { records: 60, wrap, predictions: 'http://example.org/typo' });
  const parked = await misnamed.enrichment.run(misnamed.enrichment.plan({ trigger: 'demand' }), { progress });
  assert.equal(parked.state, 'parked');
  await misnamed.close();
  const { enrichment, store } = await opened(t, {}, at);
  const interrupted = await enrichment.interrupted();
  assert.ok(interrupted);
  const finished = await enrichment.run(interrupted, { progress });
  assert.equal(finished.state, 'completed', finished.error?.message);
  assert.ok((await count(store, '?s a <https://w3id.org/lacuna/ontology#Decision>')) > 0);
  assert.equal(await store.ask('ASK { GRAPH <http://example.org/typo> { ?s ?p ?o } }'), false);
});

test('a second run on the same state folder is refused', async (t) => {
  const { enrich } = await opened(t);
  const outcomes = await Promise.allSettled([enrich(), enrich()]);
  const refused = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  assert.equal(refused.length, 1);
  assert.ok(isLacunaError(refused[0], 'RUN_CONFLICT'));
});

test('a new model replaces what the old one said, and says so', async (t) => {
  const at = await folder();
  const old = await trainedEnrichment(at, { records: 60 });
  await old.enrichment.run(old.enrichment.plan({ trigger: 'demand' }), { progress });
  const decision = '?s a <https://w3id.org/lacuna/ontology#Decision>';
  const before = await count(old.store, decision);
  await old.close();
  await rm(path.join(at, 'models'), { recursive: true });
  const { enrich, store } = await opened(t, { seed: 7, thresholds: { place: 0, technique: 0 } }, at);
  const { summary } = await enrich();
  const after = await count(store, decision);
  assert.equal(after, summary!.written.predictions);
  assert.equal(await count(store, `${decision} ; <http://www.w3.org/ns/prov#wasRevisionOf> ?old`), before);
  assert.equal(await count(store, '?agent <http://erlangen-crm.org/current/P70_documents> ?e'), 2);
  const direct = await count(
    store,
    `?s <${crm}P8_took_place_on_or_within>|<${crm}P32_used_general_technique> ?v`,
  );
  assert.equal(direct, after);
  assert.deepEqual(await validatePredictions(await rdfQuads(store, predictionsGraph)), []);
});
