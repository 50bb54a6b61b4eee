import type { Quad, Term } from '@rdfjs/types';
import { stringify } from 'csv-stringify/sync';
import type { Bindings } from './store.js';

/** The formats rows can be written in. */
export const rowFormats = ['table', 'json', 'csv', 'tsv'] as const;

/** One of the formats of rows. */
export type RowFormat = (typeof rowFormats)[number];

type Rows = AsyncIterable<Bindings>;

const sampledRows = 100;
const widest = 60;

function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}

/** A term as Turtle writes it in full: `<iri>`, `"text"@en`. */
function turtle(term: Term): string {
  if (term.termType === 'NamedNode') return `<${term.value}>`;
  if (term.termType !== 'Literal') return `_:${term.value}`;
  if (term.language !== '') return `"${escaped(term.value)}"@${term.language}`;
  const { value } = term.datatype;
  return value === 'http://www.w3.org/2001/XMLSchema#string'
    ? `"${escaped(term.value)}"`
    : `"${escaped(term.value)}"^^<${value}>`;
}

/** Triples as N-Triples, as they come. */
export async function* triplesText(triples: AsyncIterable<Quad>): AsyncGenerator<string> {
  for await (const { subject, predicate, object } of triples) {
    yield `${turtle(subject)} ${turtle(predicate)} ${turtle(object)} .\n`;
  }
}

/** A term as SPARQL 1.1 Query Results JSON writes it. */
export function jsonTerm(term: Term): object {
  if (term.termType === 'NamedNode') return { type: 'uri', value: term.value };
  if (term.termType === 'BlankNode') return { type: 'bnode', value: term.value };
  if (term.termType !== 'Literal') return { type: 'literal', value: term.value };
  if (term.language !== '') return { type: 'literal', value: term.value, 'xml:lang': term.language };
  return term.datatype.value === 'http://www.w3.org/2001/XMLSchema#string'
    ? { type: 'literal', value: term.value }
    : { type: 'literal', value: term.value, datatype: term.datatype.value };
}

async function* json(columns: readonly string[], rows: Rows): AsyncGenerator<string> {
  yield `{"head":{"vars":${JSON.stringify(columns)}},"results":{"bindings":[`;
  let separator = '\n';
  for await (const row of rows) {
    const terms = Object.entries(row).map(([name, term]) => [name, jsonTerm(term)]);
    yield `${separator}${JSON.stringify(Object.fromEntries(terms))}`;
    separator = ',\n';
  }
  yield '\n]}}\n';
}

async function* csv(columns: readonly string[], rows: Rows): AsyncGenerator<string> {
  const line = (cells: readonly string[]): string => stringify([cells], { record_delimiter: '\r\n' });
  yield line(columns);
  for await (const row of rows) yield line(columns.map((name) => row[name]?.value ?? ''));
}

async function* tsv(columns: readonly string[], rows: Rows): AsyncGenerator<string> {
  yield `${columns.map((name) => `?${name}`).join('\t')}\n`;
  for await (const row of rows) {
    yield `${columns.map((name) => (row[name] === undefined ? '' : turtle(row[name]))).join('\t')}\n`;
  }
}

/** A cell for the eye: no quotes, no control characters, nothing that moves the cursor. */
function cell(term: Term | undefined): string {
  // eslint-disable-next-line no-control-regex -- a terminal would obey them
  return (term?.value ?? '').replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** Columns as wide as the first rows need, at most 60 characters; a longer cell moves its own line only. */
async function* table(columns: readonly string[], rows: Rows): AsyncGenerator<string> {
  let widths: readonly number[] | undefined;
  let waiting: string[][] = [];
  const line = (cells: readonly string[]): string =>
    `${cells
      .map((text, at) => (at === cells.length - 1 ? text : text.padEnd(widths?.[at] ?? 0)))
      .join('  ')
      .trimEnd()}\n`;
  const begin = (): string => {
    widths = columns.map((name, at) =>
      Math.min(widest, Math.max(name.length, ...waiting.map((cells) => cells[at]?.length ?? 0))),
    );
    const rule = widths.map((width) => '─'.repeat(width));
    const text = [[...columns], rule, ...waiting].map(line).join('');
    waiting = [];
    return text;
  };
  for await (const row of rows) {
    const cells = columns.map((name) => cell(row[name]));
    if (widths !== undefined) yield line(cells);
    else if (waiting.push(cells) === sampledRows) yield begin();
  }
  if (widths === undefined) yield begin();
}

/**
 * Writes the rows of a SELECT as they come; memory does not grow with them.
 *
 * `json`, `csv` and `tsv` are the formats of the SPARQL 1.1 recommendations; `table` is for a person.
 */
export function rowsText(columns: readonly string[], rows: Rows, format: RowFormat): AsyncGenerator<string> {
  return { table, json, csv, tsv }[format](columns, rows);
}
