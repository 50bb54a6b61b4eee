import { Option, type Command } from 'commander';
import { LacunaError } from '../../config/errors.js';
import { oneIri } from '../arguments.js';
import { withContext } from '../context.js';
import { executeRun } from '../run-command.js';

interface RetractOptions {
  readonly run?: string;
  readonly model?: string;
  readonly task?: string;
  readonly record?: string;
  readonly dryRun?: true;
}

/** `lacuna retract`: takes predictions back. */
export function register(program: Command): void {
  program
    .command('retract')
    .description('take predictions back, so that the next enrichment makes them anew')
    .option('--run <id>', 'those of one run')
    .option('--model <version>', 'those of one model')
    .option('--task <name>', 'those of one task')
    .addOption(new Option('--record <iri>', 'those of one object').argParser(oneIri))
    .option('--dry-run', 'say what would be taken back, write nothing')
    .addHelpText(
      'after',
      '\nSeveral conditions together take back what meets them all.' +
        '\n\nExamples:\n  lacuna retract --run 20260301T030000Z-9f3c --dry-run\n  lacuna retract --model 20260228-1 --task technique',
    )
    .action(
      withContext<RetractOptions>(async (context, output, { dryRun, ...conditions }) => {
        if (Object.keys(conditions).length === 0) {
          throw new LacunaError(
            'INPUT_INVALID',
            'Say what to take back: --run, --model, --task or --record. `lacuna runs` lists the runs.',
          );
        }
        const { run, model, task, record } = conditions;
        const retract = { run, model, task, record };
        await executeRun(context, output, { trigger: 'demand', kind: 'retract', retract, dryRun });
      }),
    );
}
