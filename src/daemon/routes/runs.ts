import type { FastifyInstance, FastifyReply, onRequestHookHandler, preValidationHookHandler } from 'fastify';
import { IriValidationStrategy, validateIri } from 'validate-iri';
import { LacunaError } from '../../config/errors.js';
import type { Profile } from '../../vocabulary/profile.js';
import { authoriseWrite } from '../guard.js';
import { HttpProblem } from '../problem.js';
import { pageOfRuns } from '../../enrichment/run-folder.js';
import type { RunRequest } from '../../enrichment/run-state.js';
import type { RunService, RunState } from '../run-service.js';
import { retractRunSchema, runPageSchema, runRequestSchema } from '../schemas.js';
import type { HttpConfig } from '../settings.js';

/** What the routes of runs need. */
export interface RunRouteParts {
  readonly runs: RunService;
  readonly profile: Profile;
  readonly http: HttpConfig;
}

type RunBody = Omit<RunRequest, 'trigger'>;

/** What only an enrichment takes. */
const ofEnrichment = ['tasks', 'records', 'limit', 'reexamine'] as const;

/** What a body asks for that its kind does not know, or fails to ask for. */
function kindProblems(body: RunBody): string[] {
  const { kind = 'enrich', retract } = body;
  const strange = kind === 'enrich' ? [] : ofEnrichment.filter((key) => body[key] !== undefined);
  return [
    ...strange.map((key) => `body/${key}: a run of the kind ${kind} does not take it`),
    ...(kind === 'retract' && retract === undefined
      ? ['body/retract: say what to take back: run, model, task or record']
      : []),
    ...(kind !== 'retract' && retract !== undefined
      ? [`body/retract: a run of the kind ${kind} does not take it; the kind retract does`]
      : []),
  ];
}

/**
 * Throws LacunaError INPUT_INVALID naming every task the profile lacks, every record that is no absolute IRI, and what does
 * not go with the kind of the run. A task that predictions are taken back of may be one the profile no longer has.
 */
function checkRunBody(body: RunBody, profile: Profile): void {
  const names = profile.tasks.map(({ name }) => name);
  const isNoIri = (iri: string): boolean => validateIri(iri, IriValidationStrategy.Strict) !== undefined;
  const { record } = body.retract ?? {};
  const problems = [
    ...kindProblems(body),
    ...(record !== undefined && isNoIri(record)
      ? [`body/retract/record: "${record}" is no absolute IRI`]
      : []),
    ...(body.tasks ?? [])
      .filter((task) => !names.includes(task))
      .map((task) => `body/tasks: the profile has no task "${task}"; it has ${names.join(', ')}`),
    ...(body.records ?? []).filter(isNoIri).map((record) => `body/records: "${record}" is no absolute IRI`),
  ];
  if (problems.length > 0) {
    throw new LacunaError('INPUT_INVALID', `The run cannot be started: ${problems.join('; ')}`, { problems });
  }
}

function found(run: RunState | undefined, id: string): RunState {
  if (run === undefined) throw new HttpProblem(404, `There is no run ${id}.`, { code: 'NOT_FOUND' });
  return run;
}

/** Adds POST /runs, GET /runs, GET and DELETE /runs/:id, POST /runs/:id/cancel and /runs/:id/retract. */
export function addRunRoutes(app: FastifyInstance, { runs, profile, http }: RunRouteParts): void {
  const writes: { onRequest: onRequestHookHandler } = {
    onRequest: (request, _reply, done) => {
      authoriseWrite(request, http);
      done();
    },
  };

  // No body at all asks for everything, as an empty object does.
  const preValidation: preValidationHookHandler = (request, _reply, done) => {
    (request as { body?: object }).body ??= {};
    done();
  };

  async function started(asked: RunRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { id } = await runs.startIfFree(asked);
    return reply
      .code(202)
      .header('location', `/runs/${encodeURIComponent(id)}`)
      .send(found(await runs.get(id), id));
  }

  app.post<{ Body: RunBody }>(
    '/runs',
    { ...writes, schema: { body: runRequestSchema }, preValidation },
    async (request, reply) => {
      checkRunBody(request.body, profile);
      return started({ ...request.body, trigger: 'demand' }, reply);
    },
  );

  app.post<{ Params: { id: string }; Body: { dryRun?: boolean } }>(
    '/runs/:id/retract',
    { ...writes, schema: { body: retractRunSchema }, preValidation },
    async ({ params, body }, reply) => {
      const { id: run } = found(await runs.get(params.id), params.id);
      return started({ ...body, trigger: 'demand', kind: 'retract', retract: { run } }, reply);
    },
  );

  app.get<{ Querystring: { limit?: string; before?: string } }>(
    '/runs',
    { schema: { querystring: runPageSchema } },
    async ({ query: { limit = runPageSchema.properties.limit.default, before } }) =>
      pageOfRuns((page) => runs.list(page), { limit: Number(limit), before }),
  );

  app.get<{ Params: { id: string } }>('/runs/:id', async (request) =>
    found(await runs.get(request.params.id), request.params.id),
  );

  async function cancel(id: string): Promise<RunState> {
    return found(await runs.cancel(id), id);
  }
  app.delete<{ Params: { id: string } }>('/runs/:id', writes, (request) => cancel(request.params.id));
  app.post<{ Params: { id: string } }>('/runs/:id/cancel', writes, (request) => cancel(request.params.id));
}
