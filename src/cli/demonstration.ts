import { DataFactory } from 'n3';
import { LacunaError } from '../config/errors.js';
import { measureCoverage } from '../daemon/overview/coverage.js';
import { listMuseums } from '../daemon/overview/museums.js';
import type { RunState } from '../enrichment/run-state.js';
import { bindTemplate, loadTemplate } from '../graph/template.js';
import { readTruth } from '../sample/index.js';
import { findingLines } from './check/finding.js';
import { graphFindings } from './check/graph-findings.js';
import type { Context } from './context.js';
import { createEnrichment, createWorkshop, type Workshop } from './enrichment.js';
import type { Output } from './output.js';
import { exampleLines } from './run-report.js';
import { filledTable, metricsTable, skipLines } from './tables.js';
import { train } from './train.js';

const statementsPerPage = 500;
const everyDecision = 1_000_000;

async function learn(context: Context, workshop: Workshop, output: Output): Promise<void> {
  const isTrained = (await workshop.registry.list(context.profile.id)).length > 0;
  if (isTrained) {
    output.note('2/5  The models trained last time are used again.');
    return;
  }
  output.note('2/5  Learning from the values the museums did record …');
  const { bundle, skips } = await train(context, workshop, output);
  output.note(metricsTable(bundle.card));
  // The run tells of everything else that is left out; it does not try these photographs again.
  const unreadable = skips.filter(({ reason }) => reason.startsWith('photograph '));
  if (unreadable.length > 0) output.note(['     Left out:', ...skipLines(unreadable)].join('\n'));
  output.note(
    '     (Figures on generated records: they show that it works, not how well it would do on yours.)',
  );
}

async function fill(context: Context, workshop: Workshop, output: Output): Promise<RunState> {
  output.note('3/5  Looking at every record with a gap …');
  const enrichment = createEnrichment(context, workshop);
  const planned = (await enrichment.interrupted()) ?? enrichment.plan({ trigger: 'demand' });
  const state = await enrichment.run(planned, output);
  if (state.state === 'completed') return state;
  const why = state.error === undefined ? '' : `: ${state.error.message}`;
  throw new LacunaError('CANCELLED', `The run ended as ${state.state}${why}. Start the demo again to go on.`);
}

async function check({ store, config }: Context, output: Output): Promise<void> {
  const reading = { store, graph: config.graphs.predictions, pageSize: statementsPerPage };
  const findings = await graphFindings(reading, { signal: output.signal });
  for (const finding of findings) output.note(`4/5  ${findingLines(finding).join('\n')}`);
  if (findings.some(({ state }) => state === 'problem')) output.problemFound();
}

/** Per task, how many published values are those the generator had withheld; only a generated collection can tell. */
async function rightValues(
  { store, config, profile }: Context,
  folder: string,
): Promise<Record<string, number>> {
  const truths = await readTruth(folder);
  const template = await loadTemplate('overview-strongest');
  const right: Record<string, number> = {};
  for (const { name, predicate, classes } of profile.tasks) {
    const query = bindTemplate(template, {
      predictions: DataFactory.namedNode(config.graphs.predictions),
      predicate: DataFactory.namedNode(predicate),
      rows: DataFactory.literal(String(everyDecision)),
    });
    const idOf = new Map(classes.map(({ id, concept }) => [concept, id]));
    right[name] = (await store.select(query)).filter((row) => {
      const truth: Readonly<Record<string, string>> = truths.get(row['record']?.value ?? '') ?? {};
      return truth[name] === idOf.get(row['value']?.value ?? '');
    }).length;
  }
  return right;
}

async function tell(context: Context, state: RunState, output: Output, folder: string): Promise<void> {
  const { store, profile, config } = context;
  const museums = await listMuseums(store, profile.record, config.graphs.read);
  const { records, coverage } = await measureCoverage(store, profile, museums, config.graphs.predictions);
  const right = await rightValues(context, folder);
  const { summary } = state;
  if (summary === undefined) return;
  output.result({ run: state, coverage, right }, () => [
    '',
    `What ${records} records of ${museums.length} museums say, before and after:`,
    filledTable(coverage, right),
    ...(summary.examples.length > 0
      ? ['Predictions that were published, for example:', ...exampleLines(summary)]
      : []),
    ...(summary.skips.length > 0 ? ['Left out, or set right on the way:', ...skipLines(summary.skips)] : []),
  ]);
}

/**
 * Trains, enriches, validates and tells, on the sample in `folder`; returns the parts for whoever serves the result.
 *
 * @throws LacunaError CANCELLED when the run did not come to its end
 */
export async function demonstrate(context: Context, output: Output, folder: string): Promise<Workshop> {
  const workshop = createWorkshop(context);
  await learn(context, workshop, output);
  const state = await fill(context, workshop, output);
  await check(context, output);
  await tell(context, state, output, folder);
  return workshop;
}
