import type { Command } from 'commander';
import { LacunaError } from '../../config/errors.js';
import { park } from '../../enrichment/run.js';
import { sameWork, type RunRequest, type RunState } from '../../enrichment/run-state.js';
import { anotherIri, wholeNumber } from '../arguments.js';
import { withContext } from '../context.js';
import { createEnrichment, createWorkshop } from '../enrichment.js';
import { runReport } from '../run-report.js';

interface EnrichOptions {
  readonly task?: string[];
  readonly record?: readonly string[];
  readonly limit?: number;
  readonly dryRun?: true;
  readonly reexamine?: true;
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
  const [reason = '', ...problems] = error.message.split('\n');
  const goesOn = state === 'parked' ? ' The next `lacuna enrich` goes on from there.' : '';
  return new LacunaError(code, `Run ${id} ${state}: ${reason}${goesOn}`, { problems });
}

/** `lacuna enrich`: finds the gaps, predicts, publishes. */
export function register(program: Command): void {
  program
    .command('enrich')
    .description('find the gaps, predict what is missing, and publish it into the predictions graph')
    .option('--task <name...>', 'only these tasks')
    .option('--record <iri...>', 'only these objects', anotherIri)
    .option('--limit <n>', 'examine at most this many records', wholeNumber(1))
    .option('--reexamine', 'read and examine every record, even where nothing seems to have changed')
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
          reexamine: options.reexamine,
        };
        const interrupted = await enrichment.interrupted();
        const goesOn = interrupted !== undefined && sameWork(interrupted.request, request);
        let isTold = false;
        const controller = new AbortController();
        output.signal.addEventListener('abort', () => controller.abort(park), { once: true });
        const state = await enrichment.run(goesOn ? interrupted : enrichment.plan(request), {
          signal: controller.signal,
          progress: output.progress,
          // Said once the run has begun: what looks interrupted may be under way in another process.
          onState: () => {
            if (goesOn && !isTold) output.note(`Taking up run ${interrupted.id}, which was interrupted.`);
            isTold = true;
          },
        });
        workshop.photographs.close();
        output.result(state, () => runReport(state));
        const error = failure(state);
        if (error !== undefined) throw error;
      }),
    );
}
