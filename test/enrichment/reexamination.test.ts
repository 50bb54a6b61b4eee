import assert from 'node:assert/strict';
import { appendFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import { silent } from '../../src/config/progress.js';
import { Predictor } from '../../src/enrichment/predictor.js';
import { Enrichment } from '../../src/enrichment/run.js';
import type { RunSummary } from '../../src/enrichment/run-state.js';
import { createFusionModality } from '../../src/modalities/fusion/index.js';
import { createTabularModality } from '../../src/modalities/tabular/index.js';
import { validatePredictions } from '../../src/provenance/shapes.js';
import { rdfQuads } from './predicted-quads.js';
import { iris } from './small-collection.js';
import { clock, predictionsGraph, trainedEnrichment } from './small-enrichment.js';

const crm = 'http://erlangen-crm.org/current/';
const decision = 'https://w3id.org/lacuna/ontology#Decision';
const folder = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'lacuna-again-'));

test('a record that has changed is looked at again, alone, and keeps one decision a gap', async () => {
  const at = await folder();
  const run = async (
    change?: string,
  ): Promise<{ summary: RunSummary; decisions: number; values: string[] }> => {
    if (change !== undefined) await appendFile(path.join(at, 'collection.nq'), change);
    const { enrichment, store, close } = await trainedEnrichment(at, {
      records: 60,
      thresholds: { place: 0, technique: 0 },
    });
    const { state, summary } = await enrichment.run(enrichment.plan({ trigger: 'demand' }), {
      progress: silent,
    });
    assert.equal(state, 'completed');
    const quads = await rdfQuads(store, predictionsGraph);
    assert.deepEqual(await validatePredictions(quads), []);
    const values = quads
      .filter(({ subject, predicate }) => subject.value === production && predicate.value.startsWith(crm))
      .map(({ object }) => object.value);
    await close();
    return {
      summary: summary!,
      decisions: quads.filter(({ object }) => object.value === decision).length,
      values,
    };
  };
  // Of Lyon, and French to all appearances: neither place nor technique is known.
  const { graph, production } = iris('lyon', 12);
  const before = await run();
  assert.equal(before.decisions, 70);
  assert.equal(before.values.length, 2);

  // Somebody finds out that it is a velvet, which speaks for Italy. Its place is decided anew.
  const velvet = 'http://data.silknow.org/vocabulary/379';
  const after = await run(`<${production}> <${crm}P32_used_general_technique> <${velvet}> <${graph}> .\n`);
  assert.equal(after.summary.recordsExamined, 1);
  assert.deepEqual(
    [after.summary.tasks['place']!.published, after.summary.tasks['place']!.unchanged],
    [1, 39],
  );
  assert.equal(after.decisions, 70);
  assert.notDeepEqual(after.values, before.values);

  const again = await run();
  assert.deepEqual([again.summary.recordsExamined, again.summary.written.triples], [0, 0]);
});

test('two objects of one production have one gap, and the first speaks for it', async (t) => {
  const type = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
  const { graph } = iris('lyon', 0);
  const production = 'http://example.org/production/pair';
  const extra = ['pair-a', 'pair-b']
    .map((name) => `http://example.org/object/${name}`)
    .map((object) =>
      [
        `<${object}> <${type}> <${crm}E22_Man-Made_Object> <${graph}> .`,
        `<${production}> <${crm}P108_has_produced> <${object}> <${graph}> .\n`,
      ].join('\n'),
    )
    .join('');
  const thresholds = { place: 0, technique: 0 };
  const options = { records: 60, extra, thresholds };
  const { enrichment, store, close } = await trainedEnrichment(await folder(), options);
  t.after(close);
  const enrich = () => enrichment.run(enrichment.plan({ trigger: 'demand' }), { progress: silent });
  const first = await enrich();
  assert.deepEqual(first.summary!.skips, []);
  // The small collection has 40 gaps of places and 30 of techniques.
  assert.deepEqual(
    Object.values(first.summary!.tasks).map(({ published }) => published),
    [41, 31],
  );
  const quads = await rdfQuads(store, predictionsGraph);
  assert.deepEqual(await validatePredictions(quads), []);
  const spokenFor = quads.filter(({ object }) => object.value.startsWith('http://example.org/object/pair-'));
  assert.ok(spokenFor.every(({ object }) => object.value.endsWith('pair-a')));
  assert.equal((await enrich()).summary!.written.triples, 0);
});

test('a profile that no longer has a class of the model asks to train again', async (t) => {
  const at = await folder();
  const { source, registry, close } = await trainedEnrichment(at, { records: 60 });
  t.after(close);
  const tasks = source.profile.tasks.map((task) => ({
    ...task,
    classes: task.classes.filter(({ id }) => id !== 'FR'),
  }));
  const enrichment = new Enrichment({
    source: { ...source, profile: { ...source.profile, tasks } },
    publishing: { predictionsGraph, namespace: 'http://example.org/lacuna/', agents: {} },
    thresholds: {},
    rereadAfterDays: 30,
    stateFolder: path.join(at, 'state'),
    loadPredictor: async () =>
      Predictor.load(await registry.current(source.profile.id), [
        createTabularModality(),
        createFusionModality(),
      ]),
    photographFailures: () => [],
    now: clock,
    randomSuffix: () => 'test',
  });
  await assert.rejects(
    enrichment.run(enrichment.plan({ trigger: 'demand' }), { progress: silent }),
    (error) => isLacunaError(error, 'MODEL_MISSING') && error.problems.includes('place: FR'),
  );
});
