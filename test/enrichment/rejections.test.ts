import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Quad } from '@rdfjs/types';
import fc from 'fast-check';
import type { Review } from '../../src/enrichment/run-state.js';
import { prov, rdfTerms } from '../../src/graph/prefixes.js';
import { quadKey } from '../../src/graph/quad-key.js';
import type { Store } from '../../src/graph/store.js';
import { namedNode, quad } from '../../src/graph/terms.js';
import { rejectionPages, type Rejection } from '../../src/provenance/rejection.js';
import { validatePredictions } from '../../src/provenance/shapes.js';
import { lacuna } from '../../src/provenance/terms.js';
import { keysWithoutRuns, quadKeys } from './predicted-quads.js';
import { completed, decisionsIn, predictions, saying, type Published } from './reviewed-collection.js';
import { iris } from './small-collection.js';
import { predictionsGraph, smallProfile, trainedEnrichment } from './small-enrichment.js';
import { withWrite } from './wrapped-store.js';

const quiet = { progress: () => undefined };
const crm = 'http://erlangen-crm.org/current/';
const by = 'Maria Soler';

async function opened(t: TestContext, options: Parameters<typeof trainedEnrichment>[1] = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-rejections-'));
  const parts = await trainedEnrichment(folder, { records: 40, ...options });
  t.after(async () => {
    await parts.close();
    await rm(folder, { recursive: true, force: true });
  });
  const { store, enrichment } = parts;
  const review = (decided: Review, dryRun?: boolean) =>
    completed(enrichment, { kind: 'review', review: decided, dryRun });
  const failed = async (decided: Review) => {
    const state = await enrichment.run(
      enrichment.plan({ trigger: 'demand', kind: 'review', review: decided }),
      quiet,
    );
    assert.equal(state.state, 'failed');
    return state.error!;
  };
  const rejections = async (): Promise<Rejection[]> => {
    const found: Rejection[] = [];
    for await (const page of rejectionPages({ store, graph: predictionsGraph, pageSize: 2 }))
      found.push(...page.map(({ rejection }) => rejection));
    return found;
  };
  return {
    ...parts,
    folder,
    enrich: () => completed(enrichment),
    graph: () => predictions(store),
    review,
    failed,
    rejections,
  };
}

const rejecting = ({ record, task }: Published, more: Partial<Review> = {}): Review =>
  ({ action: 'reject', record, task, by, ...more }) as Review;

test('a rejected value goes, stays away, and comes back when the rejection is withdrawn', async (t) => {
  const { enrich, graph, review, rejections } = await opened(t);
  await enrich();
  const published = await graph();
  const [wrong] = decisionsIn(published);
  const reason = 'a weft cannot be seen';

  const dry = await review(rejecting(wrong!, { reason }), true);
  assert.equal((await enrich()).summary!.recordsExamined, 0, 'a dry run forgets nothing');
  assert.deepEqual(quadKeys(await graph()), quadKeys(published));
  const { counts } = await review(rejecting(wrong!, { reason }));
  assert.deepEqual(dry.counts, counts);
  assert.deepEqual([counts!['rejections'], counts!['predictions']], [1, 1]);
  const rejected = await graph();
  assert.deepEqual(await validatePredictions(rejected), []);
  assert.deepEqual(saying(rejected, wrong!), []);
  // All that is left of the statement and its activity is gone; the other predictions are as they were.
  const before = new Set(published.map(quadKey));
  const added = rejected.filter((each) => !before.has(quadKey(each)));
  assert.equal(new Set(added.map(({ subject }) => subject.value)).size, 1);
  assert.equal(published.length - rejected.length + added.length, counts!['triples']);
  const uuid = wrong!.statement.split('/').at(-1)!;
  assert.ok(rejected.every(({ subject }) => !subject.value.includes(uuid)));
  const [rejection, ...others] = await rejections();
  assert.deepEqual(others, []);
  assert.deepEqual(
    { ...rejection, iri: '', at: rejection!.at.toISOString() },
    {
      iri: '',
      subject: wrong!.subject,
      property: wrong!.predicate,
      value: wrong!.value,
      record: wrong!.record,
      task: wrong!.task,
      by,
      at: '2026-03-01T03:00:00.000Z',
      reason,
    },
  );

  const again = await enrich();
  assert.equal(again.summary!.tasks[wrong!.task]!.rejectedByCurator, 1);
  assert.equal(again.summary!.written.triples, 0);
  assert.deepEqual(saying(await graph(), wrong!), []);
  const unchanged = await enrich();
  assert.equal(unchanged.summary!.recordsExamined, 0);
  assert.equal(unchanged.summary!.tasks[wrong!.task]!.rejectedByCurator, 0);

  const withdrawn = await review({ action: 'withdraw', rejection: rejection!.iri });
  assert.equal(withdrawn.counts!['withdrawn'], 1);
  assert.deepEqual(await rejections(), []);
  await enrich();
  assert.deepEqual(keysWithoutRuns(await graph()), keysWithoutRuns(published));
});

test('no run ever publishes a rejected value', { timeout: 300_000 }, async (t) => {
  const { enrich, graph, review, rejections, enrichment } = await opened(t, { records: 24 });
  await enrich();
  const known = decisionsIn(await graph());
  const values = new Map<string, string[]>();
  for (const { task, value } of known) values.set(task, [...new Set([...(values.get(task) ?? []), value])]);
  const pick = fc.record({ at: fc.nat(known.length - 1), other: fc.nat(3) });
  const step = fc.oneof(
    fc.record({ do: fc.constant('reject' as const), pick }),
    fc.record({ do: fc.constant('withdraw' as const), pick }),
    fc.record({ do: fc.constantFrom('enrich', 'republish', 'retract', 'reexamine') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 6 }), async (steps) => {
      for (const each of steps) {
        if ('pick' in each && each.do === 'reject') {
          const gap = known[each.pick.at]!;
          const all = values.get(gap.task)!;
          await review(rejecting(gap, { value: all[each.pick.other % all.length]! }));
        } else if ('pick' in each) {
          const standing = await rejections();
          const meant = standing[each.pick.at % Math.max(1, standing.length)];
          if (meant !== undefined) await review({ action: 'withdraw', rejection: meant.iri });
        } else if (each.do === 'retract') {
          await completed(enrichment, { kind: 'retract', retract: { task: 'place' } });
        } else if (each.do === 'republish') {
          const { counts } = await completed(enrichment, { kind: 'republish' });
          assert.equal(counts!['written'], 0);
        } else {
          await completed(enrichment, { reexamine: each.do === 'reexamine' });
        }
        const quads = await graph();
        for (const { subject, property, value } of await rejections())
          assert.deepEqual(saying(quads, { subject, predicate: property, value }), []);
        assert.deepEqual(await validatePredictions(quads), []);
      }
    }),
    { numRuns: 8 },
  );
});

test('retraction keeps rejections, and they come back when a cleared graph is published again', async (t) => {
  const { enrich, graph, review, store, enrichment, rejections } = await opened(t);
  await enrich();
  const [wrong, another] = decisionsIn(await graph());
  await review(rejecting(wrong!));
  await review(rejecting(another!));
  await review({ action: 'withdraw', record: another!.record, task: another!.task });
  await completed(enrichment, { kind: 'retract', retract: { task: wrong!.task } });
  assert.equal((await rejections()).length, 1);
  await enrich();
  const before = await graph();
  assert.deepEqual(saying(before, wrong!), []);
  assert.ok(saying(before, another!).length > 0);
  await store.write({ insert: [], remove: before });
  await completed(enrichment, { kind: 'republish' });
  assert.deepEqual(quadKeys(await graph()), quadKeys(before));
});

test('a rejection holds for all objects of a production, whichever it was given for', async (t) => {
  const type = rdfTerms('type').value;
  const { graph: museum } = iris('lyon', 0);
  const production = 'http://example.org/production/pair';
  const pair = ['a', 'b'].map((name) => `http://example.org/object/pair-${name}`);
  const extra = pair
    .map(
      (object) =>
        `<${object}> <${type}> <${crm}E22_Man-Made_Object> <${museum}> .\n<${production}> <${crm}P108_has_produced> <${object}> <${museum}> .\n`,
    )
    .join('');
  const { enrich, graph, review } = await opened(t, { extra, thresholds: { place: 0, technique: 0 } });
  await enrich();
  const published = await graph();
  const wrong = decisionsIn(published).find(
    ({ subject, task }) => subject === production && task === 'place',
  )!;
  assert.equal(wrong.record, pair[0]);
  await review(rejecting({ ...wrong, record: pair[1]! }));
  assert.deepEqual(saying(await graph(), wrong), []);
  assert.equal((await enrich()).summary!.tasks['place']!.rejectedByCurator, 1);
  assert.deepEqual(saying(await graph(), wrong), []);
  await review({ action: 'withdraw', record: pair[1]!, task: 'place' });
  await enrich();
  assert.deepEqual(keysWithoutRuns(await graph()), keysWithoutRuns(published));
});

test('what others say stays, with the triple they share', async (t) => {
  const { enrich, graph, review, store } = await opened(t);
  await enrich();
  const [wrong] = decisionsIn(await graph());
  const own = namedNode(predictionsGraph);
  const other = namedNode('http://example.org/curator/statement');
  const activity = namedNode('http://example.org/curator/activity');
  const foreign = [
    quad(other, rdfTerms('type'), rdfTerms('Statement'), own),
    quad(other, rdfTerms('subject'), namedNode(wrong!.subject), own),
    quad(other, rdfTerms('predicate'), namedNode(wrong!.predicate), own),
    quad(other, rdfTerms('object'), namedNode(wrong!.value), own),
    quad(other, prov('wasGeneratedBy'), activity, own),
    quad(activity, prov('wasAssociatedWith'), namedNode('http://example.org/curator'), own),
  ];
  await store.write({ insert: foreign, remove: [] });
  await review(rejecting(wrong!));
  const left = new Set((await graph()).map(quadKey));
  const direct = quad(namedNode(wrong!.subject), namedNode(wrong!.predicate), namedNode(wrong!.value), own);
  for (const each of [...foreign, direct]) assert.ok(left.has(quadKey(each)), quadKey(each));
  assert.ok(decisionsIn(await graph()).every(({ statement }) => statement !== wrong!.statement));
});

/** Makes the first decision's opinion say something else than the decision; returns the opinion and what it says now. */
async function disagreement(store: Store, published: readonly Quad[], decision: Published) {
  const opinion = published.find(
    ({ subject, predicate }) => subject.value === decision.statement && predicate.equals(lacuna('combines')),
  )!.object;
  const said = published.find(
    ({ subject, predicate }) => subject.equals(opinion) && predicate.equals(rdfTerms('object')),
  )!;
  const { classes } = (await smallProfile()).tasks.find(({ name }) => name === decision.task)!;
  const value = classes.find(({ concept }) => concept !== decision.value)!.concept;
  await store.write({
    insert: [quad(said.subject, said.predicate, namedNode(value), said.graph)],
    remove: [said],
  });
  return { opinion, value };
}

test('a value behind another decision goes as an opinion, and the decision stays', async (t) => {
  const { enrich, graph, review, store } = await opened(t);
  await enrich();
  const published = await graph();
  const [decision] = decisionsIn(published);
  const { opinion, value } = await disagreement(store, published, decision!);
  const { counts } = await review(rejecting(decision!, { value }));
  assert.deepEqual([counts!['predictions'], counts!['statements']], [0, 1]);
  const left = await graph();
  assert.ok(left.every(({ subject, object }) => !subject.equals(opinion) && !object.equals(opinion)));
  assert.ok(saying(left, decision!).length >= 2, 'the decision and its triple stay');
  assert.deepEqual(await validatePredictions(left), []);
});

test('with a decision go the opinions behind it, whatever they say', async (t) => {
  const { enrich, graph, review, store } = await opened(t);
  await enrich();
  const published = await graph();
  const [decision] = decisionsIn(published);
  const { opinion } = await disagreement(store, published, decision!);
  const { counts } = await review(rejecting(decision!));
  assert.deepEqual([counts!['predictions'], counts!['statements']], [1, 2]);
  assert.ok((await graph()).every(({ subject }) => !subject.equals(opinion)));
});

test('another value than the one that is rejected is proposed all the same', async (t) => {
  const { enrich, graph, review, enrichment } = await opened(t);
  await enrich();
  const published = await graph();
  const [decision] = decisionsIn(published);
  const { classes } = (await smallProfile()).tasks.find(({ name }) => name === decision!.task)!;
  const value = classes.find(({ concept }) => concept !== decision!.value)!.concept;
  await review(rejecting(decision!, { value }));
  await completed(enrichment, { kind: 'retract', retract: { record: decision!.record } });
  const { summary } = await enrich();
  assert.equal(summary!.tasks[decision!.task]!.rejectedByCurator, 0);
  assert.ok(saying(await graph(), decision!).length > 0);
});

test('rejecting twice changes nothing, and what is meant must be clear', async (t) => {
  const { enrich, graph, review, failed, rejections } = await opened(t);
  await enrich();
  const [wrong, right] = decisionsIn(await graph());
  await review(rejecting(wrong!));
  const before = await graph();
  const again = await review(rejecting(wrong!, { value: wrong!.value, by: 'Somebody Else' }));
  assert.deepEqual(again.counts, { rejections: 0, predictions: 0, statements: 0, triples: 0 });
  assert.deepEqual(quadKeys(await graph()), quadKeys(before));

  assert.match((await failed(rejecting(wrong!))).message, /No \w+ is published for .*--value/);
  const odd = await failed(rejecting(wrong!, { value: 'http://example.org/damask' }));
  assert.match(odd.message, /no value that Lacuna writes[^]*: http/);
  assert.equal((await failed(rejecting({ ...wrong!, record: 'http://example.org/none' }))).code, 'NOT_FOUND');
  assert.equal((await failed(rejecting({ ...wrong!, task: 'colour' }))).code, 'NOT_FOUND');
  assert.equal((await failed(rejecting(right!, { by: '\u0000' }))).code, 'INPUT_INVALID');
  const unknown = { action: 'withdraw', rejection: 'http://example.org/none' } as const;
  assert.equal((await failed(unknown)).code, 'NOT_FOUND');
  assert.equal((await failed({ action: 'withdraw' })).code, 'INPUT_INVALID');
  assert.deepEqual(
    (await rejections()).map((each) => each.by),
    [by],
  );
});

test('a review that was interrupted in writing goes on to the same end', async (t) => {
  for (const isDone of [true, false]) {
    let breaks = false;
    const wrap: Parameters<typeof opened>[1] = {
      wrap: (store) =>
        withWrite(store, async (change) => {
          if (!breaks || isDone) await store.write(change);
          if (breaks) {
            breaks = false;
            throw new Error('the line is dead');
          }
        }),
    };
    const { enrich, graph, enrichment, rejections } = await opened(t, wrap);
    await enrich();
    const [wrong] = decisionsIn(await graph());
    for (const decided of [
      rejecting(wrong!),
      { action: 'withdraw', record: wrong!.record, task: wrong!.task } as const,
    ]) {
      breaks = true;
      const planned = enrichment.plan({ trigger: 'demand', kind: 'review', review: decided });
      const broken = await enrichment.run(planned, quiet).catch(() => undefined);
      assert.notEqual(broken?.state, 'completed');
      // As a crash leaves it.
      await enrichment.folder.save({ ...planned, state: 'publishing' });
      const state = await enrichment.run((await enrichment.interrupted())!, quiet);
      assert.equal(state.state, 'completed', state.error?.message);
      const isRejected = decided.action === 'reject';
      assert.equal((await rejections()).length, isRejected ? 1 : 0);
      assert.equal(state.counts![isRejected ? 'rejections' : 'withdrawn'], 1);
    }
  }
});

test('where nothing is rejected a run asks once, and no more', async (t) => {
  const asked: string[] = [];
  const { enrich, review, graph } = await opened(t, {
    wrap: (store) => ({
      ...store,
      name: store.name,
      profile: store.profile,
      close: () => store.close(),
      write: (change, options) => store.write(change, options),
      answer: (...rest) => store.answer(...rest),
      select: (query, options) => {
        if (/rejected/.test(query)) asked.push(query);
        return store.select(query, options);
      },
      ask: (query, options) => {
        if (/Rejection/.test(query)) asked.push(query);
        return store.ask(query, options);
      },
    }),
  });
  await enrich();
  assert.equal(asked.length, 1);
  await review(rejecting(decisionsIn(await graph())[0]!));
  asked.length = 0;
  await enrich();
  assert.ok(asked.length >= 2);
});
