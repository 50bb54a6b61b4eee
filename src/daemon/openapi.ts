import { exportMediaTypes } from '../provenance/export/formats.js';
import {
  explanationQuerySchema,
  explanationSchema,
  exportQuerySchema,
  healthSchema,
  overviewSchema,
  problemSchema,
  retractRunSchema,
  runListSchema,
  runPageSchema,
  runRequestSchema,
  runSchema,
} from './schemas.js';

const json = (schema: unknown): object => ({ 'application/json': { schema } });
const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const problem = (description: string): object => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});
const run = (description: string): object => ({ description, content: json(ref('Run')) });
const page = (type: string): object => ({ description: 'The file.', content: { [type]: {} } });

/** The properties of a query's schema as parameters. */
function queryParameters(
  properties: Readonly<Record<string, { readonly description: string }>>,
  required: readonly string[] = [],
): object[] {
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    ...(required.includes(name) && { required: true }),
    description,
    schema,
  }));
}

const graphHeld = {
  409: problem(
    'A run is under way, in this daemon or in another process that has the graph; the detail says which. One that begins at the same moment may only be found out later: then the run started here fails with RUN_CONFLICT.',
  ),
};
const writeProblems = {
  401: problem('The bearer token is missing or wrong.'),
  403: problem('Not allowed from there.'),
};
const noSuchRun = { 404: problem('There is no such run.') };
const runId = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

const explanationProblems = {
  400: problem('No such task, or no IRI.'),
  404: problem(
    'Nothing is published of that, it does not rest on a photograph, or the photograph cannot be had any more; the detail says which.',
  ),
  409: problem('The model that said it is not on this machine.'),
  500: problem('That model is damaged, or was trained with another encoder than the one configured.'),
  503: problem('Too many explanations are being made, or the store is away.'),
};

const sparqlAnswers = {
  200: {
    description: 'The result, as negotiated by Accept.',
    content: {
      'application/sparql-results+json': {},
      'application/sparql-results+xml': {},
      'text/csv': {},
      'text/tab-separated-values': {},
      'text/turtle': {},
      'application/n-triples': {},
      'application/ld+json': {},
    },
  },
  400: problem('A syntax error, a SERVICE, or more than one query.'),
  403: problem('An update.'),
  406: problem('The result does not exist in the media type asked for.'),
  503: problem('Too many queries, one that took too long, or a store that is away.'),
};
const graphParameters = ['default-graph-uri', 'named-graph-uri'].map((name) => ({
  name,
  in: 'query',
  schema: { type: 'array', items: { type: 'string', format: 'iri' } },
}));

/** The HTTP interface in OpenAPI 3.1, served at /openapi.json. Its schemas are those the routes validate with. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Lacuna',
    version: '1',
    description:
      'Starts and follows enrichment runs, and reads the graph with its predictions. Errors are RFC 9457 problems.',
  },
  paths: {
    '/runs': {
      get: {
        summary: 'The runs, newest first',
        parameters: queryParameters(runPageSchema.properties),
        responses: {
          200: { description: 'The runs.', content: json(ref('RunList')) },
          400: problem('A page that cannot be.'),
        },
      },
      post: {
        summary: 'Start a run',
        security: [{}, { bearer: [] }],
        requestBody: { required: false, content: json(ref('RunRequest')) },
        responses: {
          202: {
            ...run('The run has started.'),
            headers: { Location: { description: 'Where to follow it.', schema: { type: 'string' } } },
          },
          400: problem('The body is not as described, or names a task or record that cannot be.'),
          ...writeProblems,
          ...graphHeld,
        },
      },
    },
    '/runs/{id}': {
      parameters: [runId],
      get: { summary: 'One run', responses: { 200: run('The run as it stands.'), ...noSuchRun } },
      delete: {
        summary: 'Cancel a run',
        security: [{}, { bearer: [] }],
        responses: {
          200: run('The run as it stands; it stops after the batch in hand.'),
          ...writeProblems,
          ...noSuchRun,
        },
      },
    },
    '/runs/{id}/retract': {
      parameters: [runId],
      post: {
        summary: "Take a run's predictions back, by another run",
        security: [{}, { bearer: [] }],
        requestBody: { required: false, content: json(ref('RetractRun')) },
        responses: {
          202: {
            ...run('The run that takes them back has started.'),
            headers: { Location: { description: 'Where to follow it.', schema: { type: 'string' } } },
          },
          400: problem('The body is not as described.'),
          ...writeProblems,
          ...noSuchRun,
          ...graphHeld,
        },
      },
    },
    '/runs/{id}/cancel': {
      parameters: [runId],
      post: {
        summary: 'Cancel a run',
        security: [{}, { bearer: [] }],
        responses: {
          200: run('The run as it stands; it stops after the batch in hand.'),
          ...writeProblems,
          ...noSuchRun,
        },
      },
    },
    '/healthz': {
      get: {
        summary: 'Whether the store answers, and whether the schedule is kept',
        responses: {
          200: { description: 'The store answers.', content: json(ref('Health')) },
          503: { description: 'The store does not answer.', content: json(ref('Health')) },
        },
      },
    },
    '/sparql': {
      get: {
        summary: 'Query the graph and its predictions (SPARQL 1.1 Protocol, read-only)',
        parameters: [{ name: 'query', in: 'query', schema: { type: 'string' } }, ...graphParameters],
        responses: {
          ...sparqlAnswers,
          303: { description: 'A browser without a query is sent to the query box.' },
        },
      },
      post: {
        summary: 'Query, for queries too long for an address',
        parameters: graphParameters,
        requestBody: {
          required: true,
          content: {
            'application/sparql-query': { schema: { type: 'string' } },
            'application/x-www-form-urlencoded': {
              schema: { type: 'object', required: ['query'], properties: { query: { type: 'string' } } },
            },
          },
        },
        responses: sparqlAnswers,
      },
      options: { summary: 'CORS preflight', responses: { 204: { description: 'Any page may read.' } } },
    },
    '/export': {
      get: {
        summary: 'The predictions graph, or some predictions, as a file',
        description:
          'Without a selection everything in the predictions graph; with one the predictions it leaves, with their opinions, activities, agents, models and runs. With `history` everything in the history graph.',
        parameters: queryParameters(exportQuerySchema.properties),
        responses: {
          200: {
            description: 'The predictions, as negotiated by `format` or Accept.',
            content: Object.fromEntries(Object.values(exportMediaTypes).map((type) => [type, {}])),
          },
          400: problem('A selection that cannot be, or a history that is not kept.'),
          406: problem('There is no export in the media type asked for.'),
          503: problem('Two exports are under way, or the store is away.'),
        },
      },
    },
    '/overview': {
      get: {
        summary: 'Coverage per property and example predictions',
        responses: { 200: { description: 'The overview.', content: json(ref('Overview')) } },
      },
    },
    '/photographs': {
      get: {
        summary: 'A small JPEG of a photograph in the graph',
        parameters: [
          {
            name: 'node',
            in: 'query',
            required: true,
            description: 'IRI of the image node.',
            schema: { type: 'string' },
          },
        ],
        responses: {
          200: { description: 'The photograph.', content: { 'image/jpeg': {} } },
          304: { description: 'The photograph has not changed.' },
          400: problem('The IRI is missing or cannot be one.'),
          404: problem('No museum graph knows it.'),
          502: problem('The photograph cannot be had or decoded.'),
        },
      },
    },
    '/photographs/why': {
      get: {
        summary: 'Which parts of its photograph carried what the image modality says of a property',
        parameters: queryParameters(explanationQuerySchema.properties, explanationQuerySchema.required),
        responses: {
          200: { description: 'The map.', content: json(ref('PhotographExplanation')) },
          ...explanationProblems,
        },
      },
    },
    '/photographs/why.webp': {
      get: {
        summary: 'The same, drawn on the photograph: at most 30 kB',
        parameters: queryParameters(explanationQuerySchema.properties, explanationQuerySchema.required),
        responses: {
          200: {
            description:
              'The photograph in grey, orange where it speaks for the value, blue where against it.',
            content: { 'image/webp': {} },
          },
          ...explanationProblems,
        },
      },
    },
    '/openapi.json': {
      get: {
        summary: 'This document',
        responses: { 200: { description: 'OpenAPI 3.1.', content: json({}) } },
      },
    },
    '/': { get: { summary: 'The overview page', responses: { 200: page('text/html') } } },
    '/overview.css': { get: { summary: 'Its style', responses: { 200: page('text/css') } } },
    '/overview.js': { get: { summary: 'Its script', responses: { 200: page('text/javascript') } } },
    '/lacuna.svg': { get: { summary: 'Its icon', responses: { 200: page('image/svg+xml') } } },
  },
  components: {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'http.token of the configuration.' },
    },
    schemas: {
      Run: runSchema,
      RunList: runListSchema,
      RunRequest: runRequestSchema,
      RetractRun: retractRunSchema,
      Health: healthSchema,
      Overview: overviewSchema,
      PhotographExplanation: explanationSchema,
      Problem: problemSchema,
    },
  },
} as const;
