import type { RunState, RunSummary } from '../enrichment/run-state.js';
import { reconciliationReport } from './reconciliation-report.js';
import { outcomeTable, skipLines } from './tables.js';

const points = (share: number): string => (100 * share).toFixed(1);

/** The example predictions of a run, a line each, with what spoke for them. */
export function exampleLines({ examples }: RunSummary): string[] {
  return examples.map(({ task, value, confidence, label, museum, object, why }) => {
    const name = label === undefined ? object : `“${label}”`;
    const because = why.length === 0 ? '' : `, because ${why.join('; ')}`;
    return `  ${task} of ${name} (${museum}): ${value}, ${Math.round(100 * confidence)} % sure${because}`;
  });
}

function testLines({ testMetrics }: RunSummary): string[] {
  return Object.entries(testMetrics).map(([modality, tasks]) => {
    const figures = Object.entries(tasks).map(
      ([task, { macroF1, accuracy }]) => `${task} ${points(macroF1)}/${points(accuracy)}`,
    );
    return `  ${modality.padEnd(8)} ${figures.join('  ')}`;
  });
}

/** What a review did. */
function reviewLines({ id, state, request }: RunState, counts: Readonly<Record<string, number>>): string[] {
  const isDry = request.dryRun === true;
  const { rejections = 0, predictions = 0, statements = 0, withdrawn } = counts;
  if (withdrawn !== undefined) {
    const did = isDry ? 'would withdraw' : 'withdrew';
    const next = 'The next `lacuna enrich` looks at this gap anew.';
    return [
      `Run ${id} ${state}: it ${did} ${withdrawn} rejection.`,
      ...(isDry || withdrawn === 0 ? [] : [next]),
    ];
  }
  const noted = isDry ? 'the value would be rejected' : 'the value is rejected';
  const took = isDry ? 'would go' : 'went';
  return [
    `Run ${id} ${state}: ${rejections > 0 ? noted : 'the value was rejected before'}.`,
    ...(statements > 0 ? [`With it ${took} ${predictions} predictions (${statements} statements).`] : []),
  ];
}

/** What a run that is no enrichment did. */
function countsReport(run: RunState, counts: Readonly<Record<string, number>>): string[] {
  const { id, state, request } = run;
  if (request.kind === 'review') return reviewLines(run, counts);
  if (request.kind === 'reconcile') return reconciliationReport(run, counts);
  const { predictions = 0, statements = 0, triples = 0, kept = 0, quads = 0, written = 0 } = counts;
  const isDry = request.dryRun === true;
  if (request.kind === 'republish') {
    const did = isDry ? 'are missing' : 'were missing and are back';
    return [`Run ${id} ${state}: of the ${quads} triples that the journals hold, ${written} ${did}.`];
  }
  const did = isDry ? 'would take back' : 'took back';
  return [
    `Run ${id} ${state}: it ${did} ${predictions} predictions (${statements} statements, ${triples} triples).`,
    ...(kept > 0 ? [`${kept} predictions that others wrote stay.`] : []),
    ...(isDry || predictions === 0 ? [] : ['The next `lacuna enrich` looks at these gaps anew.']),
  ];
}

/** What a run did, for a person. */
export function runReport(run: RunState): string[] {
  const { id, state, request, summary, counts, error } = run;
  if (counts !== undefined) return countsReport(run, counts);
  if (summary === undefined) return [`Run ${id} is ${state}.`];
  const { written, recordsExamined, skips, modelVersion, tasks } = summary;
  if (error !== undefined && Object.values(tasks).every(({ gaps }) => gaps === 0)) {
    return [`Run ${id} ${state} before it had looked at a record.`];
  }
  const unchanged = Object.values(tasks).reduce((sum, counts) => sum + counts.unchanged, 0);
  const isDry = request.dryRun === true;
  const did = isDry ? 'would publish' : 'published';
  return [
    `Run ${id} ${state}: ${recordsExamined} records examined with model ${modelVersion}.`,
    outcomeTable(summary),
    ...(written.withdrawn > 0
      ? [
          `${written.withdrawn} earlier predictions ${isDry ? 'would be' : 'were'} taken away: these records were examined again and nothing is predicted any more.`,
        ]
      : []),
    ...(unchanged > 0
      ? [
          `${unchanged} gaps had been examined before: their records, the model and the thresholds are the same.`,
        ]
      : []),
    `It ${did} ${written.predictions} predictions (${written.statements} statements, ${written.triples} triples).`,
    ...(summary.examples.length > 0 ? ['For example:', ...exampleLines(summary)] : []),
    ...(skips.length > 0 ? ['Left out or set right on the way:', ...skipLines(skips)] : []),
    'How well the model does on its test records (macro-F1/accuracy, %):',
    ...testLines(summary),
  ];
}
