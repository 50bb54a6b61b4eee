import { propertyKey } from '../graph/published.js';
import type { RequestOptions, Store } from '../graph/store.js';
import { bindTemplate, loadTemplate } from '../graph/template.js';
import { namedNode } from '../graph/terms.js';

const subjectsPerQuery = 500;

/** What lacks a value, and which. */
export interface ReviewedGap {
  /** IRI of a production or object. */
  readonly subject: string;
  /** IRI of the property. */
  readonly predicate: string;
}

/** A value that a curator has rejected for a gap. */
export interface RejectedValue extends ReviewedGap {
  /** IRI of the rejection. */
  readonly rejection: string;
  /** IRI of the value. */
  readonly value: string;
}

/** Tells whether a value is rejected for one of the gaps that were asked for. */
export type IsRejected = (gap: ReviewedGap, value: string) => boolean;

const keyOf = (gap: ReviewedGap, value: string): string => `${propertyKey(gap)} ${value}`;

/**
 * The values that curators have rejected for some gaps. A rejection is of a subject, a property and a value, whichever of
 * the objects of a production it was given for.
 *
 * @param graph IRI of the predictions graph.
 */
export async function rejectedValues(
  store: Pick<Store, 'select'>,
  graph: string,
  gaps: readonly ReviewedGap[],
  options: RequestOptions = {},
): Promise<RejectedValue[]> {
  const template = await loadTemplate('rejections-of');
  const subjects = [...new Set(gaps.map(({ subject }) => subject))];
  const wanted = new Set(gaps.map(propertyKey));
  const found: RejectedValue[] = [];
  for (let start = 0; start < subjects.length; start += subjectsPerQuery) {
    const rows = subjects.slice(start, start + subjectsPerQuery).map((iri) => ({ subject: namedNode(iri) }));
    const query = bindTemplate(template, { graph: namedNode(graph), subjects: rows });
    for (const row of await store.select(query, options)) {
      const gap = { subject: row['subject']!.value, predicate: row['property']!.value };
      if (!wanted.has(propertyKey(gap))) continue;
      found.push({ ...gap, rejection: row['rejection']!.value, value: row['value']!.value });
    }
  }
  return found;
}

/** What curators have rejected, for a run that alone writes the graph: where there is no rejection, it asks no more. */
export class Rejections {
  readonly #store: Pick<Store, 'select'>;
  readonly #graph: string;
  readonly #areAny: boolean;

  private constructor(store: Pick<Store, 'select'>, graph: string, areAny: boolean) {
    this.#store = store;
    this.#graph = graph;
    this.#areAny = areAny;
  }

  /** Asks whether there is any rejection. `graph` = IRI of the predictions graph. */
  static async open(
    store: Pick<Store, 'ask' | 'select'>,
    graph: string,
    options: RequestOptions = {},
  ): Promise<Rejections> {
    const query = bindTemplate(await loadTemplate('has-rejections'), { graph: namedNode(graph) });
    return new Rejections(store, graph, await store.ask(query, options));
  }

  /** What is rejected for the gaps of a batch. */
  async of(gaps: readonly ReviewedGap[], options: RequestOptions = {}): Promise<IsRejected> {
    if (!this.#areAny || gaps.length === 0) return () => false;
    const rejected = await rejectedValues(this.#store, this.#graph, gaps, options);
    const keys = new Set(rejected.map((each) => keyOf(each, each.value)));
    return (gap, value) => keys.has(keyOf(gap, value));
  }
}
