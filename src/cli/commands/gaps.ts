import type { Command } from 'commander';
import { coverage } from '../../enrichment/gaps.js';
import { readCollection } from '../../enrichment/read-collection.js';
import { selectedTasks } from '../../enrichment/selected-tasks.js';
import { Skips } from '../../enrichment/skips.js';
import { wholeNumber } from '../arguments.js';
import { withContext, type Context } from '../context.js';
import { createWorkshop } from '../enrichment.js';
import { coverageTable } from '../tables.js';
import type { Output } from '../output.js';

interface GapsOptions {
  readonly task?: string[];
  readonly list?: true;
  readonly limit?: number;
}

async function listRecords(context: Context, output: Output, options: GapsOptions): Promise<void> {
  const { source } = createWorkshop(context);
  const missing = selectedTasks(context.profile.tasks, options.task);
  const names = missing.map(({ name }) => name);
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  let listed = 0;
  for await (const batch of readCollection(source, { missing, skips: new Skips(), signal: output.signal })) {
    for (const { record, gaps } of batch) {
      if (listed >= limit) return;
      listed += 1;
      const wanted = gaps.filter((task) => names.includes(task));
      const { object, production, museum, label } = record;
      process.stdout.write(
        output.json
          ? `${JSON.stringify({ object, production, museum, label, gaps: wanted })}\n`
          : `${object}\t${wanted.join(', ')}\n`,
      );
    }
  }
}

/** `lacuna gaps`: what the graph lacks, counted per museum or listed record by record. */
export function register(program: Command): void {
  program
    .command('gaps')
    .description('count the records that lack a value, per museum and property, or list them')
    .option('--task <name...>', 'only these tasks')
    .option('--list', 'one record a line (with --json: one JSON object a line)')
    .option('--limit <n>', 'list at most this many records', wholeNumber(1))
    .addHelpText('after', '\nExamples:\n  lacuna gaps\n  lacuna gaps --task technique --list --limit 20')
    .action(
      withContext<GapsOptions>(async (context, output, options) => {
        if (options.list === true) {
          await listRecords(context, output, options);
          return;
        }
        const tasks = selectedTasks(context.profile.tasks, options.task);
        const museums = await coverage(createWorkshop(context).source, tasks, output.signal);
        output.result({ museums }, () => [
          coverageTable(
            museums,
            tasks.map(({ name }) => name),
          ),
        ]);
      }),
    );
}
