import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { IriValidationStrategy, validateIri } from 'validate-iri';
import { LacunaError } from '../../config/errors.js';
import type { Profile } from '../../vocabulary/profile.js';
import { authoriseWrite } from '../guard.js';
import { HttpProblem } from '../problem.js';
import type { RunRequest } from '../../enrichment/run-state.js';
import type { RunService, RunState } from '../run-service.js';
import { runRequestSchema } from '../schemas.js';
import type { HttpConfig } from '../settings.js';

/** What the routes of runs need. */
export interface RunRouteParts {
  readonly runs: RunService;
  readonly profile: Profile;
  readonly http: HttpConfig;
}

type RunBody = Omit<RunRequest, 'trigger'>;

/** Throws LacunaError INPUT_INVALID naming every task the profile lacks and every record that is no absolute IRI. */
function checkRunBody(body: RunBody, profile: Profile): void {
  const names = profile.tasks.map(({ name }) => name);
  const problems = [
    ...(body.tasks ?? [])
      .filter((task) => !names.includes(task))
      .map((task) => `body/tasks: the profile has no task "${task}"; it has ${names.join(', ')}`),
    ...(body.records ?? [])
      .filter((record) => validateIri(record, IriValidationStrategy.Strict) !== undefined)
      .map((record) => `body/records: "${record}" is no absolute IRI`),
  ];
  if (problems.length > 0) {
    throw new LacunaError('INPUT_INVALID', `The run cannot be started: ${problems.join('; ')}`, { problems });
  }
}

function found(run: RunState | undefined, id: string): RunState {
  if (run === undefined) throw new HttpProblem(404, `There is no run ${id}.`, { code: 'NOT_FOUND' });
  return run;
}

/** Adds POST /runs, GET /runs, GET and DELETE /runs/:id, POST /runs/:id/cancel. */
export function addRunRoutes(app: FastifyInstance, { runs, profile, http }: RunRouteParts): void {
  const writes: { onRequest: onRequestHookHandler } = {
    onRequest: (request, _reply, done) => {
      authoriseWrite(request, http);
      done();
    },
  };

  app.post<{ Body: RunBody }>(
    '/runs',
    {
      ...writes,
      schema: { body: runRequestSchema },
      // No body at all asks for everything, as an empty object does.
      preValidation: (request, _reply, done) => {
        (request as { body?: RunBody }).body ??= {};
        done();
      },
    },
    async (request, reply) => {
      checkRunBody(request.body, profile);
      const { id } = runs.start({ ...request.body, trigger: 'demand' });
      const location = `/runs/${encodeURIComponent(id)}`;
      return reply
        .code(202)
        .header('location', location)
        .send(found(await runs.get(id), id));
    },
  );

  app.get('/runs', async () => ({ runs: await runs.list() }));

  app.get<{ Params: { id: string } }>('/runs/:id', async (request) =>
    found(await runs.get(request.params.id), request.params.id),
  );

  async function cancel(id: string): Promise<RunState> {
    return found(await runs.cancel(id), id);
  }
  app.delete<{ Params: { id: string } }>('/runs/:id', writes, (request) => cancel(request.params.id));
  app.post<{ Params: { id: string } }>('/runs/:id/cancel', writes, (request) => cancel(request.params.id));
}
