import type { Command } from 'commander';
import { withContext } from '../context.js';
import { executeRun } from '../run-command.js';

/** `lacuna republish`: writes again what the predictions graph has lost. */
export function register(program: Command): void {
  program
    .command('republish')
    .description(
      'write again what the journals say was published and the graph does not hold, after it was cleared or restored',
    )
    .option('--dry-run', 'say what is missing, write nothing')
    .addHelpText('after', '\nExamples:\n  lacuna republish --dry-run\n  lacuna republish')
    .action(
      withContext<{ dryRun?: true }>(async (context, output, { dryRun }) => {
        await executeRun(context, output, { trigger: 'demand', kind: 'republish', dryRun });
      }),
    );
}
