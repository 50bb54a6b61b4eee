import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Literal, NamedNode, Term } from '@rdfjs/types';
import sparqljs from 'sparqljs';
import type { Query } from 'sparqljs';
import { LacunaError } from '../config/errors.js';
import { packageRoot } from '../config/package-root.js';
import { checkedIri } from './iri.js';
import type { Bindings } from './store.js';
import { parseTemplateHeader } from './template-header.js';
import type { TemplateHeader } from './template-header.js';
import { substitute } from './template-substitution.js';
import { collectParameters, limitedSelects, resultColumns, valuesBlocks } from './template-syntax.js';
import type { Node } from './template-syntax.js';

/** A query read from `queries/`, parsed and checked against its header; bind it with {@link bindTemplate}. */
export interface QueryTemplate {
  readonly name: string;
  readonly header: TemplateHeader;
  readonly query: Query;
}

/** What fills a template: one term, a list of terms, or rows, by the parameter's name without `?_`. */
export type TemplateValues = Readonly<Record<string, Term | readonly Term[] | readonly Bindings[]>>;

const cache = new Map<string, Promise<QueryTemplate>>();

function difference(
  file: string,
  what: string,
  promised: readonly string[],
  found: readonly string[],
): string[] {
  const missing = promised.filter((item) => !found.includes(item));
  const unnamed = found.filter((item) => !promised.includes(item));
  return [
    ...missing.map((item) => `${file}: the header names ${what} ${item}, the query has none`),
    ...unnamed.map((item) => `${file}: the query has ${what} ${item}, the header does not name it`),
  ];
}

/**
 * Parses a template and checks that its header names exactly the parameters, VALUES blocks and result columns it has.
 *
 * @param file for the messages.
 * @throws LacunaError INPUT_INVALID naming the file and every disagreement, or the syntax error.
 */
export function parseTemplate(name: string, text: string, file = `queries/${name}.rq`): QueryTemplate {
  const header = parseTemplateHeader(file, text);
  let query: Query;
  try {
    const parsed = new sparqljs.Parser().parse(text);
    if (parsed.type !== 'query') throw new Error('it is an update, templates are read queries');
    query = parsed;
  } catch (cause) {
    throw new LacunaError('INPUT_INVALID', `${file} cannot be parsed: ${(cause as Error).message}`, {
      cause,
    });
  }
  const parameters = new Set<string>();
  collectParameters(query, parameters);
  const blocks = new Set<string>();
  valuesBlocks(query, blocks);
  const problems = [
    ...difference(file, 'parameter', [...header.parameters, ...header.lists], [...parameters]),
    ...difference(
      file,
      'VALUES block',
      header.rows.map((rows) => rows.variables.join(' ')),
      [...blocks],
    ),
    ...difference(file, 'column', header.columns, resultColumns(query)),
  ];
  const limited = limitedSelects(query).length;
  if (header.limit !== undefined && limited !== 1) {
    problems.push(`${file}: "limit" is named, so one LIMIT is expected, but there are ${String(limited)}`);
  }
  if (problems.length > 0) throw new LacunaError('INPUT_INVALID', problems.join('\n'), { problems });
  return { name, header, query };
}

/**
 * Reads `queries/<name>.rq`, once per process.
 *
 * @throws LacunaError NOT_FOUND when there is no such template, INPUT_INVALID as {@link parseTemplate}, and when its header
 *   names a source: this query is asked of the store alone.
 */
export async function loadTemplate(name: string): Promise<QueryTemplate> {
  const template = await loadJoinedTemplate(name);
  const [source] = template.header.sources;
  if (source === undefined) return template;
  throw new LacunaError(
    'INPUT_INVALID',
    `queries/${name}.rq names the source ${source}, but this query is asked of the store alone. Remove the line "# source: …"; vocabularies are joined in queries/value-context.rq, by the profile, or with \`lacuna query\`.`,
  );
}

/** As {@link loadTemplate}, for a caller that joins the sources the header names. */
export function loadJoinedTemplate(name: string): Promise<QueryTemplate> {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const file = path.join(packageRoot, 'queries', `${name}.rq`);
  const template = readFile(file, 'utf8').then(
    (text) => parseTemplate(name, text),
    (cause: unknown) => {
      throw new LacunaError(
        'NOT_FOUND',
        `The query template ${file} cannot be read. Restore it from the package.`,
        { cause },
      );
    },
  );
  cache.set(name, template);
  template.catch(() => cache.delete(name));
  return template;
}

function checkedTerm(term: Term, what: string): NamedNode | Literal {
  if (term.termType === 'NamedNode') {
    checkedIri(term.value, what);
    return term;
  }
  if (term.termType !== 'Literal') {
    throw new LacunaError(
      'INPUT_INVALID',
      `${what}: a ${term.termType} cannot be put into a query. Give an IRI or a literal.`,
    );
  }
  if (!term.value.isWellFormed() || term.value.includes('\u0000')) {
    throw new LacunaError(
      'INPUT_INVALID',
      `${what}: the text holds half of a surrogate pair or a null character.`,
    );
  }
  if (term.language === '') checkedIri(term.datatype.value, `${what}, datatype`);
  else if (!/^[A-Za-z]+(-[A-Za-z0-9]+)*$/.test(term.language)) {
    throw new LacunaError('INPUT_INVALID', `${what}: ${JSON.stringify(term.language)} is no language tag.`);
  }
  return term;
}

function rowsOf(
  name: string,
  variables: readonly string[],
  rows: readonly Bindings[],
  problems: string[],
): Node[] {
  if (rows.length === 0) problems.push(`${name}: no rows, so nothing is asked for`);
  return rows.map((row, index) => {
    const strange = Object.keys(row).filter((key) => !variables.includes(key));
    if (strange.length > 0)
      problems.push(
        `${name}, row ${String(index + 1)}: no variable ?${strange.join(', ?')} in this VALUES block`,
      );
    return Object.fromEntries(
      variables.map((variable) => {
        const term = row[variable];
        return [
          `?${variable}`,
          term === undefined
            ? undefined
            : checkedTerm(term, `${name}, row ${String(index + 1)}, ?${variable}`),
        ];
      }),
    );
  });
}

/**
 * Fills a template and returns the query's text. Values go into the parsed query, never into its text.
 *
 * @param values by parameter name without `?_`: a term for a parameter, terms for a list (which expands in `IN (…)` and
 *   repeats an EXISTS or NOT EXISTS operand once per term, joined by `||`), rows for a VALUES block, an integer literal for
 *   the limit (left out, the template's own LIMIT stays).
 * @throws LacunaError INPUT_INVALID listing every missing or unknown parameter, or naming a value that is no usable IRI or text.
 */
export function bindTemplate(template: QueryTemplate, values: TemplateValues): string {
  const { header, name } = template;
  const wanted = [...header.parameters, ...header.lists, ...header.rows.map((rows) => rows.name)];
  const known = header.limit === undefined ? wanted : [...wanted, header.limit];
  const problems = [
    ...wanted
      .filter((key) => values[key] === undefined)
      .map((key) => `query ${name}: parameter "${key}" has no value`),
    ...Object.keys(values)
      .filter((key) => !known.includes(key))
      .map((key) => `query ${name}: there is no parameter "${key}", only ${known.join(', ')}`),
  ];
  const scalars = new Map<string, Term>();
  const lists = new Map<string, readonly Term[]>();
  const rows = new Map<string, readonly Node[]>();
  for (const key of header.parameters) {
    const value = values[key];
    if (Array.isArray(value)) problems.push(`query ${name}: parameter "${key}" takes one term, not a list`);
    else if (value !== undefined)
      scalars.set(key, checkedTerm(value as Term, `query ${name}, parameter "${key}"`));
  }
  for (const key of header.lists) {
    const value = values[key];
    if (Array.isArray(value))
      lists.set(
        key,
        (value as Term[]).map((term) => checkedTerm(term, `query ${name}, list "${key}"`)),
      );
    else if (value !== undefined) problems.push(`query ${name}: parameter "${key}" takes a list of terms`);
  }
  for (const { name: key, variables } of header.rows) {
    const value = values[key];
    if (Array.isArray(value))
      rows.set(
        variables.join(' '),
        rowsOf(`query ${name}, ${key}`, variables, value as Bindings[], problems),
      );
    else if (value !== undefined) problems.push(`query ${name}: parameter "${key}" takes rows`);
  }
  if (problems.length > 0) throw new LacunaError('INPUT_INVALID', problems.join('\n'), { problems });
  const query = substitute(template.query, { scalars, lists, rows }) as Query;
  const limit = header.limit === undefined ? undefined : values[header.limit];
  if (limit !== undefined)
    for (const select of limitedSelects(query)) select.limit = limitOf(name, limit as Term);
  return new sparqljs.Generator().stringify(query);
}

function limitOf(name: string, term: Term): number {
  const limit = Number(term.value);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new LacunaError(
    'INPUT_INVALID',
    `query ${name}: the limit must be a whole number above 0, not ${JSON.stringify(term.value)}.`,
  );
}
