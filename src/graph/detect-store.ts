import { isLacunaError, LacunaError } from '../config/errors.js';
import type { ProtocolKind } from '../config/schema/store.js';
import { StoreCircuit } from './circuit-breaker.js';
import { HttpExchange, NetworkFailure, asNetworkFailure, formBody, timeoutsWithin } from './http-exchange.js';
import type { Auth, HttpResponse } from './http-exchange.js';
import { readExcerpt, readResults } from './read-answer.js';
import { RequestSender } from './request-sender.js';
import { defaultRetryPolicy, systemClock } from './retry.js';
import type { RetryClock } from './retry.js';

/** What a server lets be seen of itself. */
export interface StoreEvidence {
  /** Its Server header. */
  readonly server?: string | undefined;
  /** Whether its answers bear Fuseki's request number. */
  readonly hasFusekiNumber: boolean;
  /** What it says where RDF4J tells the version of its protocol, when that is a number. */
  readonly rdf4jProtocol?: string | undefined;
  /** What it says where GraphDB tells its version. */
  readonly graphdbVersion?: string | undefined;
  /** What it says to QLever's question for statistics, or to a query service's request without a query. */
  readonly statistics?: string | undefined;
}

/** Where the pieces of evidence that take requests of their own are to be had. */
interface Places {
  readonly rdf4jProtocol?: string;
  readonly graphdbVersion?: string;
  readonly statistics: string;
}

const byServer: readonly (readonly [RegExp, ProtocolKind])[] = [
  [/virtuoso/i, 'virtuoso'],
  [/oxigraph/i, 'oxigraph'],
  [/fuseki/i, 'fuseki'],
  [/graphdb/i, 'graphdb'],
  [/qlever/i, 'qlever'],
];

function jsonKeys(text: string | undefined): readonly string[] {
  try {
    return Object.keys(JSON.parse(text ?? '') as object);
  } catch {
    return [];
  }
}

/** What the headers of an answer alone say. */
function kindByHeaders({ server = '', hasFusekiNumber }: StoreEvidence): ProtocolKind | undefined {
  if (hasFusekiNumber) return 'fuseki';
  return byServer.find(([pattern]) => pattern.test(server))?.[1];
}

/** Which store this is; `sparql` when nothing tells. A proxy that hides the headers leaves the rest of the evidence. */
export function kindOf(evidence: StoreEvidence): ProtocolKind {
  const byHeaders = kindByHeaders(evidence);
  if (byHeaders !== undefined) return byHeaders;
  // GraphDB speaks RDF4J's protocol too.
  if (jsonKeys(evidence.graphdbVersion).includes('productVersion')) return 'graphdb';
  if (/^\s*\d+\s*$/.test(evidence.rdf4jProtocol ?? '')) return 'rdf4j';
  if (/^Virtuoso [0-9A-Z]{5} Error/.test(evidence.statistics ?? '')) return 'virtuoso';
  if (jsonKeys(evidence.statistics).some((key) => /^(num-triples|git-hash-(index|server)$)/.test(key)))
    return 'qlever';
  return 'sparql';
}

function placesFor(endpoint: string): Places {
  const url = new URL(endpoint);
  const statistics = new URL(url);
  statistics.search = '?cmd=stats';
  const [, root] = /^(.*)\/repositories\/[^/]+$/.exec(url.pathname) ?? [];
  if (root === undefined) return { statistics: statistics.href };
  return {
    rdf4jProtocol: `${url.origin}${root}/protocol`,
    graphdbVersion: `${url.origin}${root}/rest/info/version`,
    statistics: statistics.href,
  };
}

/** How to reach the store that is to be recognised. */
export interface DetectionOptions {
  readonly endpoint: string;
  readonly auth?: Auth | undefined;
  /** Longest time for one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly clock?: RetryClock | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The beginning of what is to be read at an address; undefined when there is nothing. */
async function glimpse(
  exchange: HttpExchange,
  url: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (url === undefined) return undefined;
  let response: HttpResponse | undefined;
  try {
    response = await exchange.get(url, 'application/json, text/plain;q=0.9, */*;q=0.5', signal);
    return await readExcerpt(response);
  } catch (error) {
    // One address that does not answer says only that this store has nothing there.
    if (asNetworkFailure(error) instanceof NetworkFailure) return undefined;
    throw error;
  } finally {
    response?.body.destroy();
  }
}

/**
 * Asks a SPARQL query service which store it belongs to: an empty ASK, and where its headers do not tell, up to three
 * more reads beside it. Nothing is written.
 *
 * @throws LacunaError as a store's first query does: STORE_UNREACHABLE (says to start the store or to name its kind),
 *   STORE_REFUSED, STORE_ANSWER, CANCELLED.
 */
export async function detectStore(options: DetectionOptions): Promise<ProtocolKind> {
  const { endpoint, auth = { kind: 'none' }, timeoutMs, userAgent, signal } = options;
  const clock = options.clock ?? systemClock;
  const exchange = new HttpExchange({ auth, timeouts: timeoutsWithin(timeoutMs), userAgent });
  const sender = new RequestSender({
    exchange,
    circuit: new StoreCircuit(clock),
    clock,
    policy: defaultRetryPolicy,
    timeoutSeconds: timeoutMs / 1000,
  });
  const results = 'application/sparql-results+xml, application/sparql-results+json;q=0.5';
  try {
    const headers = await sender.send(
      {
        endpoint,
        field: 'store.endpoint',
        body: formBody({ query: 'ASK {}' }),
        action: 'query',
        accept: [results],
        options: { signal },
      },
      async (response) => {
        await readResults(response, endpoint, 1 << 20);
        return {
          server: response.header('server'),
          hasFusekiNumber: response.header('fuseki-request-id') !== undefined,
        };
      },
    );
    const known = kindByHeaders(headers);
    if (known !== undefined) return known;
    const places = placesFor(endpoint);
    return kindOf({
      ...headers,
      rdf4jProtocol: await glimpse(exchange, places.rdf4jProtocol, signal),
      graphdbVersion: await glimpse(exchange, places.graphdbVersion, signal),
      statistics: await glimpse(exchange, places.statistics, signal),
    });
  } catch (error) {
    if (!isLacunaError(error, 'STORE_UNREACHABLE')) throw error;
    throw new LacunaError(
      'STORE_UNREACHABLE',
      `${error.message} As long as it is away it cannot be asked which triple store it is (store.kind: auto): start it, or set store.kind.`,
      { cause: error },
    );
  } finally {
    exchange.close();
  }
}
