import type { Command } from 'commander';
import { LacunaError } from '../../config/errors.js';
import { loadConfig } from '../../config/load-config.js';
import { pageOfRuns, RunFolder, type RunPage } from '../../enrichment/run-folder.js';
import { wholeNumber } from '../arguments.js';
import { withOutput } from '../context.js';
import { runReport } from '../run-report.js';
import { runsTable } from '../tables.js';

const noRun = 'No run yet: `lacuna enrich` starts one.';
const noOlder = 'No run is older.';

/** `lacuna runs [id]`: the runs so far, or one of them in full. */
export function register(program: Command): void {
  program
    .command('runs')
    .argument('[id]', 'show this run in full')
    .option('--limit <n>', 'list at most so many, the newest', wholeNumber(1), 100)
    .option('--before <id>', 'list only runs older than this one')
    .description('list the runs so far, or show one')
    .addHelpText('after', '\nExamples:\n  lacuna runs\n  lacuna runs 20260301T030000Z-1f2e')
    .action(
      withOutput<RunPage>(async (output, { limit = 100, before }, [id], { config: file }) => {
        const folder = new RunFolder((await loadConfig(file, process.env)).state);
        if (id === undefined) {
          const { runs, next } = await pageOfRuns((page) => folder.list(page), { limit, before });
          output.result({ runs, next }, () =>
            runs.length === 0 ? [before === undefined ? noRun : noOlder] : [runsTable(runs)],
          );
          if (next !== undefined) output.note(`Older runs: \`lacuna runs --before ${next}\`.`);
          return;
        }
        const run = await folder.get(id);
        if (run === undefined)
          throw new LacunaError('NOT_FOUND', `There is no run ${id}: \`lacuna runs\` lists them.`);
        output.result(run, () => [
          ...runReport(run),
          ...(run.waiting === undefined
            ? []
            : [`Waits for the store since ${run.waiting.since}: ${run.waiting.reason}`]),
          ...(run.error === undefined ? [] : [`Error: ${run.error.message}`]),
        ]);
      }),
    );
}
