import { LacunaError } from '../config/errors.js';
import type { Daemon } from '../daemon/daemon.js';
import type { DaemonConfig } from '../daemon/settings.js';
import { urgently } from '../daemon/urgent-store.js';
import { Runs } from '../enrichment/runs.js';
import { storeInWords } from '../graph/store-profiles.js';
import type { Store } from '../graph/store.js';
import type { Context } from './context.js';
import { createEnrichment, createExplanations, type Workshop } from './enrichment.js';
import { configuredPhotographs } from './modalities.js';
import type { Output } from './output.js';

/** Where to listen, when not as configured; `orAnyPort`: rather any free port than none. */
export interface ServingOptions {
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly orAnyPort?: boolean | undefined;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function isPortTaken(error: unknown): boolean {
  const cause = error instanceof LacunaError ? (error.cause as { code?: string } | undefined) : undefined;
  return cause?.code === 'EADDRINUSE';
}

/** What a person can do now that the daemon listens. */
function welcome(
  { address, nextRun }: Daemon,
  { schedule, http, graphs }: DaemonConfig,
  store: Store,
): string[] {
  const next = nextRun();
  const authorization = http.token === undefined ? '' : " -H 'Authorization: Bearer …'";
  return [
    `Lacuna is at ${address}/`,
    '',
    `  the store         ${storeInWords(store)}`,
    `  ask the graph     ${address}/sparql, for example:`,
    '',
    `      curl ${address}/sparql -H 'Accept: text/csv' --data-urlencode 'query=`,
    '        PREFIX rdf:  <http://www.w3.org/1999/02/22-rdf-syntax-ns#>',
    '        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>',
    '        PREFIX silk: <http://data.silknow.org/ontology/>',
    '        PREFIX prov: <http://www.w3.org/ns/prov#>',
    '        PREFIX ecrm: <http://erlangen-crm.org/current/>',
    '        SELECT ?production ?property ?label ?confidence ?agent ?how WHERE {',
    `          GRAPH <${graphs.predictions}> {`,
    '            ?s rdf:subject ?production ; rdf:predicate ?property ; rdf:object ?value ;',
    '               silk:L18 ?confidence ; prov:wasGeneratedBy ?activity .',
    '            ?activity prov:wasAssociatedWith ?agent . ?agent ecrm:P70_documents ?how }',
    '          ?value skos:prefLabel ?label FILTER(lang(?label) = "en")',
    "        } ORDER BY ?production ?property DESC(?confidence) LIMIT 20'",
    '',
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

/** Answers over HTTP, keeps the schedule and goes on with an interrupted run, until the output's signal is aborted. */
export async function serveUntilStopped(
  context: Context,
  workshop: Workshop,
  output: Output,
  { port, host, orAnyPort }: ServingOptions,
): Promise<void> {
  // Loaded here, as the query engine takes half a second that no other command needs.
  const { startDaemon } = await import('../daemon/daemon.js');
  const { store, profile, vocabulary } = context;
  const configured = context.config.http;
  const http = { ...configured, port: port ?? configured.port, host: host ?? configured.host };
  const log = (message: string, error?: unknown): void => {
    const cause = error instanceof Error ? `: ${error.message}` : '';
    output.note(`${new Date().toISOString()} ${message}${cause}`);
  };
  const runs = new Runs(createEnrichment(context, workshop), (error) => log('a run broke off', error));
  // A reader of its own: what visitors look at must not count as a run's failures.
  const photographs = configuredPhotographs(context.config);
  const explanations = createExplanations({ ...context, store: urgently(store) }, workshop, photographs);
  const start = (chosen: DaemonConfig['http']): Promise<Daemon> =>
    startDaemon({
      config: { ...context.config, http: chosen },
      store,
      runs,
      profile,
      vocabulary,
      photographs,
      explanations,
      clock: () => new Date(),
      log,
    });
  const daemon = await start(http).catch((error: unknown) => {
    if (orAnyPort !== true || !isPortTaken(error)) throw error;
    output.note(`Port ${http.port} is taken by another program; any free one will do.`);
    return start({ ...http, port: 0 });
  });
  try {
    const goingOn = await runs.takeUpInterrupted();
    if (goingOn !== undefined) log(`run ${goingOn.id}, which was interrupted, goes on`);
    output.result({ address: daemon.address, nextRun: daemon.nextRun() }, () =>
      welcome(daemon, { ...context.config, http }, store),
    );
    await aborted(output.signal);
    output.note('Stopping: the batch in hand is finished first (once more Ctrl-C ends at once).');
  } finally {
    await daemon.stop();
    photographs.close();
    workshop.photographs.close();
  }
}
