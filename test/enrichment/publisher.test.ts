import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Literal, NamedNode, Quad } from '@rdfjs/types';
import type { Judgement } from '../../src/enrichment/predictor.js';
import type { Proposal, PublisherSettings } from '../../src/enrichment/proposal.js';
import { Publisher, type PublishedChunk } from '../../src/enrichment/publisher.js';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { Journal, noteChange, type NotedChange } from '../../src/graph/journal.js';
import { silk } from '../../src/graph/prefixes.js';
import { namedNode, quad } from '../../src/graph/terms.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import type { Change, RequestOptions, Store } from '../../src/graph/store.js';
import type { ModalityName } from '../../src/modalities/case.js';
import type { ModelCard } from '../../src/models/card.js';
import { validatePredictions } from '../../src/provenance/shapes.js';
import { rdfQuads } from './predicted-quads.js';
import { smallCard } from './small-card.js';
import { predictionsGraph, smallProfile } from './small-enrichment.js';
import { record } from './spy-modality.js';

const [place] = (await smallProfile()).tasks as [Proposal['task']];
const settings: PublisherSettings = {
  predictionsGraph,
  namespace: 'http://example.org/lacuna/',
  agents: {},
};
const later = smallCard({ version: 'fedcba9876543210' });

const withImage = smallCard({
  modalities: [...smallCard().modalities, { ...smallCard().modalities[0]!, modality: 'image' }],
});

function judged(modality: ModalityName, classId: string, confidence: number): Judgement {
  const other = classId === 'FR' ? 'IT' : 'FR';
  return {
    modality,
    task: 'place',
    classId,
    confidence,
    distribution: { [classId]: confidence, [other]: 1 - confidence },
    raw: { [classId]: 0.6, [other]: 0.4 },
    used: 'http://example.org/object/1',
    evidence: [{ feature: 'museum = lyon', weight: 1 }],
  };
}

function proposal(
  decision: Judgement,
  modalities: readonly Judgement[] = [],
  of: Proposal['record'] = record(1),
): Proposal {
  return { record: of, task: place, judgement: { decision, modalities, isForeign: false } };
}

async function opened(t: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-publisher-'));
  const store = await openEmbeddedStore({
    files: [],
    log: path.join(folder, 'predictions.nq'),
    writableGraphs: [predictionsGraph],
  });
  t.after(() => store.close());
  let runs = 0;
  const publish = async (
    proposals: readonly Proposal[],
    { card = smallCard(), agents = {} }: { card?: ModelCard; agents?: PublisherSettings['agents'] } = {},
  ): Promise<PublishedChunk[]> => {
    runs += 1;
    const journal = await Journal.open(path.join(folder, `journal-${runs}.ndjson`));
    const now = (): Date => new Date(`2026-03-0${runs}T03:00:00.000Z`);
    const note = (change: Change): Promise<NotedChange> => noteChange(store, journal, change);
    const run = { runId: `run-${runs}`, startedAt: now(), now, journal, note };
    const publisher = new Publisher(store, { ...settings, agents }, card, run);
    const chunks: PublishedChunk[] = [];
    for await (const chunk of publisher.publish(proposals, now())) chunks.push(chunk);
    for await (const chunk of publisher.settle()) chunks.push(chunk);
    await publisher.finish();
    await journal.close();
    assert.deepEqual(await validatePredictions(await rdfQuads(store, predictionsGraph)), []);
    return chunks;
  };
  return { store, publish };
}

const outcomes = (chunks: readonly PublishedChunk[]): string[] =>
  chunks.flatMap((chunk) => chunk.outcomes.map(({ outcome }) => outcome));

/** The same, as another tool under another namespace would say it. */
function renamed(quads: readonly Quad[]): Quad[] {
  const theirs = (iri: string): string => iri.replace(settings.namespace, 'http://example.org/other/');
  return quads.map(({ subject, predicate, object, graph }) =>
    quad(
      namedNode(theirs(subject.value)),
      predicate as NamedNode,
      object.termType === 'NamedNode' ? namedNode(theirs(object.value)) : (object as Literal),
      graph as NamedNode,
    ),
  );
}

interface Said {
  readonly decisions: string[];
  readonly direct: string[];
  readonly scores: number[];
  readonly revised: string[];
}

/** What the graph says of record 1: values of decisions, direct triples, scores of all statements, what was revised. */
async function said(store: Store): Promise<Said> {
  const quads = await rdfQuads(store, predictionsGraph);
  const object = ({ object: { value } }: Quad): string => value;
  const where = (predicate: string): Quad[] => quads.filter((quad) => quad.predicate.value === predicate);
  const decisions = new Set(
    quads.filter((quad) => quad.object.value.endsWith('#Decision')).map(({ subject }) => subject.value),
  );
  const values = where('http://www.w3.org/1999/02/22-rdf-syntax-ns#object');
  return {
    decisions: values.filter(({ subject }) => decisions.has(subject.value)).map(object),
    direct: where(place.predicate).map(object),
    scores: where(silk('L18').value)
      .map((quad) => Number(object(quad)))
      .sort(),
    revised: where('http://www.w3.org/ns/prov#wasRevisionOf').map(object),
  };
}

const conceptOf = (id: string): string => place.classes.find((one) => one.id === id)!.concept;

test('the same said again writes nothing', async (t) => {
  const { store, publish } = await opened(t);
  const prediction = proposal(judged('fusion', 'FR', 0.8), [judged('text', 'FR', 0.7)]);
  assert.deepEqual(outcomes(await publish([prediction])), ['published']);
  const before = await rdfQuads(store, predictionsGraph);
  const again = await publish([prediction]);
  assert.deepEqual(outcomes(again), ['already-published']);
  assert.equal(again[0]!.triples, 0);
  assert.deepEqual(await rdfQuads(store, predictionsGraph), before);
});

test('what the same model says of a record that has changed replaces what it said before', async (t) => {
  const { store, publish } = await opened(t);
  await publish([proposal(judged('fusion', 'FR', 0.8), [judged('text', 'FR', 0.7)])]);
  assert.deepEqual(
    outcomes(await publish([proposal(judged('fusion', 'IT', 0.9), [judged('text', 'FR', 0.7)])])),
    ['published'],
  );
  assert.deepEqual(await said(store), {
    decisions: [conceptOf('IT')],
    direct: [conceptOf('IT')],
    scores: [0.7, 0.9],
    revised: [],
  });
  // A changed opinion or confidence is enough, and an opinion that is no longer held goes.
  await publish([proposal(judged('fusion', 'IT', 0.9), [judged('text', 'IT', 0.6)])]);
  assert.deepEqual((await said(store)).scores, [0.6, 0.9]);
  await publish([proposal(judged('fusion', 'IT', 0.9))]);
  assert.deepEqual((await said(store)).scores, [0.9]);
});

test('a new model replaces decision and opinions, and says what it revises', async (t) => {
  const { store, publish } = await opened(t);
  const prediction = proposal(judged('fusion', 'FR', 0.8), [judged('text', 'FR', 0.7)]);
  await publish([prediction]);
  await publish([prediction], { card: later });
  const { decisions, direct, revised } = await said(store);
  assert.deepEqual([decisions, direct], [[conceptOf('FR')], [conceptOf('FR')]]);
  assert.equal(revised.length, 2);
});

test('a modality that is no longer trained leaves nothing behind, the deciding one included', async (t) => {
  const { store, publish } = await opened(t);
  const three = proposal(judged('fusion', 'FR', 0.8), [
    judged('text', 'FR', 0.7),
    judged('image', 'IT', 0.6),
  ]);
  await publish([three], { card: withImage });
  const [text] = smallCard().modalities;
  const alone = smallCard({ version: later.version, modalities: [text!], decider: { place: 'text' } });
  await publish([proposal(judged('text', 'IT', 0.75))], { card: alone });
  const { decisions, direct, scores, revised } = await said(store);
  assert.deepEqual([decisions, direct, scores], [[conceptOf('IT')], [conceptOf('IT')], [0.75]]);
  assert.equal(revised.length, 1);
});

test('an agent that is given another IRI does not speak twice', async (t) => {
  const { store, publish } = await opened(t);
  const prediction = proposal(judged('fusion', 'FR', 0.8));
  await publish([prediction]);
  await publish([prediction], { agents: { fusion: 'http://example.org/agent/known' } });
  const { decisions, scores, revised } = await said(store);
  assert.deepEqual([decisions, scores, revised.length], [[conceptOf('FR')], [0.8], 1]);
});

test('of two records that share a production the first speaks, in whatever batch the second comes', async (t) => {
  const { store, publish } = await opened(t);
  const twin = record(2, { production: record(1).production });
  await publish([proposal(judged('fusion', 'FR', 0.8))]);
  const second = proposal(judged('fusion', 'IT', 0.9), [], twin);
  assert.deepEqual(outcomes(await publish([second])), ['already-published']);
  assert.deepEqual((await said(store)).decisions, [conceptOf('FR')]);
});

test('what another tool published in the name of a known agent of ours is replaced', async (t) => {
  const { store, publish } = await opened(t);
  const agents = { fusion: 'http://example.org/agent/known' };
  await publish([proposal(judged('fusion', 'FR', 0.8))], { agents });
  const ours = await rdfQuads(store, predictionsGraph);
  await store.write({ insert: renamed(ours), remove: ours });
  await publish([proposal(judged('fusion', 'IT', 0.9))], { agents });
  const { direct, scores, revised } = await said(store);
  assert.deepEqual([direct, scores], [[conceptOf('IT')], [0.9]]);
  assert.match(revised[0]!, /^http:\/\/example\.org\/other\/statement\//);
});

test('a value that somebody else asserts as well stays when we change our mind', async (t) => {
  const { store, publish } = await opened(t);
  await publish([proposal(judged('fusion', 'FR', 0.8))]);
  await store.write({ insert: renamed(await rdfQuads(store, predictionsGraph)), remove: [] });
  await publish([proposal(judged('fusion', 'IT', 0.9))]);
  const { direct } = await said(store);
  assert.deepEqual(direct.sort(), [conceptOf('FR'), conceptOf('IT')].sort());
});

test('thousands of triples go in writes of at most 4,000 and the introduction', async (t) => {
  const { publish } = await opened(t);
  const many = Array.from({ length: 300 }, (_, id) =>
    proposal(judged('fusion', 'FR', 0.8), [judged('text', 'FR', 0.7)], record(id)),
  );
  const chunks = await publish(many);
  assert.ok(chunks.length > 1);
  assert.ok(chunks.every(({ triples }) => triples <= 4100));
  assert.equal(outcomes(chunks).length, 300);
});

test('without a journal everything is prepared and nothing is written', async (t) => {
  const { store } = await opened(t);
  const now = (): Date => new Date(0);
  const nothing = (): Promise<void> => Promise.resolve();
  const note = (): Promise<NotedChange> => Promise.resolve({ send: nothing, drop: nothing });
  const run = { runId: 'dry', startedAt: now(), now, journal: undefined, note };
  const publisher = new Publisher(store, settings, smallCard(), run);
  let prepared = 0;
  for await (const { triples } of publisher.publish([proposal(judged('fusion', 'FR', 0.8))], now()))
    prepared += triples;
  for await (const { triples } of publisher.settle()) prepared += triples;
  assert.ok(prepared > 0);
  await publisher.finish();
  assert.deepEqual(await rdfQuads(store, predictionsGraph), []);
});

test('one write is under way while the next is prepared, and what it is about is not read meanwhile', async () => {
  const seen: string[] = [];
  let leave: (() => void) | undefined;
  let finish: (() => void) | undefined;
  const store = {
    name: 'test',
    profile: storeProfiles.sparql,
    // There is something in the graph; otherwise nothing would be read.
    ask: () => Promise.resolve(true),
    select: (query: string) => {
      if (query.includes('production/1>')) seen.push('read of 1');
      return Promise.resolve([]);
    },
    write: (_: Change, options?: RequestOptions) => {
      seen.push('write');
      leave = options?.onSent;
      return new Promise<void>((resolve) => (finish = resolve));
    },
  } as unknown as Store;
  const journal = {
    size: 1,
    note: () => Promise.resolve(1),
    done: () => Promise.resolve(),
  } as unknown as Journal;
  const now = (): Date => new Date(0);
  const publisher = new Publisher(store, settings, smallCard(), {
    runId: 'run',
    startedAt: now(),
    now,
    journal,
    note: (change) => noteChange(store, journal, change),
  });
  const until = async (events: number): Promise<void> => {
    while (seen.length < events) await nextTurn();
  };
  const publish = async (id: number): Promise<number> => {
    let chunks = 0;
    for await (const _ of publisher.publish([proposal(judged('fusion', 'FR', 0.8), [], record(id))], now()))
      chunks += 1;
    return chunks;
  };
  // The first call comes back while its write is under way, and not before that has left.
  let isBack = false;
  const first = publish(1).finally(() => (isBack = true));
  await until(2);
  await nextTurn();
  assert.equal(isBack, false);
  leave!();
  assert.equal(await first, 0);
  // The second waits for it before it reads of the same production.
  const second = publish(1);
  await nextTurn();
  assert.deepEqual(seen, ['read of 1', 'write']);
  finish!();
  await until(4);
  leave!();
  assert.equal(await second, 1);
  assert.deepEqual(seen, ['read of 1', 'write', 'read of 1', 'write']);
  finish!();
  for await (const _ of publisher.settle());
});
