import { InvalidArgumentError, type Command } from 'commander';
import { LacunaError } from '../../config/errors.js';
import { park } from '../../enrichment/run.js';
import { sameWork, type RunRequest, type RunState } from '../../enrichment/run-state.js';
import { withContext } from '../context.js';
import { createEnrichment, createWorkshop } from '../enrichment.js';
import { runReport } from '../run-report.js';

interface EnrichOptions {
  readonly task?: string[];
  readonly record?: string[];
  readonly limit?: number;
  readonly dryRun?: true;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number from 1.');
  return value;
}

function failure({ id, state, error }: RunState): LacunaError | undefined {
  if (state === 'completed') return undefined;
  if (error === undefined) {
    return new LacunaError(
      'CANCELLED',
      `Run ${id} is ${state}: what was written stays, and the next \`lacuna enrich\` goes on from there.`,
    );
  }
  const code = error.code as LacunaError['code'];
  const goesOn = state === 'parked' ? ' The next `lacuna enrich` goes on from there.' : '';
  return new LacunaError(code, `Run ${id} is ${state}: ${error.message}${goesOn}`);
}

/** `lacuna enrich`: finds the gaps, predicts, publishes. */
export function register(program: Command): void {
  program
    .command('enrich')
    .description('find the gaps, predict what is missing, and publish it into the predictions graph')
    .option('--task <name...>', 'only these tasks')
    .option('--record <iri...>', 'only these objects')
    .option('--limit <n>', 'examine at most this many records', positive)
    .option('--dry-run', 'say what would be written, write nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  lacuna enrich\n  lacuna enrich --task technique --limit 100 --dry-run',
    )
    .action(
      withContext<EnrichOptions>(async (context, output, options) => {
        const workshop = createWorkshop(context);
        const enrichment = createEnrichment(context, workshop);
        const request: RunRequest = {
          trigger: 'demand',
          tasks: options.task,
          records: options.record,
          limit: options.limit,
          dryRun: options.dryRun,
        };
        const interrupted = await enrichment.interrupted();
        const goesOn = interrupted !== undefined && sameWork(interrupted.request, request);
        if (goesOn) output.note(`Taking up run ${interrupted.id}, which was interrupted.`);
        const controller = new AbortController();
        output.signal.addEventListener('abort', () => controller.abort(park), { once: true });
        const state = await enrichment.run(goesOn ? interrupted : enrichment.plan(request), {
          signal: controller.signal,
          progress: output.progress,
        });
        workshop.photographs.close();
        output.result(state, () => runReport(state));
        const error = failure(state);
        if (error !== undefined) throw error;
      }),
    );
}
