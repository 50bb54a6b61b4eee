import * as oxigraph from 'oxigraph';
import { DataFactory } from 'n3';
import type { Quad, Term } from '@rdfjs/types';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import type { Bindings, RawAnswer, RequestOptions, Store } from '../../src/graph/store.js';

/**
 * A store for the daemon's tests: oxigraph in this very thread, default graph = union. `queries` keeps what it was asked;
 * `beforeAnswer` lets a test hold an answer back or make it fail.
 */
export class MemoryStore implements Store {
  readonly name = 'memory';
  readonly profile = storeProfiles.embedded;
  readonly queries: string[] = [];
  readonly signals: AbortSignal[] = [];
  beforeAnswer: (signal: AbortSignal | undefined) => Promise<void> = () => Promise.resolve();
  readonly #data = new oxigraph.Store();

  constructor(trig: string) {
    this.#data.load(trig, { format: 'application/trig' });
  }

  async select(query: string, options?: RequestOptions): Promise<Bindings[]> {
    await this.beforeAnswer(options?.signal);
    const rows = this.#data.query(query, { use_default_graph_as_union: true }) as Map<string, Term>[];
    return rows.map((row) =>
      Object.fromEntries([...row].map(([name, term]) => [name, DataFactory.fromTerm(term as never) as Term])),
    );
  }

  async ask(query: string, options?: RequestOptions): Promise<boolean> {
    await this.beforeAnswer(options?.signal);
    return this.#data.query(query) as boolean;
  }

  async answer(query: string, accept: string, options?: RequestOptions): Promise<RawAnswer> {
    this.queries.push(query);
    if (options?.signal !== undefined) this.signals.push(options.signal);
    await this.beforeAnswer(options?.signal);
    const union = !/\bFROM\b/.test(query);
    const text = this.#data.query(query, {
      results_format: accept,
      use_default_graph_as_union: union,
    }) as string;
    return {
      contentType: accept,
      body: (async function* () {
        yield Buffer.from(text);
      })(),
    };
  }

  write(change: { insert: readonly Quad[]; remove: readonly Quad[] }): Promise<void> {
    for (const quad of change.remove) this.#data.delete(oxigraph.fromQuad(quad) as oxigraph.Quad);
    for (const quad of change.insert) this.#data.add(oxigraph.fromQuad(quad) as oxigraph.Quad);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
