import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { divide } from '../../src/daemon/overview/coverage.js';
import { createOverviewService } from '../../src/daemon/overview/overview.js';
import { interleave, variedRecords } from '../../src/daemon/overview/pick-examples.js';
import { FakeRuns } from './fake-runs.js';
import { config, profile } from './serving.js';
import { collectionStore, expectedCoverage } from './small-collection.js';

describe('the overview', async () => {
  const store = await collectionStore();
  const runs = new FakeRuns();
  const parts = { config, store, runs, profile, clock: () => new Date('2026-03-02T12:00:00Z') };

  it('counts what is known, filled and open', async () => {
    const { records, museums, remarks, coverage, title } = await createOverviewService(parts).overview();
    assert.deepEqual({ records, museums, title }, { records: 12, museums: 2, title: 'A small collection' });
    assert.deepEqual(coverage, expectedCoverage);
    assert.deepEqual(remarks, ['Made for a test.']);
  });

  it('shows examples with what the museum knows, what is predicted, by whom and why', async () => {
    const { examples } = await createOverviewService(parts).overview();
    assert.equal(examples.length, 8);
    const example = examples.find(({ object }) => object === 'http://example.org/object/south-3');
    assert.ok(example);
    assert.deepEqual(
      { ...example, predictions: example.predictions.map(({ task, label }) => `${task}: ${label}`) },
      {
        object: 'http://example.org/object/south-3',
        label: 'Ribbon (south)',
        museum: 'Museum of the south',
        photograph: 'http://example.org/object/south-3-image',
        known: [],
        predictions: ['place: France', 'depiction: bird'],
      },
    );
    const [place] = example.predictions;
    assert.equal(place?.confidence, 0.83);
    assert.equal(place.model, '2026-03-01-a');
    assert.equal(new Date(place.madeAt ?? '').toISOString(), '2026-03-01T03:04:05.000Z');
    assert.match(place.explanation, /fusion/);
    assert.deepEqual(
      place.opinions.map(({ modality, label, confidence }) => [
        modality,
        label,
        Math.round(100 * confidence),
      ]),
      [
        ['image', 'France', 73],
        ['text', 'Italy', 63],
        ['tabular', 'France', 53],
      ],
    );
    assert.deepEqual(place.set, {
      coverage: 0.9,
      values: [
        { label: 'France', concept: 'http://example.org/place/france' },
        { label: 'Italy', concept: 'http://example.org/place/italy' },
      ],
    });
    assert.equal(example.predictions[1]?.set, undefined);
    assert.deepEqual(
      place.evidence.map(({ modality, feature }) => `${modality}: ${feature}`),
      ['tabular: museum = south', 'tabular: word "terciopelo"'],
    );
    const known = examples.find(({ object }) => object.endsWith('north-1'))?.known;
    assert.deepEqual(known, [
      { property: 'Depiction', values: [{ label: 'bird', iri: 'http://example.org/motif/bird' }] },
    ]);
    assert.ok(
      examples.slice(0, 6).every(({ photograph }) => photograph !== undefined),
      'pictures come first',
    );
  });

  it('gives a query that the store answers', async () => {
    const { query } = await createOverviewService(parts).overview();
    const rows = await store.select(query);
    assert.equal(rows.length, 20);
    assert.ok(rows.every(({ label, score, explanation }) => label && score && explanation));
  });

  it('counts once for visitors who come together, and anew when a run has ended', async () => {
    let now = new Date('2026-03-02T12:00:00Z');
    let counted = 0;
    const counting = await collectionStore();
    counting.beforeAnswer = async () => {
      counted += 1;
      await Promise.resolve();
    };
    const service = createOverviewService({ ...parts, store: counting, runs, clock: () => now });
    const [first, second] = await Promise.all([service.overview(), service.overview()]);
    assert.equal(first, second);
    const once = counted;
    await service.overview();
    assert.equal(counted, once);
    runs.start({ trigger: 'demand' });
    await service.overview();
    assert.equal(counted, 2 * once);
    runs.change({ state: 'publishing' });
    await service.overview();
    assert.equal(counted, 2 * once, 'a run under way changes its state all the time');
    runs.end('completed');
    await service.overview();
    assert.equal(counted, 3 * once);
    now = new Date(now.getTime() + 61_000);
    await service.overview();
    assert.equal(counted, 4 * once);
  });

  it('tries again after a failure', async () => {
    const failing = await collectionStore();
    failing.beforeAnswer = () => Promise.reject(new Error('away'));
    const service = createOverviewService({ ...parts, store: failing });
    await assert.rejects(service.overview(), /away/);
    failing.beforeAnswer = () => Promise.resolve();
    assert.equal((await service.overview()).records, 12);
  });
});

describe('divide', () => {
  it('always adds up to the whole', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), fc.nat(2000), (total, share, predicted) => {
        const known = Math.min(share, total);
        const parts = divide('place', 'Place', { total, known, predicted });
        assert.equal(parts.known + parts.filled + parts.open, total);
        assert.ok(parts.filled >= 0 && parts.open >= 0);
      }),
    );
  });
});

describe('variedRecords', () => {
  it('lets properties and values take turns', () => {
    const place = ['FR', 'FR', 'FR', 'IT'].map((value, index) => ({ record: `p${index}`, value }));
    const technique = [
      { record: 't0', value: 'damask' },
      { record: 'p3', value: 'damask' },
    ];
    assert.deepEqual(variedRecords([place, technique], 4), ['p0', 't0', 'p3', 'p1']);
  });

  it('interleaves without losing or inventing anything', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat())), (lists) => {
        assert.deepEqual(interleave(lists).sort(), lists.flat().sort());
      }),
    );
  });
});
