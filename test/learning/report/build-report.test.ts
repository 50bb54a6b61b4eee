import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildReport } from '../../../src/learning/report/build-report.js';
import { compareAnswers } from '../../../src/learning/report/compare.js';
import type { EvaluatedRecord, EvaluatedTask } from '../../../src/learning/report/evaluated.js';
import {
  calibrationAfter,
  calibrationBefore,
  figuresOf,
  groupFigures,
  promiseFigures,
} from '../../../src/learning/report/figures.js';
import { reportSchema } from '../../../src/learning/report/report-schema.js';
import { near } from '../golden-numbers.js';
import { sampleEvaluation, sampleRecords } from './sample-evaluation.js';

const madeAt = new Date('2026-03-02T12:00:00Z');

/** A row by its truth, its answer and the confidence of that. */
function row(
  truth: number,
  decision: number,
  confidence: number,
  more: Partial<EvaluatedRecord> = {},
): EvaluatedRecord {
  const scores =
    decision === -1 ? undefined : [0, 1].map((k) => (k === decision ? confidence : 1 - confidence));
  return {
    id: `${truth} ${decision} ${confidence}`,
    museum: 'vam',
    languages: [],
    truth,
    scores,
    raw: undefined,
    decision,
    confidence,
    isPublished: confidence >= 0.7,
    ...more,
  };
}

describe('figures of evaluated records', () => {
  // Right, wrong, right, silent, and one of a class that was not learnt.
  const records = [row(0, 0, 0.9), row(1, 0, 0.6), row(1, 1, 0.8), row(0, -1, 0), row(-1, 1, 0.7)];

  test('count what was learnt, silence being wrong', () => {
    const figures = figuresOf(records, 2, undefined);
    assert.deepEqual([figures.records, figures.accuracy], [4, 0.5]);
    // Class 0: one of two found, one of two answers right; class 1: one of two found, its one answer right.
    assert.ok(near(figures.macroF1, (1 / 2 + 2 / 3) / 2));
  });

  test('promise over all records that have a value, those of a class that was not learnt as wrong', () => {
    const { records: total, selection, curve } = promiseFigures(records, { known: 0.7, unknown: null });
    assert.equal(total, 5);
    assert.deepEqual([selection.answered, selection.coverage], [3, 3 / 5]);
    assert.ok(near(selection.precision, 2 / 3));
    assert.deepEqual(
      curve.map(({ threshold }) => threshold),
      [0.9, 0.8, 0.7, 0.6],
    );
  });

  test('calibration looks at the answers, before it at the highest raw score', () => {
    assert.ok(near(calibrationAfter(records).error, (0.1 + 0.6 + 0.2) / 3));
    assert.equal(calibrationBefore(records), undefined);
    const raw = records.map((one) => ({ ...one, raw: one.decision === -1 ? undefined : [0.7, 0.3] }));
    // Raw says class 0 three times, at 0.7: right once.
    assert.ok(near(calibrationBefore(raw)!.error, Math.abs(1 / 3 - 0.7)));
  });

  test('a long curve is thinned to 200 points, the first and the last among them', () => {
    const many = sampleRecords(900, 3, 3, 4);
    const { curve } = promiseFigures(many, { known: 0.5, unknown: null });
    const heard = many.filter(({ decision }) => decision >= 0);
    assert.equal(curve.length, 200);
    assert.ok(near(curve.at(-1)!.coverage, heard.length / many.length));
    assert.equal(curve[0]!.threshold, Math.max(...heard.map(({ confidence }) => confidence)));
  });

  test('groups hold their own records, the largest first; a record may be in several', () => {
    const spoken = records.map((one, index) => ({
      ...one,
      languages: index < 2 ? ['en', 'fr'] : index === 2 ? ['fr'] : [],
    }));
    const groups = groupFigures(spoken, ({ languages }) => languages, {
      classes: 2,
      trained: undefined,
    });
    assert.deepEqual(
      groups.map(({ name, figures, selection }) => [name, figures.records, selection.answered]),
      [
        ['fr', 3, 2],
        ['en', 2, 1],
      ],
    );
  });
});

describe('comparing answers', () => {
  const task = (classes: string[], records: EvaluatedRecord[]): EvaluatedTask => ({
    task: 'place',
    classes,
    publishedFrom: { known: null, unknown: null },
    records,
  });
  const same = { id: 'a' };

  test('pairs records by their IRI and classes by their name', () => {
    const first = task(
      ['FR', 'IT'],
      [row(0, 0, 0.9, { id: 'a' }), row(1, 1, 0.9, { id: 'b' }), row(1, 0, 0.9, { id: 'c' })],
    );
    // The other order of classes, the other order of records, and one record more.
    const second = task(
      ['IT', 'FR'],
      [row(0, 1, 0.9, { id: 'b' }), row(1, 1, 0.9, { id: 'a' }), row(0, 0, 0.9, { id: 'd' })],
    );
    const difference = compareAnswers(
      { name: 'x', task: first },
      { name: 'y', task: second },
      { seed: 1, resamples: 20 },
    )!;
    assert.deepEqual([difference.first, difference.second, difference.records], ['x', 'y', 2]);
    assert.deepEqual([difference.accuracy.first, difference.accuracy.second], [1, 0.5]);
    assert.deepEqual([difference.mcNemar.onlyFirst, difference.mcNemar.onlySecond], [1, 0]);
  });

  test('a class that one of them has not learnt is wrong for that one', () => {
    const first = task(['FR', 'IT'], [row(-1, 0, 0.9, same)]);
    const second = task(['FR', 'ES'], [row(1, 1, 0.9, same)]);
    const { accuracy } = compareAnswers(
      { name: 'x', task: first },
      { name: 'y', task: second },
      { seed: 1, resamples: 5 },
    )!;
    assert.deepEqual([accuracy.first, accuracy.second], [0, 1]);
  });

  test('says nothing without a record in common', () => {
    const one = task(['FR', 'IT'], [row(0, 0, 0.9, { id: 'a' })]);
    const other = task(['FR', 'IT'], [row(0, 0, 0.9, { id: 'b' })]);
    assert.equal(
      compareAnswers({ name: 'x', task: one }, { name: 'y', task: other }, { seed: 1 }),
      undefined,
    );
  });
});

describe('the report', () => {
  const evaluation = sampleEvaluation();
  const report = buildReport([evaluation], { madeAt, seed: 7 });

  test('is what its schema says, and stays so through JSON', () => {
    const parsed = reportSchema.parse(JSON.parse(JSON.stringify(report)));
    assert.deepEqual(parsed, JSON.parse(JSON.stringify(report)));
  });

  test('has every task with every modality, its groups and the significance of the decision', () => {
    const [{ tasks, averages, ablation, associations }] = report.evaluations as [
      (typeof report.evaluations)[0],
    ];
    assert.deepEqual(
      tasks.map(({ task, modalities }) => [task, ...modalities.map(({ modality }) => modality)]),
      [
        ['place', 'text', 'fusion'],
        ['technique', 'text', 'fusion'],
      ],
    );
    const [place] = tasks as [(typeof tasks)[0]];
    const fusion = place.modalities[1]!;
    assert.deepEqual(fusion.museums.map(({ name }) => name).sort(), ['imatex', 'met', 'vam']);
    assert.equal(fusion.languages.length, 3);
    assert.notEqual(fusion.before!.error, fusion.after.error);
    assert.deepEqual(
      place.significance.map(({ first, second }) => [first, second]),
      [['text', 'fusion']],
    );
    assert.ok(place.significance[0]!.macroF1.difference > 0);
    assert.equal(place.imbalanceRatio, 300 / 120);
    assert.equal(
      place.notLearnt,
      evaluation.modalities[0]!.tasks[0]!.records.filter(({ truth }) => truth === -1).length,
    );
    assert.deepEqual(place.importance['fusion'], [
      { feature: 'text says', gain: 0.75 },
      { feature: 'museum', gain: 0.25 },
    ]);
    assert.deepEqual(
      ablation.map(({ name }) => name),
      ['text alone', 'fusion of tabular', 'fusion of text'],
    );
    assert.equal(averages.length, 2);
    assert.deepEqual(
      associations.map(({ first, second, records }) => [first, second, records]),
      [
        ['museum', 'place', 60],
        ['museum', 'technique', 48],
        ['place', 'technique', 48],
      ],
    );
  });

  test('figures of a modality over all records are those of its rows', () => {
    const { records } = evaluation.modalities[1]!.tasks[0]!;
    const learnt = records.filter(({ truth }) => truth >= 0);
    const { whole, heard, promise } = report.evaluations[0]!.tasks[0]!.modalities[1]!;
    assert.equal(whole.records, learnt.length);
    assert.equal(heard.records, learnt.filter(({ decision }) => decision >= 0).length);
    assert.ok(
      near(whole.accuracy, learnt.filter(({ truth, decision }) => truth === decision).length / learnt.length),
    );
    assert.equal(promise.records, records.length);
  });

  test('compares two models task by task, and equal seeds give equal reports', () => {
    const against = { ...sampleEvaluation('test records', 'fedcba9876543210'), isAsTrained: false };
    const make = () => buildReport([evaluation], { madeAt, seed: 7, against });
    const { comparison } = make();
    assert.deepEqual(make().comparison, comparison);
    assert.equal(comparison!.bothAsTrained, false);
    assert.equal(comparison!.first.version, 'fedcba9876543210');
    assert.deepEqual(
      comparison!.tasks.map(({ task, macroF1 }) => [task, macroF1.difference, macroF1.p]),
      [
        ['place', 0, 1],
        ['technique', 0, 1],
      ],
    );
    assert.deepEqual(comparison!.notShared, []);
  });

  test('takes several evaluations side by side', () => {
    const { evaluations } = buildReport([evaluation, sampleEvaluation('held-out museums')], {
      madeAt,
      seed: 1,
    });
    assert.deepEqual(
      evaluations.map(({ name }) => name),
      ['test records', 'held-out museums'],
    );
  });

  test('measures records with several values at once, and one with none of the records is left out', () => {
    const multiLabel = [
      { relevant: [0, 1], scores: [0.5, 0.4, 0.1] },
      { relevant: [2], scores: [0.6, 0.3, 0.1] },
    ];
    const place = { ...evaluation.modalities[0]!.tasks[0]!, multiLabel };
    const none = { ...evaluation.modalities[0]!.tasks[1]!, records: [] };
    const { tasks } = buildReport(
      [{ ...evaluation, modalities: [{ modality: 'text', tasks: [place, none] }] }],
      {
        madeAt,
        seed: 1,
      },
    ).evaluations[0]!;
    const measured = tasks[0]!.modalities[0]!.multiLabel!;
    assert.deepEqual([measured.records, measured.rPrecision, measured.averageRank], [2, 0.5, 2.25]);
    assert.ok(near(measured.micro.recall, 1 / 3));
    assert.deepEqual(tasks[1]!.modalities, []);
  });
});
