import type { Quad } from '@rdfjs/types';
import { rdfTerms } from '../graph/prefixes.js';
import type { Bindings } from '../graph/store.js';
import { timeOf } from '../graph/store-time.js';
import { literal, namedNode, quad } from '../graph/terms.js';
import { lacuna } from '../provenance/terms.js';

/** What a claim on the predictions graph says. */
export interface ClaimFacts {
  /** Names the state folder that claims. */
  readonly holder: string;
  /** The computer's name, for people. */
  readonly host: string;
  readonly runId: string;
  /** When the graph was claimed first, and until when it is; milliseconds since 1970 on the store's clock. */
  readonly since: number;
  readonly until: number;
}

/** A claim that stands in the graph. */
export interface Claim {
  readonly iri: string;
  readonly holder: string | undefined;
  readonly host: string;
  readonly run: string;
  /** As it is written there. */
  readonly since: string | undefined;
  /** Milliseconds since 1970 on the store's clock; undefined when what stands there is no time. */
  readonly until: number | undefined;
  /** All that is said of it. */
  readonly quads: readonly Quad[];
}

/** The triples of a claim. Times are plain literals, which every store gives back as they were, so that they can be removed again. */
export function claimQuads(iri: string, graph: string, facts: ClaimFacts): Quad[] {
  const subject = namedNode(iri);
  const own = namedNode(graph);
  const time = (ms: number): string => new Date(ms).toISOString();
  const told = {
    host: facts.host,
    holder: facts.holder,
    claimedBy: facts.runId,
    claimedSince: time(facts.since),
    claimedUntil: time(facts.until),
  };
  return [
    quad(subject, rdfTerms('type'), lacuna('Lease'), own),
    ...Object.entries(told).map(([name, value]) => quad(subject, lacuna(name), literal(value), own)),
  ];
}

/** The claims in the rows of `queries/leases.rq`. */
export function claimsOf(rows: readonly Bindings[], graph: string): Claim[] {
  const claims = new Map<string, Quad[]>();
  for (const { lease, p, v } of rows) {
    if (lease?.termType !== 'NamedNode' || p?.termType !== 'NamedNode' || v === undefined) continue;
    if (v.termType !== 'NamedNode' && v.termType !== 'Literal') continue;
    const quads = claims.get(lease.value) ?? [];
    quads.push(quad(namedNode(lease.value), namedNode(p.value), v, namedNode(graph)));
    claims.set(lease.value, quads);
  }
  return [...claims].map(([iri, quads]) => claimOf(iri, quads));
}

function claimOf(iri: string, quads: readonly Quad[]): Claim {
  const values = (name: string): string[] =>
    quads.filter(({ predicate }) => predicate.equals(lacuna(name))).map(({ object }) => object.value);
  const until = Math.max(...values('claimedUntil').map(timeOf));
  return {
    iri,
    holder: values('holder')[0],
    host: values('host')[0] ?? 'an unnamed computer',
    run: values('claimedBy')[0] ?? 'unknown',
    since: values('claimedSince')[0],
    until: Number.isFinite(until) ? until : undefined,
    quads,
  };
}

/** True while a claim stands. One whose end cannot be read stands until somebody takes it away. */
export function isAlive({ until }: Claim, now: number): boolean {
  return until === undefined || until > now;
}
