import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import fc from 'fast-check';
import { DataFactory } from 'n3';
import { compare } from '../../src/enrichment/differences.js';
import { Ledger } from '../../src/enrichment/ledger.js';
import { RunFolder } from '../../src/enrichment/run-folder.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import { Journal } from '../../src/graph/journal.js';
import { rdfs, rdfTerms, xsd } from '../../src/graph/prefixes.js';
import { quadKey } from '../../src/graph/quad-key.js';
import type { Change, Store } from '../../src/graph/store.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';
import { lacuna } from '../../src/provenance/terms.js';
import { quadKeys, rdfQuads } from './predicted-quads.js';
import { predictionsGraph, trainedEnrichment } from './small-enrichment.js';

const graph = namedNode('http://example.org/g');
const node = (name: string) => namedNode(`http://example.org/${name}`);
const typed = quad(node('s'), rdfTerms('type'), node('Thing'), graph);
const none: ReadonlySet<string> = new Set();

describe('comparing a part of a graph with the journals', () => {
  const ours = quad(node('s'), node('p'), literal('0.50', xsd('float')), graph);

  test('what a store spells its own way is no difference', () => {
    const there = [typed, quad(node('s'), node('p'), literal('5.0E-1', xsd('float')), graph)];
    assert.deepEqual(compare([typed, ours], there, none), {
      missing: [],
      altered: [],
      foreign: [],
      pending: 0,
    });
  });

  test('another value on a node of ours is altered, on any other node one missing and one foreign triple', () => {
    const other = quad(node('s'), node('p'), literal('0.9', xsd('float')), graph);
    const altered = compare([typed, ours], [typed, other], none);
    assert.deepEqual(altered, {
      missing: [],
      altered: [{ expected: [ours], there: [other] }],
      foreign: [],
      pending: 0,
    });
    const apart = compare([ours], [other], none);
    assert.deepEqual(apart, { missing: [ours], altered: [], foreign: [other], pending: 0 });
  });

  test('another value beside ours is foreign', () => {
    const other = quad(node('s'), node('p'), literal('more'), graph);
    const found = compare([typed, ours], [typed, ours, other], none);
    assert.deepEqual(found, { missing: [], altered: [], foreign: [other], pending: 0 });
  });

  test('what no update can remove is never taken for an alteration', () => {
    for (const value of [DataFactory.blankNode('b'), DataFactory.namedNode('relative')]) {
      const other = quad(node('s'), node('p'), value, graph);
      const found = compare([typed, ours], [typed, other], none);
      assert.deepEqual(found, { missing: [ours], altered: [], foreign: [other], pending: 0 });
    }
  });

  test('what a noted change explains is pending, whether it is there or not', () => {
    const fresh = quad(node('s'), node('p'), literal('new'), graph);
    const noted = new Set([quadKey(ours), quadKey(fresh)]);
    assert.deepEqual(compare([typed, ours], [typed, fresh], noted), {
      missing: [],
      altered: [],
      foreign: [],
      pending: 2,
    });
    assert.equal(compare([typed, ours], [typed, ours], noted).pending, 0);
  });

  test('repairing leaves what the journals say and what is foreign, and nothing else', () => {
    const part = fc.integer({ min: 0, max: 2 });
    const quads = fc
      .array(fc.tuple(part, part, fc.integer({ min: 0, max: 4 })), { maxLength: 20 })
      .map((triples) => [
        ...new Map(
          triples.map(([s, p, v]) => {
            const property = p === 0 ? rdfTerms('type') : node(`p${p}`);
            const made = quad(node(`s${s}`), property, literal(String(v)), graph);
            return [quadKey(made), made] as const;
          }),
        ).values(),
      ]);
    fc.assert(
      fc.property(quads, quads, (wanted, there) => {
        const { missing, altered, foreign } = compare(wanted, there, none);
        const gone = new Set(altered.flatMap((each) => each.there).map(quadKey));
        const after = [
          ...there.filter((each) => !gone.has(quadKey(each))),
          ...missing,
          ...altered.flatMap(({ expected }) => expected),
        ];
        assert.deepEqual(quadKeys(after), quadKeys([...wanted, ...foreign]));
        const again = compare(wanted, after, none);
        assert.deepEqual([again.missing, again.altered], [[], []]);
        assert.deepEqual(quadKeys(again.foreign), quadKeys(foreign));
      }),
    );
  });
});

test('a ledger knows a subject graph by graph, and no subject whose name only begins alike', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-ledger-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const runs = new RunFolder(folder);
  const request = { trigger: 'demand' } as const;
  const startedAt = '2026-03-01T03:00:00.000Z';
  const progress = { done: 0, total: 0, label: '' };
  const id = '20260301T030000Z-0001';
  await runs.save({ id, state: 'completed', trigger: 'demand', request, startedAt, progress });
  const journal = await Journal.open(runs.journalPath(id));
  const moved = quad(node('s'), node('p'), literal('1'), graph);
  const kept = node('history');
  const says = (subject: string) => quad(node(subject), node('p'), literal('1'), kept);
  await journal.done(await journal.note({ insert: [moved, says('t')], remove: [] }));
  await journal.done(await journal.note({ insert: [says('s')], remove: [moved] }));
  await journal.close();
  const ledger = await Ledger.add(runs, folder);
  const asked = ['t', 's', 'unknown', 's/1', 'z'].map((name) => node(name).value);
  const unknown = ['unknown', 's/1', 'z'].map((name) => node(name).value);
  assert.deepEqual(await ledger.unknownOf(kept.value, asked), unknown);
  assert.deepEqual(await ledger.unknownOf(graph.value, asked), asked);
  await ledger.close();
});

describe('reconciling a graph with the journals', () => {
  let folder: string;
  let parts: Awaited<ReturnType<typeof trainedEnrichment>>;
  let published: Quad[];
  const writes: Change[] = [];

  const run = async (request: Partial<RunState['request']> = {}): Promise<RunState> => {
    const planned = parts.enrichment.plan({ trigger: 'demand', kind: 'reconcile', ...request });
    const state = await parts.enrichment.run(planned, { progress: () => undefined });
    assert.equal(state.state, 'completed', state.error?.message);
    return state;
  };
  const there = async (): Promise<string[]> => quadKeys(await rdfQuads(parts.store, predictionsGraph));

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lacuna-reconciliation-'));
    const wrap = (store: Store): Store => ({
      ...{ name: store.name, profile: { ...store.profile, pageSize: 50, triplesPerWrite: 100 } },
      select: (query, options) => store.select(query, options),
      ask: (query, options) => store.ask(query, options),
      answer: (query, accept, options) => store.answer(query, accept, options),
      write: (change, options) => {
        writes.push(change);
        return store.write(change, options);
      },
      close: () => store.close(),
    });
    parts = await trainedEnrichment(folder, { records: 60, wrap });
    await run({ kind: 'enrich' });
    published = await rdfQuads(parts.store, predictionsGraph);
  });

  after(async () => {
    await parts.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('a graph as it was written agrees', async () => {
    const { counts, differences } = await run({ dryRun: true });
    assert.deepEqual(
      { ...counts },
      {
        ...{ quads: published.length, missing: 0, altered: 0, foreign: 0, blank: 0, pending: 0 },
        ...{ written: 0, removed: 0, remaining: 0 },
      },
    );
    assert.deepEqual(differences, []);
  });

  test('says what differs and writes nothing; repairs in writes of the right size; leaves what is foreign', async () => {
    const inGraph = namedNode(predictionsGraph);
    const told = published.filter(({ subject }) => subject.value.includes('/statement/'));
    const [first] = told;
    const lost = published.filter(({ subject }) => subject.value.includes('/activity/')).slice(0, 250);
    const confidences = told.filter(({ predicate }) => predicate.value.endsWith('/L18')).slice(0, 30);
    const altered = confidences.map(({ subject, predicate }) =>
      quad(subject, predicate, literal('0.111', xsd('float')), inGraph),
    );
    const lease = namedNode('http://example.org/lacuna/lease/left');
    const foreign = [
      quad(first!.subject, rdfs('comment'), literal('seen'), inGraph),
      ...Array.from({ length: 70 }, (_, index) =>
        quad(node(`curator/${index}`), rdfs('label'), literal('note', 'en'), inGraph),
      ),
      quad(node('both'), rdfTerms('type'), rdfTerms('Statement'), inGraph),
      quad(node('both'), rdfTerms('type'), namedNode('http://www.w3.org/ns/prov#Activity'), inGraph),
    ];
    const claim = [
      quad(lease, rdfTerms('type'), lacuna('Lease'), inGraph),
      quad(lease, lacuna('host'), literal('elsewhere'), inGraph),
    ];
    await parts.store.write({
      insert: [...altered, ...foreign, ...claim],
      remove: [...lost, ...confidences],
    });
    const before = await there();
    writes.length = 0;

    const dry = await run({ dryRun: true });
    const found = {
      ...{ missing: lost.length, altered: altered.length, foreign: foreign.length },
      ...{ blank: 0, pending: 0 },
    };
    const remaining = lost.length + altered.length + foreign.length;
    assert.deepEqual(dry.counts, { quads: published.length, ...found, written: 0, removed: 0, remaining });
    assert.equal(writes.length, 0);
    assert.deepEqual(await there(), before);
    for (const kind of ['missing', 'altered', 'foreign'] as const) {
      assert.equal(dry.differences?.filter((each) => each.kind === kind).length, 10, kind);
    }
    const example = dry.differences?.find(({ kind }) => kind === 'altered');
    assert.deepEqual(example?.there, ['"0.111"^^<http://www.w3.org/2001/XMLSchema#float>']);
    assert.match(example.expected[0] ?? '', /^"(0?\.\d+|1)"\^\^<.*float>$/);

    const state = await run();
    assert.deepEqual(state.counts, {
      ...{ quads: published.length, ...found },
      ...{ written: lost.length + altered.length, removed: altered.length, remaining: foreign.length },
    });
    assert.deepEqual(await there(), quadKeys([...published, ...foreign, ...claim]));
    const sizes = writes.map(({ insert, remove }) => insert.length + remove.length);
    assert.ok(sizes.every((size) => size <= 100) && sizes.length <= 5, `writes of ${sizes.join(', ')}`);
    // A value and the one in its place go in one change.
    const swaps = writes.flatMap(({ insert, remove }) =>
      remove.map(({ subject }) => insert.some((each) => each.subject.equals(subject))),
    );
    assert.deepEqual([...new Set(swaps)], [true]);

    const again = await run();
    assert.deepEqual([again.counts?.['written'], again.counts?.['removed']], [0, 0]);
    await parts.store.write({ insert: [], remove: [...foreign, ...claim] });
    assert.equal((await run({ dryRun: true })).counts?.['remaining'], 0);
  });

  test('a repair is no part of the journals: what they add up to stays the same', async () => {
    const [quadOfOurs] = published.filter(({ predicate }) => predicate.value.endsWith('/L18'));
    const other = quad(quadOfOurs!.subject, quadOfOurs!.predicate, literal('x'), quadOfOurs!.graph);
    await parts.store.write({ insert: [other], remove: [quadOfOurs!] });
    const state = await run();
    const journal = await Journal.open(parts.enrichment.folder.journalPath(state.id));
    assert.equal(journal.size, 0);
    await journal.close();
    await parts.store.write({ insert: [], remove: published });
    await run({ kind: 'republish' });
    assert.deepEqual(await there(), quadKeys(published));
  });

  test('republish leaves a value that stands in the place of ours', async () => {
    const [ours] = published.filter(({ predicate }) => predicate.value.endsWith('/L18'));
    const other = quad(ours!.subject, ours!.predicate, literal('x'), ours!.graph);
    await parts.store.write({ insert: [other], remove: [ours!] });
    assert.equal((await run({ kind: 'republish' })).counts?.['written'], 0);
    assert.equal((await run()).counts?.['altered'], 1);
    assert.deepEqual(await there(), quadKeys(published));
  });

  test('what a run had noted but not seen acknowledged is pending, and settled before a repair', async () => {
    const planned = parts.enrichment.plan({ trigger: 'demand' });
    await parts.enrichment.folder.save({ ...planned, state: 'failed', unsettled: true });
    const journal = await Journal.open(parts.enrichment.folder.journalPath(planned.id));
    const [gone] = published;
    const fresh = quad(node('new'), rdfs('label'), literal('new'), namedNode(predictionsGraph));
    await journal.note({ insert: [fresh], remove: [gone!] });
    await journal.close();
    // The store did it, and the answer was lost.
    await parts.store.write({ insert: [fresh], remove: [gone!] });
    const dry = await run({ dryRun: true });
    const { missing, altered, foreign, pending, remaining } = dry.counts!;
    assert.deepEqual([missing, altered, foreign, pending, remaining], [0, 0, 0, 2, 2]);
    assert.equal((await run()).counts?.['remaining'], 0);
    assert.deepEqual(await there(), quadKeys([...published.slice(1), fresh]));
  });
});
