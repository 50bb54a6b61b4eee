import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Store } from '../../graph/store.js';
import { abortedByClient } from '../client-signal.js';
import { HttpProblem } from '../problem.js';
import type { SparqlLimits } from '../settings.js';
import { createSparqlEndpoint } from '../sparql/endpoint.js';

const longestQueryBytes = 2 * 1024 * 1024;
const updateType = 'application/sparql-update';

/** Anyone may read from a page of their own: the answers are no secret and no credential is taken. */
const openToPages = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'accept, content-type',
  'access-control-max-age': '86400',
};

function readOnly(): HttpProblem {
  return new HttpProblem(403, 'This endpoint is read-only: it takes queries, no updates.');
}

function parameters(request: FastifyRequest): URLSearchParams {
  const { url = '' } = request.raw;
  // Only the first question mark divides: a query typed into an address bar keeps those of its variables.
  const given = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  const type = request.headers['content-type'] ?? '';
  if (type.includes(updateType)) throw readOnly();
  if (typeof request.body !== 'string') return given;
  if (type.includes('application/sparql-query')) given.append('query', request.body);
  else for (const [name, value] of new URLSearchParams(request.body)) given.append(name, value);
  return given;
}

/**
 * Adds /sparql: the query operation of the SPARQL 1.1 Protocol by GET, by POST of a form, and by POST of the query itself.
 * Without a query it describes itself; a browser is sent to the query box of the overview page.
 */
export async function addSparqlRoute(
  app: FastifyInstance,
  store: Store,
  limits: SparqlLimits,
): Promise<void> {
  const endpoint = createSparqlEndpoint(store, limits);

  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    for (const type of ['application/x-www-form-urlencoded', 'application/sparql-query', updateType]) {
      scope.addContentTypeParser(
        type,
        { parseAs: 'string', bodyLimit: longestQueryBytes },
        (_request, body, parsed) => {
          parsed(null, body);
        },
      );
    }
    scope.addHook('onRequest', async (_request, reply) => {
      void reply.headers(openToPages);
    });
    scope.options('/sparql', (_request, reply) => reply.code(204).send());
    scope.route({
      method: ['GET', 'POST'],
      url: '/sparql',
      handler: async (request, reply) => {
        const given = parameters(request);
        if (given.has('update')) throw readOnly();
        const queries = given.getAll('query');
        if (queries.length > 1)
          throw new HttpProblem(400, 'Send one query at a time.', { code: 'INPUT_INVALID' });
        const [query] = queries;
        if (query === undefined && request.method === 'POST') {
          throw new HttpProblem(400, 'The form has no field "query".', { code: 'INPUT_INVALID' });
        }
        const { accept, host } = request.headers;
        if (query === undefined && accept?.includes('text/html') === true)
          return reply.redirect('/#query', 303);
        const { contentType, body } = await endpoint.answer({
          query,
          dataset: {
            defaultGraphs: given.getAll('default-graph-uri'),
            namedGraphs: given.getAll('named-graph-uri'),
          },
          accept,
          host,
          signal: abortedByClient(reply),
        });
        return reply
          .type(contentType)
          .header('vary', 'accept')
          .header('cache-control', 'no-cache')
          .send(body);
      },
    });
    done();
  });
}
