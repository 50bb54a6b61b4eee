import { createHash } from 'node:crypto';
import { isLacunaError } from '../config/errors.js';
import type { RecordModel } from '../vocabulary/profile.js';
import type { Readable } from './lanes.js';
import type { Bindings, RequestOptions } from './store.js';
import { bindTemplate, loadTemplate, type TemplateValues } from './template.js';
import { namedNode } from './terms.js';

/** A store's sums over the triples of some graph, as text, by the property's IRI. */
type Sums = ReadonlyMap<string, string>;

function sumsOf(rows: readonly Bindings[]): Sums {
  const sums = rows.flatMap(({ p, ...columns }): [string, string][] => {
    if (p === undefined) return [];
    const values = Object.keys(columns)
      .sort()
      .map((column) => `${column} ${Number(columns[column]?.value)}`);
    return [[p.value, values.join(' ')]];
  });
  return new Map(sums.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Tells whether what records are made of has changed since the last time, by sums that the store computes and that cost a
 * few numbers to read. Keep one for a run: everything is summed up once.
 */
export class Fingerprints {
  readonly #store: Readable;
  readonly #model: RecordModel;
  readonly #predicates: readonly string[];
  readonly #museums: readonly string[];
  readonly #own: readonly string[];
  #digests: Promise<ReadonlyMap<string, string>> | undefined;

  /**
   * Nothing is asked yet.
   *
   * @param predicates IRIs of the tasks' properties.
   * @param graphs the museums' graphs, and those that Lacuna writes: what it says itself is no change.
   */
  constructor(
    store: Readable,
    model: RecordModel,
    predicates: readonly string[],
    graphs: { readonly museums: readonly string[]; readonly own: readonly string[] },
  ) {
    this.#store = store;
    this.#model = model;
    this.#predicates = predicates;
    this.#museums = graphs.museums;
    this.#own = graphs.own;
  }

  /**
   * A digest of everything that the records of one museum's graph are read from, what other graphs say of values included;
   * undefined when the store cannot compute it, so that nothing is known of changes.
   *
   * One thing goes unseen: a value's name in the property that names records too (`record.label`), when it is another
   * museum's graph that holds it.
   */
  async of(graph: string, options: RequestOptions = {}): Promise<string | undefined> {
    this.#digests ??= this.#compute(options);
    try {
      return (await this.#digests).get(graph);
    } catch (error) {
      // A store that lacks a function says so in its own way: refuses the query, or gives an answer that is none.
      const codes = ['STORE_ANSWER', 'STORE_REFUSED', 'INPUT_INVALID'] as const;
      if (codes.some((code) => isLacunaError(error, code))) return undefined;
      throw error;
    }
  }

  async #compute(options: RequestOptions): Promise<ReadonlyMap<string, string>> {
    const { label, text, produced, representation, contentUrl, valueLinks, valueLabels } = this.#model;
    const ofValues = [...valueLinks, ...valueLabels];
    const ofRecords = [label, ...text, produced, representation, contentUrl, ...this.#predicates];
    const vocabulary = ofValues.length === 0 ? [] : await this.#sumVocabulary(ofValues, options);
    const museums = new Map<string, Sums>();
    for (const graph of this.#museums) {
      const values = { graph: namedNode(graph) };
      museums.set(graph, await this.#sum('fingerprint-graph', values, [...ofRecords, ...ofValues], options));
    }
    const shared = new Set(ofValues.filter((predicate) => predicate !== label));
    const elsewhere = [...museums.values()].map((sums) =>
      [...sums].filter(([predicate]) => shared.has(predicate)),
    );
    return new Map(
      [...museums].map(([graph, sums]) => [
        graph,
        createHash('sha256')
          .update(JSON.stringify([[...sums], vocabulary.map((each) => [...each]), elsewhere]))
          .digest('base64url'),
      ]),
    );
  }

  async #sumVocabulary(predicates: readonly string[], options: RequestOptions): Promise<Sums[]> {
    const graphs = [...this.#museums, ...this.#own].map((iri) => namedNode(iri));
    const sums = [await this.#sum('fingerprint-other-graphs', { graphs }, predicates, options)];
    // In Virtuoso every triple is in some named graph.
    if (this.#store.profile.kind !== 'virtuoso')
      sums.push(await this.#sum('fingerprint-default-graph', {}, predicates, options));
    return sums;
  }

  async #sum(
    name: string,
    values: TemplateValues,
    predicates: readonly string[],
    options: RequestOptions,
  ): Promise<Sums> {
    const template = await loadTemplate(name);
    const unique = [...new Set(predicates)].sort().map((iri) => namedNode(iri));
    return sumsOf(
      await this.#store.select(bindTemplate(template, { ...values, predicates: unique }), options),
    );
  }
}
