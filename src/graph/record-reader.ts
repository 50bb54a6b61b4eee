import type { Term } from '@rdfjs/types';
import { groupBy } from '../config/group-by.js';
import { iriProblem } from './iri.js';
import { LRUCache } from 'lru-cache';
import type { RecordModel } from '../vocabulary/profile.js';
import { TruncatedAnswer } from './truncated-answer.js';
import type { SourceImage, SourceRecord, SourceText, SourceValue } from './source-record.js';
import type { Readable } from './lanes.js';
import type { Bindings, RequestOptions } from './store.js';
import { bindTemplate, loadJoinedTemplate, loadTemplate } from './template.js';
import { namedNode } from './terms.js';
import type { Vocabulary } from './vocabulary-lookup.js';

const valuesPerQuery = 500;
/** A thesaurus is seldom deeper than ten; a bound keeps a cycle of broader terms from costing requests for ever. */
const deepest = 16;

/** One object, one of its productions, and the named graph both are in; absolute IRIs. */
export interface RecordKey {
  readonly graph: string;
  readonly object: string;
  readonly production: string;
}

/** Absolute IRIs of properties, by whose they are. */
export interface RecordPredicates {
  readonly production: readonly string[];
  readonly object: readonly string[];
}

/** Absolute IRIs of properties that hold what a catalogue says of its records; of the object, dates of the production too. */
export interface CatalogueProperties {
  readonly identifier?: string | undefined;
  readonly date?: string | undefined;
}

interface ValueContext {
  readonly links: readonly string[];
  readonly labels: readonly string[];
}

const nothingKnown: ValueContext = { links: [], labels: [] };

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function termKey(term: Term): string {
  return term.termType === 'Literal'
    ? `${term.value}\n${term.language}\n${term.datatype.value}`
    : `${term.termType} ${term.value}`;
}

function grouped(rows: readonly Bindings[]): Map<string, Bindings[]> {
  // A batch may hold one IRI of two graphs.
  return groupBy(rows, ({ g, s }) => `${g?.value ?? ''} ${s?.value ?? ''}`);
}

function row(graph: string, subject: string): Bindings {
  return { g: namedNode(graph), s: namedNode(subject) };
}

function iris(values: readonly string[]): Term[] {
  return [...new Set(values)].sort().map((iri) => namedNode(iri));
}

function sortedValues(rows: readonly Bindings[]): string[] {
  return [...new Set(rows.flatMap(({ v }) => (v === undefined ? [] : [v.value])))].sort();
}

function literalsOf(rows: readonly Bindings[], property: string | undefined): string[] {
  return sortedValues(rows.filter(({ p, v }) => p?.value === property && v?.termType === 'Literal'));
}

/**
 * Reads records in batches and follows their values' links, remembering what the graph says of each value.
 * Keep one for a run: its memory of values (bounded, 50,000 of them) is never refreshed.
 */
export class RecordReader {
  readonly #store: Readable;
  readonly #model: RecordModel;
  readonly #vocabulary: Vocabulary;
  readonly #catalogue: CatalogueProperties | undefined;
  readonly #known = new LRUCache<string, ValueContext>({ max: 50_000 });

  /**
   * Asks `vocabulary` for values' links and labels: the store itself unless told. Record numbers and dates are read only
   * where `catalogue` names their properties.
   */
  constructor(
    store: Readable,
    model: RecordModel,
    vocabulary: Vocabulary = store,
    catalogue?: CatalogueProperties,
  ) {
    this.#store = store;
    this.#model = model;
    this.#vocabulary = vocabulary;
    this.#catalogue = catalogue;
  }

  /**
   * Reads records in the order of `keys`, any number of them, in requests of as many records as the store's profile says.
   *
   * Everything inside a record is sorted, so the same graph gives the same record whatever store holds it. Languages are
   * in lower case. Nothing is dropped but texts that are no literals. An object without any triple gives an empty record.
   *
   * @param predicates properties to read as values.
   */
  async read(
    keys: readonly RecordKey[],
    predicates: RecordPredicates,
    options: RequestOptions = {},
  ): Promise<SourceRecord[]> {
    const records: SourceRecord[] = [];
    const batchSize = this.#store.profile.recordsPerRequest;
    for (let start = 0; start < keys.length; start += batchSize) {
      records.push(...(await this.#readBatch(keys.slice(start, start + batchSize), predicates, options)));
    }
    return records;
  }

  async #readBatch(
    keys: readonly RecordKey[],
    predicates: RecordPredicates,
    options: RequestOptions,
  ): Promise<SourceRecord[]> {
    let rows: [Bindings[], Bindings[]];
    try {
      rows = await Promise.all([this.#valueRows(keys, predicates, options), this.#imageRows(keys, options)]);
    } catch (error) {
      // The store cut the rows at its limit: smaller batches have fewer.
      if (!(error instanceof TruncatedAnswer) || keys.length < 2) throw error;
      const half = Math.ceil(keys.length / 2);
      return [
        ...(await this.#readBatch(keys.slice(0, half), predicates, options)),
        ...(await this.#readBatch(keys.slice(half), predicates, options)),
      ];
    }
    const [values, images] = [grouped(rows[0]), grouped(rows[1])];
    const wanted = new Set([...predicates.production, ...predicates.object]);
    const found = rows[0].filter(
      (row) => wanted.has(row['p']?.value ?? '') && row['v']?.termType === 'NamedNode',
    );
    await this.#learn([...new Set(found.map((row) => row['v']?.value ?? ''))], options);
    return keys.map((key) => this.#record(key, predicates, values, images));
  }

  #record(
    key: RecordKey,
    predicates: RecordPredicates,
    rows: Map<string, Bindings[]>,
    imageRows: Map<string, Bindings[]>,
  ): SourceRecord {
    const ofObject = rows.get(`${key.graph} ${key.object}`) ?? [];
    const ofProduction = rows.get(`${key.graph} ${key.production}`) ?? [];
    const literals = (properties: readonly string[]): SourceText[] =>
      ofObject
        .flatMap(({ p, v }) =>
          p !== undefined && v?.termType === 'Literal' && properties.includes(p.value)
            ? [{ value: v.value, language: v.language.toLowerCase() }]
            : [],
        )
        .sort((a, b) => compare(a.language, b.language) || compare(a.value, b.value));
    return {
      graph: key.graph,
      object: key.object,
      production: key.production,
      label: literals([this.#model.label])[0]?.value,
      values: [
        ...this.#values(ofProduction, 'production', predicates.production),
        ...this.#values(ofObject, 'object', predicates.object),
      ],
      texts: literals(this.#model.text),
      images: this.#images(imageRows.get(`${key.graph} ${key.object}`) ?? []),
      ...(this.#catalogue !== undefined && {
        catalogue: {
          identifiers: literalsOf(ofObject, this.#catalogue.identifier),
          dates: literalsOf([...ofObject, ...ofProduction], this.#catalogue.date),
        },
      }),
    };
  }

  #values(
    rows: readonly Bindings[],
    subject: 'production' | 'object',
    predicates: readonly string[],
  ): SourceValue[] {
    return rows
      .flatMap(({ p, v }) =>
        p !== undefined && v !== undefined && predicates.includes(p.value)
          ? [{ predicate: p.value, value: v }]
          : [],
      )
      .sort((a, b) => compare(a.predicate, b.predicate) || compare(termKey(a.value), termKey(b.value)))
      .map(({ predicate, value }) => ({ predicate, subject, value, ...this.#contextOf(value) }));
  }

  #images(rows: readonly Bindings[]): SourceImage[] {
    const images = rows.flatMap(({ i, v }) =>
      i === undefined || v === undefined ? [] : [{ node: i.value, url: v.value }],
    );
    return images.sort((a, b) => compare(a.url, b.url) || compare(a.node, b.node));
  }

  async #valueRows(
    keys: readonly RecordKey[],
    predicates: RecordPredicates,
    options: RequestOptions,
  ): Promise<Bindings[]> {
    const template = await loadTemplate('record-values');
    const properties = [
      this.#model.label,
      ...this.#model.text,
      ...predicates.production,
      ...predicates.object,
      ...[this.#catalogue?.identifier, this.#catalogue?.date].filter((iri) => iri !== undefined),
    ];
    const query = bindTemplate(template, {
      subjects: keys.flatMap((key) => [row(key.graph, key.object), row(key.graph, key.production)]),
      predicates: iris(properties),
    });
    return this.#store.select(query, options);
  }

  async #imageRows(keys: readonly RecordKey[], options: RequestOptions): Promise<Bindings[]> {
    const template = await loadTemplate('record-images');
    const query = bindTemplate(template, {
      objects: keys.map((key) => row(key.graph, key.object)),
      representation: namedNode(this.#model.representation),
      contentUrl: namedNode(this.#model.contentUrl),
    });
    return this.#store.select(query, options);
  }

  /** Asks for links and labels of values not known yet, then of what they link to, level by level. */
  async #learn(values: readonly string[], options: RequestOptions): Promise<void> {
    let unknown = values.filter((iri) => !this.#known.has(iri));
    for (let depth = 0; unknown.length > 0 && depth < deepest; depth += 1) {
      const reached = new Set<string>();
      for (let start = 0; start < unknown.length; start += valuesPerQuery) {
        const contexts = await this.#askContexts(unknown.slice(start, start + valuesPerQuery), options);
        for (const [iri, context] of contexts) {
          this.#known.set(iri, context);
          for (const link of context.links) reached.add(link);
        }
      }
      unknown = [...reached].filter((iri) => !this.#known.has(iri)).sort();
    }
  }

  async #askContexts(values: readonly string[], options: RequestOptions): Promise<Map<string, ValueContext>> {
    const contexts = new Map<string, ValueContext>(values.map((iri) => [iri, nothingKnown]));
    const usable = values.filter((iri) => iriProblem(iri) === undefined);
    const properties = [...this.#model.valueLinks, ...this.#model.valueLabels];
    if (usable.length === 0 || properties.length === 0) return contexts;
    // Of the sources beside the store nothing is known: they are asked both ways.
    const isUnion = this.#store.profile.defaultGraphIsUnion && this.#vocabulary.hasSources !== true;
    const template = await loadJoinedTemplate(isUnion ? 'value-context-of-union' : 'value-context');
    const query = bindTemplate(template, {
      values: usable.map((iri) => ({ s: namedNode(iri) })),
      predicates: iris(properties),
    });
    const links = new Set(this.#model.valueLinks);
    for (const [key, found] of grouped(await this.#vocabulary.select(query, options))) {
      const iri = key.slice(1);
      const linked = found.filter(({ p, v }) => v?.termType === 'NamedNode' && links.has(p?.value ?? ''));
      const named = found.filter(({ v }) => v?.termType === 'Literal');
      contexts.set(iri, { links: sortedValues(linked), labels: sortedValues(named) });
    }
    return contexts;
  }

  /** What a value leads to, nearest first, and its own labels. */
  #contextOf(value: Term): ValueContext {
    if (value.termType !== 'NamedNode') return nothingKnown;
    const context = this.#known.get(value.value) ?? nothingKnown;
    const links = new Set<string>();
    let level = context.links;
    while (level.length > 0) {
      const fresh = [...new Set(level)].filter((iri) => iri !== value.value && !links.has(iri)).sort();
      for (const iri of fresh) links.add(iri);
      level = fresh.flatMap((iri) => this.#known.get(iri)?.links ?? []);
    }
    return { links: [...links], labels: context.labels };
  }
}
