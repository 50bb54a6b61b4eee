import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleLines, runReport } from '../../src/cli/run-report.js';
import {
  coverageTable,
  filledTable,
  metricsTable,
  outcomeTable,
  rejectionsTable,
  promiseTable,
  runsTable,
  skipLines,
} from '../../src/cli/tables.js';
import type { RunState, RunSummary } from '../../src/enrichment/run-state.js';
import { smallCard } from '../enrichment/small-card.js';

/** The cells of the row that begins with `first`. */
function row(table: string, first: string): string[] {
  const cells = table
    .split('\n')
    .map((line) => line.split('│').map((cell) => cell.trim()))
    .find((line) => line[1] === first);
  return cells?.slice(2, -1) ?? assert.fail(`no row ${first} in\n${table}`);
}

const counts = {
  gaps: 10,
  published: 3,
  alreadyPublished: 1,
  abstained: 2,
  nothingToGoOn: 1,
  rejectedByCurator: 1,
  failed: 1,
  unchanged: 1,
};
const summary: RunSummary = {
  modelVersion: '0123456789abcdef',
  recordsExamined: 8,
  tasks: { place: counts },
  written: { predictions: 3, statements: 6, triples: 100, requests: 1, withdrawn: 2 },
  skips: [{ reason: 'photograph not-found', count: 12, examples: ['http://example.org/1.jpg (404)'] }],
  examples: [
    {
      object: 'http://example.org/object/1',
      label: undefined,
      museum: 'lyon',
      task: 'place',
      value: 'France',
      confidence: 0.918,
      why: ['museum = lyon', 'word “soie”'],
    },
  ],
  testMetrics: { fusion: { place: { macroF1: 0.7, accuracy: 0.75, support: 8 } } },
};
const state: RunState = {
  id: '20260301T030000Z-aa',
  state: 'completed',
  trigger: 'demand',
  request: { trigger: 'demand' },
  startedAt: '2026-03-01T03:00:00.000Z',
  progress: { done: 8, total: 8, label: 'records' },
  summary,
};

test('the metrics of every modality stand in a row for what it was heard on and one for all records', () => {
  const table = metricsTable(smallCard());
  assert.deepEqual(row(table, 'fusion'), ['where it has input', '70.0 / 75.0', '70.0 / 75.0']);
  assert.deepEqual(row(table, ''), ['all records', '55.0 / 60.0', '55.0 / 60.0']);
});

test('an average over tasks is given only when every task has figures', () => {
  const card = smallCard();
  const [place] = card.tasks;
  const two = { ...card, tasks: [place!, { ...place!, name: 'technique' }] };
  assert.deepEqual(row(metricsTable(two), 'fusion').slice(1), ['70.0 / 75.0', '–', '–']);
});

test('the promise of a task is a threshold in known and one in other museums, or that it abstains', () => {
  assert.deepEqual(row(promiseTable(smallCard()), 'place'), ['FR IT', '0.70', '0.70', '0.100']);
  const [place] = smallCard().tasks;
  const silent = smallCard({ tasks: [{ ...place!, foreignThreshold: null }] });
  assert.deepEqual(row(promiseTable(silent), 'place').slice(1, 3), ['0.70', 'abstains']);
});

test('coverage counts what is missing, per museum and in all', () => {
  const museum = (name: string, records: number, place: number) => ({
    museum: name,
    graph: `http://example.org/${name}`,
    records,
    known: { place },
  });
  const table = coverageTable(
    [museum('lyon', 10, 4), museum('venice', 30, 30), museum('new', 0, 0)],
    ['place'],
  );
  assert.deepEqual(row(table, 'lyon'), ['10', '6 (60 %)']);
  assert.deepEqual(row(table, 'venice'), ['30', '0 (0 %)']);
  assert.deepEqual(row(table, 'new'), ['0', '0 (–)']);
  assert.deepEqual(row(table, 'all'), ['40', '6 (15 %)']);
});

test('what became of the gaps adds up in a row', () => {
  const cells = row(outcomeTable(summary), 'place').map(Number);
  assert.deepEqual(cells, [10, 3, 1, 2, 1, 1, 1, 1]);
  assert.equal(
    cells.slice(1).reduce((sum, count) => sum + count),
    cells[0],
  );
});

test('what was filled stands beside what was known; nothing filled has no share that is right', () => {
  const covered = { task: 'place', property: 'place', total: 40, known: 34, filled: 4, open: 2 };
  const coverage = [covered, { ...covered, task: 'material', property: 'material', filled: 0, open: 6 }];
  const table = filledTable(coverage, { place: 3 });
  assert.deepEqual(row(table, 'place'), ['34 (85 %)', '+ 4', '38 (95 %)', '2', '75 %']);
  assert.equal(row(table, 'material').at(-1), '–');
});

test('rejections are listed by their name, with who, when, why and their IRI', () => {
  const rejection = {
    iri: 'http://example.org/rejection/1',
    subject: 'http://example.org/production/1',
    property: 'http://example.org/place',
    value: 'http://example.org/France',
    record: 'http://example.org/object/1',
    task: 'place',
    by: 'Maria Soler',
    at: new Date('2026-03-01T03:00:00Z'),
  };
  assert.deepEqual(
    row(
      rejectionsTable([rejection], () => 'France'),
      rejection.record,
    ),
    ['place', 'France', 'Maria Soler', '2026-03-01T03:00:00.000Z', '', rejection.iri],
  );
});

test('runs are listed with what they did; one that has done nothing yet has zeros', () => {
  const { summary: _, ...planned } = state;
  const table = runsTable([state, { ...planned, id: 'new', state: 'planned' }]);
  assert.deepEqual(row(table, state.id), ['enrich', 'completed', 'demand', state.startedAt, '', '8', '3']);
  assert.deepEqual(row(table, 'new').slice(-2), ['0', '0']);
});

test('a skip is told with its count and an example', () => {
  assert.deepEqual(skipLines(summary.skips), [
    '      12  photograph not-found, e.g. http://example.org/1.jpg (404)',
  ]);
});

test('an example prediction names record, museum, value, confidence and reasons', () => {
  assert.deepEqual(exampleLines(summary), [
    '  place of http://example.org/object/1 (lyon): France, 92 % sure, because museum = lyon; word “soie”',
  ]);
  const [example] = summary.examples;
  const plain = { ...summary, examples: [{ ...example!, label: 'Panel', why: [] }] };
  assert.deepEqual(exampleLines(plain), ['  place of “Panel” (lyon): France, 92 % sure']);
});

test('a report tells a run from a dry run, and what was left out', () => {
  const report = runReport(state).join('\n');
  assert.match(report, /completed: 8 records examined with model 0123456789abcdef/);
  assert.match(report, /It published 3 predictions \(6 statements, 100 triples\)/);
  assert.match(report, /12 {2}photograph not-found/);
  assert.match(report, /fusion {3}place 70\.0\/75\.0/);
  const dry = runReport({ ...state, request: { trigger: 'demand', dryRun: true } }).join('\n');
  assert.match(dry, /It would publish 3 predictions/);
  const { summary: _, ...bare } = state;
  assert.deepEqual(runReport({ ...bare, state: 'planned' }), ['Run 20260301T030000Z-aa is planned.']);
});
