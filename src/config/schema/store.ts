import { z } from 'zod';
import { address, filePath, graphPattern, iri } from './fields.js';
import { matchesPattern } from '../graph-pattern.js';

const user = z.string().min(1).describe('the name to sign in with');
const password = z.string().describe('the password, from ${AN_ENVIRONMENT_VARIABLE}');

/** Schema of credentials for an endpoint. */
export const authSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('basic'), user, password }),
  z.strictObject({ kind: z.literal('digest'), user, password }),
  z.strictObject({
    kind: z.literal('bearer'),
    token: z.string().min(1).describe('the token, from ${AN_ENVIRONMENT_VARIABLE}'),
  }),
]);

const rdfFile = z.union([
  filePath,
  z.strictObject({
    path: filePath,
    graph: iri.describe('the named graph for the triples of a file that names none'),
  }),
]);

/** The triple stores Lacuna knows the ways of; `sparql` is any other that speaks the SPARQL 1.1 Protocol. */
export const protocolKinds = [
  'virtuoso',
  'fuseki',
  'oxigraph',
  'rdf4j',
  'graphdb',
  'qlever',
  'sparql',
] as const;

/** A triple store behind the SPARQL 1.1 Protocol. */
export type ProtocolKind = (typeof protocolKinds)[number];

const atMost = (maximum: number): z.ZodNumber => z.number().int().min(1).max(maximum);

/** Schema of `store`: where the records are. */
export const storeSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('embedded'),
      files: z
        .array(rdfFile)
        .min(1)
        .describe(
          'RDF files to load, * allowed (.ttl .trig .nt .nq .rdf .owl, each also .gz), or { path, graph }',
        ),
    }),
    z.strictObject({
      kind: z
        .literal(['auto', ...protocolKinds])
        .describe('the triple store; auto asks it which it is, sparql is any other'),
      endpoint: address.describe(
        'the address of the SPARQL query service, for example http://127.0.0.1:8890/sparql',
      ),
      updateEndpoint: address
        .exactOptional()
        .describe('the address of the SPARQL update service, when it is not where this kind of store has it'),
      auth: authSchema
        .default({ kind: 'none' })
        .describe(
          'credentials: { kind: none }, { kind: basic or digest, user, password } or { kind: bearer, token }',
        ),
      timeoutSeconds: z.number().positive().default(120).describe('seconds a request may take'),
      leaseSeconds: z
        .number()
        .int()
        .min(10)
        .max(86_400)
        .default(120)
        .describe('seconds after which the claim of a run that stopped without a word lapses'),
      pageSize: atMost(1_000_000).exactOptional().describe('rows of a listing to ask for at once'),
      recordsPerRequest: atMost(5000)
        .exactOptional()
        .describe('records whose context is read in one request'),
      requestsInFlight: atMost(16).exactOptional().describe('reading requests under way at once'),
      triplesPerWrite: z
        .number()
        .int()
        .min(100)
        .max(100_000)
        .exactOptional()
        .describe('triples in one update'),
    }),
  ])
  .describe(
    'where the records are: { kind: embedded, files } or { kind: auto, endpoint }; a kind other than auto names the triple store: virtuoso, fuseki, oxigraph, rdf4j, graphdb, qlever, or sparql for any other',
  );

/** Schema of `graphs`; those that are written may not be among those that are read. */
export const graphsSchema = z
  .strictObject({
    read: z
      .array(graphPattern)
      .min(1)
      .describe('the named graphs that hold records, a trailing * matches any ending'),
    predictions: iri.describe('the IRI of the graph Lacuna writes'),
    history: iri
      .optional()
      .describe(
        'the IRI of a graph that keeps predictions which were replaced or taken back; without it they are dropped',
      ),
    rereadAfterDays: z
      .number()
      .positive()
      .default(30)
      .describe('the days after which unchanged records are read again all the same'),
  })
  .superRefine(({ read, predictions, history }, context) => {
    for (const [field, graph] of Object.entries({ predictions, history })) {
      const matching = read.find((pattern) => graph !== undefined && matchesPattern(graph, pattern));
      if (matching === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: [field],
        message: `matches graphs.read (${matching}): predictions would be read as records and hide the gaps they fill — name a graph that graphs.read leaves out`,
      });
    }
    if (history !== predictions) return;
    context.addIssue({
      code: 'custom',
      path: ['history'],
      message: 'is graphs.predictions: what was taken back would stay where it was — name another graph',
    });
  })
  .describe('the graphs to read and the graphs to write');

/** IRIs of the graphs that may be written. */
export function writableGraphs({ predictions, history }: z.output<typeof graphsSchema>): string[] {
  return history === undefined ? [predictions] : [predictions, history];
}
