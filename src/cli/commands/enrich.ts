import type { Command } from 'commander';
import type { RunRequest } from '../../enrichment/run-state.js';
import { anotherIri, wholeNumber } from '../arguments.js';
import { withContext } from '../context.js';
import { executeRun } from '../run-command.js';

interface EnrichOptions {
  readonly task?: string[];
  readonly record?: readonly string[];
  readonly limit?: number;
  readonly dryRun?: true;
  readonly reexamine?: true;
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
        const request: RunRequest = {
          trigger: 'demand',
          tasks: options.task,
          records: options.record,
          limit: options.limit,
          dryRun: options.dryRun,
          reexamine: options.reexamine,
        };
        await executeRun(context, output, request);
      }),
    );
}
