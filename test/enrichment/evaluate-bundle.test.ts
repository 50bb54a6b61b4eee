import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { silent } from '../../src/config/progress.js';
import { evaluateBundle, type EvaluatedBundle } from '../../src/enrichment/evaluate-bundle.js';
import { namedEvaluation } from '../../src/enrichment/named-evaluation.js';
import { Predictor } from '../../src/enrichment/predictor.js';
import { trainBundle } from '../../src/enrichment/training.js';
import { buildReport } from '../../src/learning/report/build-report.js';
import { reportSchema } from '../../src/learning/report/report-schema.js';
import type { Split } from '../../src/learning/splits/split.js';
import type { CollectionRecord } from '../../src/modalities/case.js';
import { createFusionModality } from '../../src/modalities/fusion/index.js';
import { createTabularModality } from '../../src/modalities/tabular/index.js';
import { ModelRegistry } from '../../src/models/registry.js';
import { plainTraining } from './plain-training.js';
import { smallProfile } from './small-enrichment.js';
import { record, spyModality } from './spy-modality.js';

const profile = await smallProfile();

/** French damasks of Lyon and Italian velvets of Venice, every fifth the other way round, the descriptions knowing which. */
const records: readonly CollectionRecord[] = Array.from({ length: 240 }, (_, id) => {
  const isFrench = (id % 5 === 0) !== (id % 2 === 0);
  const museum = id % 2 === 0 ? 'lyon' : 'venice';
  // One class in ten was never seen in training, one record has two places.
  const place = id % 4 === 3 && id % 10 === 3 ? ['ES'] : id === 239 ? ['FR', 'IT'] : [isFrench ? 'FR' : 'IT'];
  return record(id, {
    museum,
    graph: `http://example.org/graph/${museum}`,
    texts: [
      { value: isFrench ? 'fr' : 'it', language: 'en' },
      { value: '…', language: 'en' },
      { value: '…', language: 'es' },
      { value: 'Velours de soie coupé à décor de fleurs', language: '' },
    ],
    known: { place, technique: [isFrench ? 'damask' : 'velvet'] },
  });
});
const splitOf = (id: number): Split => (id % 4 === 3 ? 'test' : id % 4 === 2 ? 'validation' : 'train');
const splits = new Map(records.map(({ object }, id) => [object, splitOf(id)]));

describe('evaluating a bundle', () => {
  let isMute = false;
  const spy = spyModality('text', ({ record: { texts, object } }, { classes }) =>
    isMute || object.endsWith('7')
      ? undefined
      : classes.map((_, k) => ((texts[0]!.value === 'fr') === (k === 0) ? 0.9 : 0.1)),
  );
  const modalities = [createTabularModality(), spy];
  const fusion = createFusionModality();
  let root: string;
  let predictor: Predictor;
  let evaluated: EvaluatedBundle;

  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'lacuna-evaluate-'));
    const bundle = await trainBundle(
      records,
      { ...plainTraining, profile, modalities, fusions: [fusion], splits, setCoverage: 0.7 },
      { registry: new ModelRegistry(root), now: () => new Date(0), progress: silent },
    );
    predictor = await Predictor.load(bundle, [...modalities, fusion]);
    evaluated = await evaluateBundle(records, splits, 'test', predictor, { progress: silent });
  });
  after(() => rm(root, { recursive: true }));

  const rows = (of: EvaluatedBundle, modality: string, task: string) =>
    of.modalities.find((one) => one.modality === modality)!.tasks.find((one) => one.task === task)!;

  test('gives every modality the rows of the split that have one known value', () => {
    const { records: placed, classes } = rows(evaluated, 'text', 'place');
    const expected = records.filter(
      ({ object, known }) => splits.get(object) === 'test' && known['place']!.length === 1,
    );
    assert.deepEqual(
      placed.map(({ id, truth }) => [id, truth]),
      expected.map(({ object, known }) => [object, classes.indexOf(known['place']![0]!)]),
    );
    assert.deepEqual(placed[0]!.languages, ['en', 'es', 'fr']);
    assert.ok(placed.some(({ truth }) => truth === -1));
    for (const { id, scores, decision, confidence } of placed) {
      assert.equal(scores === undefined, id.endsWith('7'));
      assert.equal(decision === -1, id.endsWith('7'));
      assert.ok(decision === -1 ? confidence === 0 : confidence === scores![decision]);
    }
  });

  test('marks the thresholds where the decision is made, and takes a configured one before the model’s', async () => {
    const own = predictor.card.tasks.find(({ name }) => name === 'technique')!;
    assert.deepEqual(rows(evaluated, 'fusion', 'technique').publishedFrom, {
      known: own.threshold,
      unknown: own.foreignThreshold,
    });
    const never = { known: null, unknown: null };
    assert.deepEqual(rows(evaluated, 'text', 'technique').publishedFrom, never);
    const configured = await evaluateBundle(
      records,
      splits,
      'test',
      predictor,
      { progress: silent },
      { technique: 0.97 },
    );
    const everywhere = { known: 0.97, unknown: 0.97 };
    assert.deepEqual(rows(configured, 'fusion', 'technique').publishedFrom, everywhere);
  });

  test('gives the deciding modality the sets that gaps would get, and counts how many truths they hold', () => {
    const decided = rows(evaluated, 'fusion', 'technique');
    const sets = decided.records.filter(({ predictionSet }) => predictionSet !== undefined);
    assert.equal(sets.length, decided.records.length);
    assert.ok(sets.every(({ predictionSet, decision }) => predictionSet!.includes(decision)));
    assert.ok(rows(evaluated, 'text', 'technique').records.every((row) => !('predictionSet' in row)));
    const evaluation = namedEvaluation('test', 'test', predictor, evaluated, {
      profile,
      records,
      splits,
      remarks: [],
    });
    const [report] = buildReport([evaluation], { madeAt: new Date(0), seed: 1 }).evaluations;
    const figures = report!.tasks.map(({ modalities }) => modalities.map((one) => one.predictionSets));
    const technique = figures[report!.tasks.findIndex(({ task }) => task === 'technique')]!;
    const held = sets.filter(({ predictionSet, truth }) => predictionSet!.includes(truth)).length;
    const { promised, records: count, coverage, without } = technique.find((one) => one !== undefined)!;
    assert.deepEqual([promised, count, coverage, without], [0.7, sets.length, held / sets.length, 0]);
    assert.ok(coverage >= 0.6, `${coverage}`);
    assert.equal(technique.filter((one) => one !== undefined).length, 1, 'only of the modality that decides');
  });

  test('keeps records with several values apart, for tasks that have such', () => {
    const { multiLabel } = rows(evaluated, 'text', 'place');
    assert.ok(multiLabel!.some(({ relevant }) => relevant.length === 2));
    assert.equal(rows(evaluated, 'text', 'technique').multiLabel, undefined);
  });

  test('a hidden modality is one that says nothing', async () => {
    const without = evaluated.ablated.find(({ modalities: heard }) => heard.join() === 'tabular')!;
    isMute = true;
    const mute = await evaluateBundle(records, splits, 'test', predictor, { progress: silent });
    isMute = false;
    for (const task of ['place', 'technique']) {
      const hidden = without.tasks.find((one) => one.task === task)!.records;
      assert.deepEqual(hidden, rows(mute, 'fusion', task).records);
      assert.notDeepEqual(hidden, rows(evaluated, 'fusion', task).records);
    }
    assert.deepEqual(
      evaluated.ablated.map(({ modalities: heard, fused }) => [heard, fused]),
      [
        [['text'], true],
        [['tabular'], true],
      ],
    );
  });

  test('makes a report with labels, importance and the association of the properties', () => {
    const collection = { profile, records, splits, remarks: [] };
    const evaluation = namedEvaluation('test records', 'test', predictor, evaluated, collection);
    assert.equal(evaluation.isAsTrained, true);
    assert.equal(
      namedEvaluation('x', 'test', predictor, evaluated, { ...collection, splits: new Map() }).isAsTrained,
      false,
    );
    const report = buildReport([evaluation], { madeAt: new Date(0), seed: 1 });
    const [{ tasks, associations }] = reportSchema.parse(JSON.parse(JSON.stringify(report))).evaluations as [
      (typeof report.evaluations)[0],
    ];
    const place = tasks.find(({ task }) => task === 'place')!;
    assert.equal(place.classes.find(({ id }) => id === 'FR')!.label, 'France');
    assert.deepEqual(Object.keys(place.importance).sort(), ['fusion', 'tabular']);
    assert.ok(place.importance['tabular']!.some(({ feature }) => feature === 'museum'));
    assert.ok(
      associations.find(({ first, second }) => first === 'place' && second === 'technique')!.corrected > 0.9,
    );
  });
});
