import type { Term } from '@rdfjs/types';
import { DataFactory } from 'n3';
import { SaxesParser } from 'saxes';
import type { SaxesTagPlain } from 'saxes';
import { LacunaError } from '../config/errors.js';
import type { Bindings } from './store.js';

/** A SPARQL answer: rows of a SELECT, or the truth of an ASK. */
export type QueryResults =
  | { readonly kind: 'rows'; readonly rows: Bindings[] }
  | { readonly kind: 'boolean'; readonly value: boolean };

interface JsonTerm {
  readonly type: string;
  readonly value: string;
  readonly datatype?: string;
  readonly 'xml:lang'?: string;
}

function literal(value: string, language: string | undefined, datatype: string | undefined): Term {
  if (language !== undefined && language !== '') return DataFactory.literal(value, language.toLowerCase());
  return datatype === undefined
    ? DataFactory.literal(value)
    : DataFactory.literal(value, DataFactory.namedNode(datatype));
}

function jsonTerm(term: JsonTerm): Term {
  if (term.type === 'uri') return DataFactory.namedNode(term.value);
  if (term.type === 'bnode') return DataFactory.blankNode(term.value);
  return literal(term.value, term['xml:lang'], term.datatype);
}

/** The rows of a SELECT. @throws LacunaError INPUT_INVALID when the query was an ASK. */
export function rowsOf(results: QueryResults): Bindings[] {
  if (results.kind === 'rows') return results.rows;
  throw new LacunaError('INPUT_INVALID', 'A SELECT was expected, this query is an ASK.');
}

/** The answer to an ASK. @throws LacunaError INPUT_INVALID when the query was a SELECT. */
export function truthOf(results: QueryResults): boolean {
  if (results.kind === 'boolean') return results.value;
  throw new LacunaError('INPUT_INVALID', 'An ASK was expected, this query is a SELECT.');
}

/**
 * Reads SPARQL 1.1 Query Results JSON. Language tags come out in lower case, as stores disagree on their case.
 *
 * @throws LacunaError STORE_ANSWER when the text is no such document.
 */
export function parseJsonResults(text: string): QueryResults {
  let document: { boolean?: unknown; results?: { bindings?: unknown } };
  try {
    document = JSON.parse(text) as typeof document;
  } catch (cause) {
    throw new LacunaError(
      'STORE_ANSWER',
      `The answer is no SPARQL results JSON: ${(cause as Error).message}`,
      { cause },
    );
  }
  if (typeof document.boolean === 'boolean') return { kind: 'boolean', value: document.boolean };
  const bindings = document.results?.bindings;
  if (!Array.isArray(bindings)) {
    throw new LacunaError('STORE_ANSWER', 'The answer is JSON, but neither rows nor a boolean are in it.');
  }
  const rows = (bindings as Record<string, JsonTerm>[]).map((binding) => {
    const row: Record<string, Term> = {};
    for (const [name, term] of Object.entries(binding)) row[name] = jsonTerm(term);
    return row;
  });
  return { kind: 'rows', rows };
}

/** Reads SPARQL 1.1 Query Results XML piece by piece: `write` each chunk, then `end`. */
export class XmlResultsReader {
  readonly #parser = new SaxesParser();
  readonly #columns: string[] = [];
  #rows: Bindings[] = [];
  #row: Record<string, Term> = {};
  #name = '';
  #text = '';
  #language: string | undefined;
  #datatype: string | undefined;
  #boolean: boolean | undefined;
  #isSparql = false;
  #isInLiteral = false;

  constructor() {
    this.#parser.on('error', (error) => {
      throw new LacunaError('STORE_ANSWER', `The answer is no SPARQL results XML: ${error.message}`, {
        cause: error,
      });
    });
    this.#parser.on('opentag', (tag) => {
      this.#open(tag);
    });
    this.#parser.on('text', (text) => {
      this.#text += text;
    });
    this.#parser.on('cdata', (text) => {
      this.#text += text;
    });
    this.#parser.on('closetag', (tag) => {
      this.#close(tag.name);
    });
  }

  /**
   * Reads the next piece of the document.
   *
   * @throws LacunaError STORE_ANSWER on malformed XML, control characters included.
   */
  write(chunk: string): void {
    for (const [index, piece] of chunk.split('\r').entries()) {
      // XML reads a bare carriage return as a newline; Virtuoso writes texts that hold one as they are.
      if (index > 0) this.#parser.write(this.#isInLiteral ? '&#13;' : '\n');
      this.#parser.write(piece);
    }
  }

  /** The names of the columns, as far as they have been read; they come before the rows. */
  get columns(): readonly string[] {
    return this.#columns;
  }

  /** The rows read since the last time; `end` then returns only those that come after. */
  take(): Bindings[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /**
   * Ends the document and returns what it said.
   *
   * @throws LacunaError STORE_ANSWER when it is cut off or is no SPARQL answer.
   */
  end(): QueryResults {
    this.#parser.close();
    if (!this.#isSparql) throw new LacunaError('STORE_ANSWER', 'The answer is XML, but no SPARQL results.');
    if (this.#boolean !== undefined) return { kind: 'boolean', value: this.#boolean };
    return { kind: 'rows', rows: this.#rows };
  }

  #open(tag: SaxesTagPlain): void {
    this.#text = '';
    if (tag.name === 'sparql') this.#isSparql = true;
    if (tag.name === 'variable') this.#columns.push(tag.attributes['name'] ?? '');
    if (tag.name === 'result') this.#row = {};
    if (tag.name === 'binding') this.#name = tag.attributes['name'] ?? '';
    if (tag.name === 'literal') {
      this.#isInLiteral = true;
      this.#language = tag.attributes['xml:lang'];
      this.#datatype = tag.attributes['datatype'];
    }
  }

  #close(name: string): void {
    if (name === 'uri') this.#row[this.#name] = DataFactory.namedNode(this.#text);
    if (name === 'bnode') this.#row[this.#name] = DataFactory.blankNode(this.#text);
    if (name === 'literal') {
      this.#isInLiteral = false;
      this.#row[this.#name] = literal(this.#text, this.#language, this.#datatype);
    }
    if (name === 'boolean') this.#boolean = this.#text.trim() === 'true';
    if (name === 'result') this.#rows.push(this.#row);
  }
}
