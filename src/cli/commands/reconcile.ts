import type { Command } from 'commander';
import { withContext } from '../context.js';
import { executeRun } from '../run-command.js';

/** `lacuna reconcile`: compares the predictions graph with the journals, and puts right what differs. */
export function register(program: Command): void {
  program
    .command('reconcile')
    .description(
      'compare the graph with what the journals say was published: what is missing, altered, foreign',
    )
    .option('--repair', 'write again what is missing and put back what was altered; what others wrote stays')
    .addHelpText(
      'after',
      '\nWithout --repair nothing is written. Exits with 1 while differences remain.' +
        '\n\nExamples:\n  lacuna reconcile\n  lacuna reconcile --json > differences.json\n  lacuna reconcile --repair',
    )
    .action(
      withContext<{ repair?: true }>(async (context, output, { repair }) => {
        const dryRun = repair === true ? undefined : true;
        const { counts } = await executeRun(context, output, {
          trigger: 'demand',
          kind: 'reconcile',
          dryRun,
        });
        if (counts?.['remaining'] !== 0) output.problemFound();
      }),
    );
}
