import assert from 'node:assert/strict';
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { silent } from '../../src/config/progress.js';
import { Predictor } from '../../src/enrichment/predictor.js';
import { Enrichment } from '../../src/enrichment/run.js';
import { standInPredictor } from '../crash/stand-in-model.js';
import { EndlessStore } from './endless-store.js';
import { clock, predictionsGraph, smallProfile } from './small-enrichment.js';
import { smallSource } from './small-source.js';

/** Runs over so many made-up records; returns what was held at once and how large what the run leaves behind is. */
async function run(
  records: number,
): Promise<{ peaks: EndlessStore['peaks']; runBytes: number; journal: number }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-memory-'));
  const store = new EndlessStore(records);
  const whole = await smallProfile();
  const profile = { ...whole, tasks: whole.tasks.slice(0, 1) };
  const enrichment = new Enrichment({
    source: smallSource(store, profile),
    publishing: { predictionsGraph, namespace: 'http://example.org/lacuna/', agents: {} },
    // Few predictions are as sure as that: a run is mostly reading.
    thresholds: { place: 0.945 },
    rereadAfterDays: 30,
    stateFolder: path.join(folder, 'state'),
    loadPredictor: async () => {
      const predictor = await standInPredictor('first', profile.tasks);
      const predict: Predictor['predict'] = async (batch, options) => {
        const judgements = await Predictor.prototype.predict.call(predictor, batch, options);
        store.settled(batch.length);
        return judgements;
      };
      return Object.assign(predictor, { predict });
    },
    photographFailures: () => [],
    now: clock,
    randomSuffix: () => 'test',
  });
  const state = await enrichment.run(enrichment.plan({ trigger: 'demand' }), { progress: silent });
  assert.equal(state.state, 'completed', state.error?.message);
  assert.equal(state.summary!.recordsExamined, records);
  assert.ok(state.summary!.written.predictions > 0);
  const at = path.join(folder, 'state', 'runs', state.id);
  return {
    peaks: store.peaks,
    runBytes: (await stat(path.join(at, 'run.json'))).size,
    journal: (await stat(path.join(at, 'journal.ndjson'))).size,
  };
}

test('a run holds as much at once over 390,000 records as over 39,000', async () => {
  const [few, many] = [await run(39_000), await run(390_000)];
  assert.deepEqual(many.peaks, few.peaks);
  // One page of the listing, and the batches that are read ahead and looked at.
  assert.ok(few.peaks.records <= 2000 + 4 * 500, JSON.stringify(few.peaks));
  assert.deepEqual([few.peaks.requests, few.peaks.writes], [2, 1]);
  // What a run says of itself differs by digits of its counts; only the journal, on disk, grows.
  assert.ok(many.runBytes - few.runBytes < 200, `${few.runBytes} and ${many.runBytes}`);
  assert.ok(many.journal > 5 * few.journal);
});
