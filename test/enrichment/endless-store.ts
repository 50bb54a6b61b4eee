import type { Quad, Term } from '@rdfjs/types';
import { quadKey } from '../../src/graph/quad-key.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import type { Bindings, Change, Store } from '../../src/graph/store.js';
import { literal, namedNode } from '../../src/graph/terms.js';

const crm = 'http://erlangen-crm.org/current/';
export const endlessGraph = 'http://example.org/graph/endless';
const label = namedNode('http://www.w3.org/2000/01/rdf-schema#label');
const note = namedNode(`${crm}P3_has_note`);

const iri = (kind: string, index: number): Term =>
  namedNode(`http://example.org/${kind}/${String(index).padStart(8, '0')}`);

/** Numbers of the subjects in a VALUES block, in order. */
function subjectsOf(query: string): { kind: string; index: number }[] {
  return [...query.matchAll(/<http:\/\/example\.org\/(object|production)\/(\d{8})>/g)].map(
    ([, kind, digits]) => ({
      kind: kind!,
      index: Number(digits),
    }),
  );
}

/**
 * A store that makes its records up as it is asked for them, every one with a gap, and counts what is under way: of it
 * alone a test learns how much a run holds at once, whatever the number of records.
 */
export class EndlessStore implements Store {
  readonly name = 'endless';
  readonly profile = {
    ...storeProfiles.sparql,
    pageSize: 2000,
    recordsPerRequest: 500,
    triplesPerWrite: 200,
  };
  readonly #records: number;
  #listed = 0;
  #settled = 0;
  #requests = 0;
  #writes = 0;
  /** The claims on its graph, the only thing it remembers. */
  readonly #claims = new Map<string, Quad>();
  /** The most there ever was at once. */
  readonly peaks = { records: 0, requests: 0, writes: 0, quadsOfAWrite: 0, rowsOfAnAnswer: 0 };

  constructor(records: number) {
    this.#records = records;
  }

  /** Told how many records have been looked at and let go. */
  settled(records: number): void {
    this.#settled += records;
  }

  /** Records that were listed so far. */
  get listed(): number {
    return this.#listed;
  }

  async select(query: string): Promise<Bindings[]> {
    // Claims are renewed by the clock, beside the work that is counted.
    if (query.includes('NOW()')) return [{ now: literal(new Date().toISOString()) }];
    if (query.includes('?lease'))
      return [...this.#claims.values()].map(({ subject, predicate, object }) => ({
        lease: subject,
        p: predicate,
        v: object,
      }));
    this.#requests += 1;
    this.#raise('requests', this.#requests);
    await new Promise((resolve) => setImmediate(resolve));
    const rows = this.#rows(query);
    this.#raise('rowsOfAnAnswer', rows.length);
    this.#requests -= 1;
    return rows;
  }

  async write({ insert, remove }: Change): Promise<void> {
    if ([...insert, ...remove].every(({ subject }) => subject.value.includes('/lease/'))) {
      for (const gone of remove) this.#claims.delete(quadKey(gone));
      for (const claim of insert) this.#claims.set(quadKey(claim), claim);
      return;
    }
    this.#writes += 1;
    this.#raise('writes', this.#writes);
    this.#raise('quadsOfAWrite', insert.length + remove.length);
    await new Promise((resolve) => setImmediate(resolve));
    this.#writes -= 1;
  }

  ask(): Promise<boolean> {
    return Promise.resolve(false);
  }

  answer(): never {
    throw new Error('Nobody asks for a raw answer.');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #raise(what: keyof EndlessStore['peaks'], value: number): void {
    this.peaks[what] = Math.max(this.peaks[what], value);
  }

  #rows(query: string): Bindings[] {
    if (query.includes('DISTINCT ?g')) return [{ g: namedNode(endlessGraph) }];
    if (query.includes('COUNT(DISTINCT ?obj)')) return [{ records: literal(String(this.#records)) }];
    if (query.includes('MD5(')) return [{ p: label, triples: literal('1'), sum0: literal('7') }];
    if (query.includes('SELECT ?obj ?prod')) return this.#page(query);
    if (query.includes('SELECT ?graph ?object'))
      return subjectsOf(query).map(({ index }) => ({
        graph: namedNode(endlessGraph),
        object: iri('object', index),
        production: iri('production', index),
      }));
    if (query.includes('SELECT ?g ?s ?p ?v'))
      return subjectsOf(query).flatMap(({ kind, index }) =>
        kind === 'object'
          ? [
              {
                g: namedNode(endlessGraph),
                s: iri(kind, index),
                p: label,
                v: literal(`Textile ${index}`, 'en'),
              },
              {
                g: namedNode(endlessGraph),
                s: iri(kind, index),
                p: note,
                v: literal(`Woven, ${index}`, 'en'),
              },
            ]
          : [],
      );
    return [];
  }

  #page(query: string): Bindings[] {
    const last = Number(/object\/(\d{8})"/.exec(query)?.[1] ?? -1);
    const limit = Number(/LIMIT (\d+)/.exec(query)![1]);
    const until = Math.min(this.#records, last + 1 + limit);
    const rows: Bindings[] = [];
    for (let index = last + 1; index < until; index += 1)
      rows.push({ obj: iri('object', index), prod: iri('production', index) });
    // The last row of a full page is listed again with the next.
    this.#listed = Math.max(this.#listed, until);
    this.#raise('records', this.#listed - this.#settled);
    return rows;
  }
}
