import type { Command } from 'commander';
import { LacunaError } from '../../config/errors.js';
import { loadConfig } from '../../config/load-config.js';
import { RunFolder } from '../../enrichment/run-folder.js';
import { withOutput } from '../context.js';
import { runReport } from '../run-report.js';
import { runsTable } from '../tables.js';

/** `lacuna runs [id]`: the runs so far, or one of them in full. */
export function register(program: Command): void {
  program
    .command('runs')
    .argument('[id]', 'show this run in full')
    .description('list the runs so far, or show one')
    .addHelpText('after', '\nExamples:\n  lacuna runs\n  lacuna runs 20260301T030000Z-1f2e')
    .action(
      withOutput(async (output, _options, [id], { config: file }) => {
        const folder = new RunFolder((await loadConfig(file, process.env)).state);
        if (id === undefined) {
          const runs = await folder.list();
          output.result({ runs }, () =>
            runs.length === 0 ? ['No run yet: `lacuna enrich` starts one.'] : [runsTable(runs)],
          );
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
