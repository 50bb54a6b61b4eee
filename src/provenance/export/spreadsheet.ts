import type { NamedNode, Quad } from '@rdfjs/types';
import { stringify } from 'csv-stringify/sync';
import { triplesOf } from '../../graph/graph-pages.js';
import { prov, rdfTerms, silk } from '../../graph/prefixes.js';
import type { RequestOptions } from '../../graph/store.js';
import type { Vocabulary } from '../../graph/vocabulary-lookup.js';
import type { Profile } from '../../vocabulary/profile.js';
import { lacuna } from '../terms.js';
import { bySubject, objectsOf, selectedStatements, type ExportSource } from './export-pages.js';
import { readLabels } from './labels.js';
import type { ExportSelection } from './selection.js';

/** The columns of the curators' table. */
const columns = [
  'record',
  'title',
  'property',
  'proposed',
  'confidence',
  'value',
  'subject',
  'predicate',
  'model',
  'run',
  'made',
  'based on',
  'statement',
  'why',
] as const;

type Row = Readonly<Record<(typeof columns)[number], string>>;

/** What the curators' table takes beside the predictions. */
export interface SpreadsheetSettings {
  readonly profile: Profile;
  /** Where labels of values are asked that the profile has none for. */
  readonly vocabulary: Vocabulary;
  /** Language of the labels, such as `en`; English where there is none, then any. */
  readonly language: string;
  /** Address of the daemon as curators reach it, without a slash at its end. */
  readonly address: string;
  /** Whether the file begins with a byte order mark, by which Excel knows UTF-8. */
  readonly byteOrderMark: boolean;
}

function first(quads: readonly Quad[] | undefined, predicate: NamedNode): string {
  return objectsOf(quads ?? [], predicate)[0]?.value ?? '';
}

/** The name at the end of an IRI that was minted below a namespace, else the whole IRI. */
function mintedName(iri: string, base: string): string {
  if (!iri.startsWith(base)) return iri;
  try {
    return decodeURIComponent(iri.slice(base.length));
  } catch {
    return iri;
  }
}

/** A cell no spreadsheet takes for a formula: one that begins like one, full-width signs too, gets an apostrophe. */
export function inertCell(text: string): string {
  return /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
}

function inLanguage(labels: Readonly<Record<string, string>>, language: string): string | undefined {
  return labels[language] ?? labels['en'] ?? Object.values(labels)[0];
}

/** Where the daemon shows everything it knows of a statement: its classes and their scores, its evidence, its opinions. */
export function explanationLink(address: string, statement: string): string {
  return `${address}/sparql?query=${encodeURIComponent(`DESCRIBE <${statement}>`)}`;
}

class Spreadsheet {
  readonly #source: ExportSource;
  readonly #settings: SpreadsheetSettings;
  readonly #options: RequestOptions;
  /** Model of an association; as many as there are agents and models. */
  readonly #models = new Map<string, string>();
  readonly #classLabels = new Map<string, string>();

  constructor(source: ExportSource, settings: SpreadsheetSettings, options: RequestOptions) {
    this.#source = source;
    this.#settings = settings;
    this.#options = options;
    for (const { classes } of settings.profile.tasks) {
      for (const { concept, labels } of classes) {
        const label = inLanguage(labels, settings.language);
        if (label !== undefined) this.#classLabels.set(concept, label);
      }
    }
  }

  async rows(statements: readonly string[]): Promise<Row[]> {
    const found = bySubject(await this.#triples(statements));
    const of = (predicate: NamedNode): string[] =>
      [...found.values()].map((statement) => first(statement, predicate)).filter((iri) => iri !== '');
    const activities = bySubject(await this.#triples(of(prov('wasGeneratedBy'))));
    await this.#learnModels([...activities.values()]);
    const { profile, vocabulary, language } = this.#settings;
    const { label, valueLabels } = profile.record;
    const unnamed = of(rdfTerms('object')).filter((value) => !this.#classLabels.has(value));
    const [titles, names] = await Promise.all([
      readLabels(this.#source.store, of(lacuna('record')), [label], language, this.#options),
      readLabels(vocabulary, unnamed, valueLabels, language, this.#options),
    ]);
    return statements.flatMap((iri) => {
      const statement = found.get(iri);
      if (statement === undefined) return [];
      const activity = activities.get(first(statement, prov('wasGeneratedBy')));
      return [this.#row(iri, statement, activity, { titles, names })];
    });
  }

  #row(
    iri: string,
    statement: readonly Quad[],
    activity: readonly Quad[] | undefined,
    { titles, names }: Record<'titles' | 'names', ReadonlyMap<string, string>>,
  ): Row {
    const { namespace } = this.#source;
    const { profile, language, address } = this.#settings;
    const value = first(statement, rdfTerms('object'));
    const record = first(statement, lacuna('record'));
    const name = first(statement, lacuna('task'));
    const task = profile.tasks.find((known) => known.name === name);
    return {
      record,
      title: titles.get(record) ?? '',
      property: (task && inLanguage(task.labels, language)) ?? name,
      proposed: this.#classLabels.get(value) ?? names.get(value) ?? '',
      confidence: first(statement, silk('L18')),
      value,
      subject: first(statement, rdfTerms('subject')),
      predicate: first(statement, rdfTerms('predicate')),
      model: mintedName(
        this.#models.get(first(activity, prov('qualifiedAssociation'))) ?? '',
        `${namespace}model/`,
      ),
      run: mintedName(first(activity, prov('wasInformedBy')), `${namespace}run/`),
      made: first(activity, prov('atTime')),
      'based on': first(activity, prov('used')),
      statement: iri,
      why: explanationLink(address, iri),
    };
  }

  #triples(nodes: readonly string[]): Promise<Quad[]> {
    return triplesOf(this.#source, [...new Set(nodes)], this.#options);
  }

  async #learnModels(activities: readonly (readonly Quad[])[]): Promise<void> {
    const associations = activities
      .map((activity) => first(activity, prov('qualifiedAssociation')))
      .filter((iri) => iri !== '' && !this.#models.has(iri));
    for (const [iri, association] of bySubject(await this.#triples(associations))) {
      this.#models.set(iri, first(association, prov('hadPlan')));
    }
  }
}

/**
 * Writes the selected predictions as CSV (RFC 4180) for a spreadsheet: one row per prediction, in pages of 200. A cell that
 * a spreadsheet would run as a formula begins with an apostrophe.
 *
 * @param onPage told after each page how many predictions are written.
 */
export async function* spreadsheet(
  source: ExportSource,
  selection: ExportSelection,
  settings: SpreadsheetSettings,
  onPage: (rows: number) => void,
  options: RequestOptions,
): AsyncGenerator<string> {
  const style = { columns: [...columns], record_delimiter: '\r\n', cast: { string: inertCell } };
  const sheet = new Spreadsheet(source, settings, options);
  yield stringify([], { ...style, header: true, bom: settings.byteOrderMark });
  let count = 0;
  for await (const statements of selectedStatements(source, selection, options)) {
    const rows = await sheet.rows(statements);
    count += rows.length;
    onPage(count);
    yield stringify(rows, style);
  }
}
