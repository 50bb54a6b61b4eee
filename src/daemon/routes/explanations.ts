import type { FastifyInstance, FastifyReply } from 'fastify';
import { isLacunaError, LacunaError } from '../../config/errors.js';
import type {
  DrawnExplanation,
  ExplainedProperty,
  PhotographExplanations,
} from '../../enrichment/photograph-explanations.js';
import { iriProblem } from '../../vocabulary/iri.js';
import { abortedByClient } from '../client-signal.js';
import { HttpProblem } from '../problem.js';
import { explanationQuerySchema } from '../schemas.js';
import { SharedWork } from '../shared-work.js';

// Each looks at a photograph dozens of times.
const limits = { concurrency: 1, waiting: 8 };

/** What visitors are told of; the configuration and its folders concern the maintainer. */
function told(error: unknown): unknown {
  if (!isLacunaError(error, 'CONFIG_INVALID')) return error;
  return new HttpProblem(
    500,
    'The encoder of photographs that is configured cannot be used; the log of Lacuna says why.',
    { code: error.code, cause: error },
  );
}

/**
 * Adds GET /photographs/why and /photographs/why.webp: which parts of its photograph carried what the image modality says of
 * a property, as JSON and drawn. One is computed at a time; who asks for the same waits for the same.
 */
export function addExplanationRoutes(app: FastifyInstance, explanations: PhotographExplanations): void {
  const work = new SharedWork<DrawnExplanation>(limits);

  async function explained(
    { record, task }: ExplainedProperty,
    reply: FastifyReply,
  ): Promise<DrawnExplanation> {
    const problem = iriProblem(record);
    if (problem !== undefined)
      throw new LacunaError('INPUT_INVALID', `record: the IRI ${JSON.stringify(record)} ${problem}.`);
    try {
      return await work.result(
        JSON.stringify([record, task]),
        async (signal) => explanations.explain({ record, task }, signal),
        abortedByClient(reply),
      );
    } catch (error) {
      throw told(error);
    }
  }

  const schema = { querystring: explanationQuerySchema };
  const routes = [
    { url: '/photographs/why', type: 'application/json; charset=utf-8', draws: false },
    { url: '/photographs/why.webp', type: 'image/webp', draws: true },
  ];
  for (const { url, type, draws } of routes) {
    app.get<{ Querystring: ExplainedProperty }>(url, { schema }, async (request, reply) => {
      const { explanation, tag, draw } = await explained(request.query, reply);
      // What is said of a record may change with the next run.
      void reply.headers({ etag: `"${tag}"`, 'cache-control': 'no-cache' });
      if (request.headers['if-none-match'] === `"${tag}"`) return reply.code(304).send();
      return reply.type(type).send(draws ? await draw('webp') : JSON.stringify(explanation));
    });
  }
}
