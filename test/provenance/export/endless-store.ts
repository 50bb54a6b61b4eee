import { literal, namedNode } from '../../../src/graph/terms.js';
import { storeProfiles } from '../../../src/graph/store-profiles.js';
import type { Bindings, Store } from '../../../src/graph/store.js';

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const prov = 'http://www.w3.org/ns/prov#';
const base = 'http://data.silknow.org/lacuna/';

function iri(kind: string, number: number): string {
  return `${base}${kind}/${String(number).padStart(8, '0')}`;
}

function row(s: string, p: string, v: Bindings[string]): Bindings {
  return { s: namedNode(s), p: namedNode(p), v };
}

function statement(s: string, number: number): Bindings[] {
  return [
    row(s, `${rdf}type`, namedNode(`${rdf}Statement`)),
    row(s, `${rdf}subject`, namedNode(iri('production', number))),
    row(s, `${rdf}predicate`, namedNode('http://erlangen-crm.org/current/P32_used_general_technique')),
    row(s, `${rdf}object`, namedNode('http://data.silknow.org/vocabulary/168')),
    row(s, 'http://data.silknow.org/ontology/L18', literal('0.9')),
    row(s, `${prov}wasGeneratedBy`, namedNode(iri('activity', number))),
    row(s, 'https://w3id.org/lacuna/ontology#record', namedNode(iri('object', number))),
  ];
}

function activity(s: string): Bindings[] {
  return [
    row(s, `${rdf}type`, namedNode(`${prov}Activity`)),
    row(s, `${prov}wasInformedBy`, namedNode(`${base}run/1`)),
  ];
}

/** A predictions graph of any size that is made up as it is asked for, and counts what it has handed out. */
export class EndlessStore implements Store {
  readonly name = 'endless';
  readonly profile = storeProfiles.sparql;
  /** Subjects whose triples have been read. */
  delivered = 0;
  /** Rows of the largest answer. */
  largestAnswer = 0;
  readonly #predictions: number;

  constructor(predictions: number) {
    this.#predictions = predictions;
  }

  select(query: string): Promise<Bindings[]> {
    const rows = /LIMIT (\d+)/.test(query) ? this.#listing(query) : this.#triples(query);
    this.largestAnswer = Math.max(this.largestAnswer, rows.length);
    return Promise.resolve(rows);
  }

  #listing(query: string): Bindings[] {
    const limit = Number(/LIMIT (\d+)/.exec(query)?.[1]);
    const [, last = ''] = /> "([^"]*)"/.exec(query) ?? [];
    const kind =
      query.includes('Activity>)') || /\?s \S+ <[^>]*Activity>/.test(query) ? 'activity' : 'statement';
    const isOther = query.includes('GROUP BY');
    const first = last === '' ? 0 : Number(last.split('/').at(-1)) + 1;
    const count = Math.max(0, Math.min(limit, this.#predictions - first));
    const of = isOther ? 'production' : kind;
    return Array.from({ length: count }, (_, index) => ({ s: namedNode(iri(of, first + index)) }));
  }

  #triples(query: string): Bindings[] {
    const nodes = [...query.matchAll(/<http:\/\/data\.silknow\.org\/lacuna\/(\w+)\/(\d+)>/g)];
    return nodes.flatMap(([node, kind, digits]) => {
      const subject = node.slice(1, -1);
      if (kind === 'statement' || kind === 'activity' || kind === 'production') this.delivered += 1;
      if (kind === 'statement') return statement(subject, Number(digits));
      if (kind === 'activity') return activity(subject);
      if (kind !== 'production') return [];
      const [triple] = statement(subject, Number(digits)).slice(3, 4);
      return [row(subject, 'http://erlangen-crm.org/current/P32_used_general_technique', triple!['v']!)];
    });
  }

  ask(): Promise<boolean> {
    return Promise.resolve(true);
  }

  answer(): Promise<never> {
    return Promise.reject(new Error('an export selects'));
  }

  write(): Promise<never> {
    return Promise.reject(new Error('an export writes nothing'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
