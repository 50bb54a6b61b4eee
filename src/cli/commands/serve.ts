import { InvalidArgumentError, type Command } from 'commander';
import type { Daemon } from '../../daemon/daemon.js';
import type { DaemonConfig } from '../../daemon/settings.js';
import { Runs } from '../../enrichment/runs.js';
import { withContext } from '../context.js';
import { createEnrichment, createWorkshop } from '../enrichment.js';
import { configuredPhotographs } from '../modalities.js';

interface ServeOptions {
  readonly port?: number;
  readonly host?: string;
}

function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('give a port from 0 to 65535; 0 takes any free one.');
  return value;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => { resolve(); }, { once: true });
  });
}

function welcome({ address, nextRun }: Daemon, { schedule, http }: DaemonConfig): string[] {
  const next = nextRun();
  const authorization = http.token === undefined ? '' : " -H 'Authorization: Bearer …'";
  return [
    `Lacuna is at ${address}/`,
    '',
    '  ask the graph     curl -H "Accept: text/csv" --data-urlencode "query=SELECT * { ?s ?p ?o } LIMIT 5" ' +
      `${address}/sparql`,
    `  start a run       curl -X POST${authorization} ${address}/runs`,
    `  follow the runs   curl ${address}/runs`,
    `  health            curl ${address}/healthz`,
    '',
    next === undefined
      ? 'No schedule: runs start on demand (schedule.enabled turns it on).'
      : `Schedule ${schedule.cron} (${schedule.timezone}); next run ${next.toISOString()}.`,
    'Stop with Ctrl-C.',
  ];
}

/** `lacuna serve`: answers over HTTP and keeps the schedule until it is stopped. */
export function register(program: Command): void {
  program
    .command('serve')
    .description('answer over HTTP and start runs on schedule, until stopped')
    .option('--port <n>', 'port to listen on, instead of http.port; 0 takes any free one', portNumber)
    .option('--host <address>', 'address to listen on, instead of http.host')
    .addHelpText('after', '\nExample:\n  lacuna serve --port 8080')
    .action(
      withContext<ServeOptions>(async (context, output, options) => {
        // Loaded here, as the query engine takes half a second that no other command needs.
        const { startDaemon } = await import('../../daemon/daemon.js');
        const http = {
          ...context.config.http,
          ...(options.port !== undefined && { port: options.port }),
          ...(options.host !== undefined && { host: options.host }),
        };
        const config = { ...context.config, http };
        const log = (message: string, error?: unknown): void => {
          const cause = error instanceof Error ? `: ${error.message}` : '';
          output.note(`${new Date().toISOString()} ${message}${cause}`);
        };
        const workshop = createWorkshop(context);
        const enrichment = createEnrichment(context, workshop);
        const runs = new Runs(enrichment, (error) => {
          log('a run broke off', error);
        });
        // A reader of its own: what visitors look at must not count as a run's failures.
        const photographs = configuredPhotographs(context.config);
        const { store, profile } = context;
        const daemon = await startDaemon({ config, store, runs, profile, photographs, clock: () => new Date(), log });
        try {
          const interrupted = await enrichment.interrupted();
          if (interrupted !== undefined && runs.current() === undefined) {
            const { id } = runs.start({ ...interrupted.request, trigger: 'startup' });
            log(`run ${id} takes up what run ${interrupted.id} left`);
          }
          output.result({ address: daemon.address, nextRun: daemon.nextRun() }, () => welcome(daemon, config));
          await aborted(output.signal);
          output.note('Stopping: the batch in hand is finished first (once more Ctrl-C ends at once).');
        } finally {
          await daemon.stop();
          photographs.close();
          workshop.photographs.close();
        }
      }),
    );
}
