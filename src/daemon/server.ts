import Fastify, { type FastifyInstance } from 'fastify';
import type { PhotographExplanations } from '../enrichment/photograph-explanations.js';
import type { Store } from '../graph/store.js';
import type { PhotographReader } from '../media/photograph-reader.js';
import type { Vocabulary } from '../graph/vocabulary-lookup.js';
import type { Profile } from '../vocabulary/profile.js';
import { openApiDocument } from './openapi.js';
import { createOverviewService, type OverviewService } from './overview/overview.js';
import { HttpProblem, sendProblem, toProblem } from './problem.js';
import { addExportRoute } from './routes/export.js';
import { addExplanationRoutes } from './routes/explanations.js';
import { addHealthRoute } from './routes/health.js';
import { addOverviewRoute } from './routes/overview.js';
import { addPages } from './routes/pages.js';
import { addPhotographRoute } from './routes/photographs.js';
import { addRunRoutes } from './routes/runs.js';
import { urgently } from './urgent-store.js';
import { addSparqlRoute } from './routes/sparql.js';
import type { RunService } from './run-service.js';
import { defaultSparqlLimits, type DaemonConfig, type SparqlLimits } from './settings.js';

/** What the server is made of. */
export interface ServerParts {
  readonly config: DaemonConfig;
  readonly store: Store;
  readonly runs: RunService;
  readonly profile: Profile;
  /** Where values' links and labels are asked; the store unless told. */
  readonly vocabulary?: Vocabulary | undefined;
  /** Without it, GET /photographs is not offered and the page shows no pictures. */
  readonly photographs?: PhotographReader | undefined;
  /** Without it, GET /photographs/why is not offered. */
  readonly explanations?: PhotographExplanations | undefined;
  readonly clock: () => Date;
  /** When the schedule's next run is due; the scheduler tells. */
  readonly nextRun?: (() => Date | undefined) | undefined;
  /** Told of every failure that is ours, with its cause. */
  readonly log?: ((message: string, error?: unknown) => void) | undefined;
  readonly sparqlLimits?: SparqlLimits | undefined;
  readonly overview?: OverviewService | undefined;
}

const longestBodyBytes = 1024 * 1024;

function addErrorHandling(app: FastifyInstance, log: NonNullable<ServerParts['log']>): void {
  app.setErrorHandler((error, request, reply) => {
    const { status } = toProblem(error);
    if (status >= 500) log(`${request.method} ${request.url.split('?')[0] ?? ''} → ${status}`, error);
    return sendProblem(reply, error);
  });
  app.setNotFoundHandler((request, reply) => {
    const [path = '/'] = request.url.split('?');
    const allowed = (['GET', 'POST', 'DELETE'] as const).filter((method) =>
      app.hasRoute({ method, url: path }),
    );
    return sendProblem(
      reply,
      allowed.length > 0
        ? new HttpProblem(405, `${path} takes ${allowed.join(', ')}.`, {
            headers: { allow: allowed.join(', ') },
          })
        : new HttpProblem(404, 'There is nothing here; /openapi.json lists what there is.', {
            code: 'NOT_FOUND',
          }),
    );
  });
}

/**
 * The HTTP server with all its routes, ready to listen: runs, health, read-only SPARQL, the overview page and its data.
 * The caller listens and closes. Errors are answered as `application/problem+json` (RFC 9457).
 */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const { config, runs, profile, photographs, clock } = parts;
  const store = urgently(parts.store);
  const app = Fastify({
    logger: false,
    bodyLimit: longestBodyBytes,
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, error);
    },
    ajv: { customOptions: { allErrors: true, removeAdditional: false, coerceTypes: false } },
    // Names what is wrong in the body, not the whole value that was sent.
    schemaErrorFormatter: (errors, part) =>
      new Error(
        errors
          .map(({ instancePath, message }) => `${part}${instancePath} ${message ?? 'is invalid'}`)
          .join('; '),
      ),
  });
  // Fastify also reads text/plain, which a foreign page may send without asking first.
  app.removeContentTypeParser('text/plain');
  addErrorHandling(app, parts.log ?? (() => undefined));
  app.addHook('onSend', async (_request, reply) => {
    void reply.headers({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });

  addRunRoutes(app, { runs, profile, http: config.http });
  addHealthRoute(app, {
    store,
    runs,
    schedule: config.schedule,
    clock,
    nextRun: parts.nextRun ?? (() => undefined),
  });
  await addSparqlRoute(app, store, parts.sparqlLimits ?? defaultSparqlLimits);
  addExportRoute(app, {
    store,
    profile,
    vocabulary: parts.vocabulary,
    graphs: config.graphs,
    namespace: config.provenance.namespace,
  });
  addOverviewRoute(
    app,
    parts.overview ??
      createOverviewService({ config, store, runs, profile, clock, vocabulary: parts.vocabulary }),
  );
  if (photographs !== undefined) {
    addPhotographRoute(app, {
      store,
      model: profile.record,
      graphs: config.graphs.read,
      photographs,
      maximumPixels: config.photographs.maximumPixels,
    });
  }
  if (parts.explanations !== undefined) addExplanationRoutes(app, parts.explanations);
  app.get('/openapi.json', () => openApiDocument);
  await addPages(app);
  await app.ready();
  return app;
}
