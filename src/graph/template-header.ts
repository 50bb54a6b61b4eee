import { LacunaError } from '../config/errors.js';

/** A block of VALUES rows a template takes: its name and the variables of one row, without `?`. */
export interface RowsParameter {
  readonly name: string;
  readonly variables: readonly string[];
}

/** What the comments at the top of a template promise. Names are without `?` and without the leading underscore. */
export interface TemplateHeader {
  readonly purpose: string;
  /** Names of parameters that take one term. */
  readonly parameters: readonly string[];
  /** Names of parameters that take any number of terms. */
  readonly lists: readonly string[];
  readonly rows: readonly RowsParameter[];
  /** Name of the parameter that sets the LIMIT. */
  readonly limit: string | undefined;
  /** Result columns, without `?`. */
  readonly columns: readonly string[];
  /** Files and addresses whose triples the query is joined with, as they are written. */
  readonly sources: readonly string[];
}

const line = /^#\s*(purpose|parameter|list|rows|limit|column|source)\s*:\s*(.*)$/;
const continuation = /^#\s{2,}\S/;
const variable = /^\?(\w+)(?:\s|$)/;
const parameter = /^\?_(\w+)(?:\s|$)/;
const rowsLine = /^(\w+)\s*\(((?:\s*\?\w+)+)\s*\)/;
const sourceLine = /^(\S.*?)\s*$/;
const limitLine = /^(\w+)(?:\s|$)/;

/**
 * Reads the header of a query template: comment lines before the query, each `# keyword: …`.
 *
 * `purpose: text`, `parameter: ?_name text`, `list: ?_name text`, `rows: name (?a ?b) text`, `limit: name text`,
 * `column: ?name text`, `source: path or address`. Lines that begin with `#` and two or more spaces continue the one above.
 *
 * @param file for the messages.
 * @throws LacunaError INPUT_INVALID listing every line that cannot be understood.
 */
export function parseTemplateHeader(file: string, text: string): TemplateHeader {
  const problems: string[] = [];
  const found = {
    purpose: '',
    parameters: [] as string[],
    lists: [] as string[],
    columns: [] as string[],
    sources: [] as string[],
  };
  const rows: RowsParameter[] = [];
  let limit: string | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (!raw.startsWith('#')) break;
    const [, keyword, rest = ''] = line.exec(raw) ?? [];
    const problem = (expected: string): void => {
      problems.push(`${file}, line ${String(index + 1)}: expected ${expected}, found ${JSON.stringify(raw)}`);
    };
    const take = (pattern: RegExp, into: string[], expected: string): void => {
      const match = pattern.exec(rest)?.[1];
      if (match === undefined) problem(expected);
      else into.push(match);
    };
    if (keyword === 'purpose') found.purpose = rest.trim();
    else if (keyword === 'parameter') take(parameter, found.parameters, '`# parameter: ?_name what it is`');
    else if (keyword === 'list') take(parameter, found.lists, '`# list: ?_name what it is`');
    else if (keyword === 'column') take(variable, found.columns, '`# column: ?name what it is`');
    else if (keyword === 'source') take(sourceLine, found.sources, '`# source: path or address`');
    else if (keyword === 'rows') {
      const match = rowsLine.exec(rest);
      if (match === null) problem('`# rows: name (?a ?b) what they are`');
      else
        rows.push({
          name: match[1] ?? '',
          variables: (match[2] ?? '').trim().split(/\s*\?/).filter(Boolean),
        });
    } else if (keyword === 'limit') {
      limit = limitLine.exec(rest)?.[1];
      if (limit === undefined) problem('`# limit: name what it is`');
    } else if (!continuation.test(raw) && raw.trim() !== '#') {
      problem('purpose, parameter, list, rows, limit, column or source');
    }
  }
  if (found.purpose === '') problems.push(`${file}: the header has no "# purpose: …" line`);
  if (problems.length > 0) throw new LacunaError('INPUT_INVALID', problems.join('\n'), { problems });
  return { ...found, rows, limit };
}
