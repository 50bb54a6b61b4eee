import type { Term } from '@rdfjs/types';
import sparqljs from 'sparqljs';
import { LacunaError } from '../config/errors.js';
import type { Bindings } from '../graph/store.js';
import type { TemplateValues } from '../graph/template.js';
import type { TemplateHeader } from '../graph/template-header.js';
import { literal, namedNode } from '../graph/terms.js';

/** Terms written as in a VALUES block, parsed, so that nothing but terms can come out. */
function terms(text: string, count: number): Term[] | undefined {
  const variables = Array.from({ length: count }, (_, index) => `?v${String(index)}`);
  try {
    const query = new sparqljs.Parser().parse(
      `SELECT * { VALUES (${variables.join(' ')}) { (${text}) } }`,
    ) as unknown as { where: { values?: Record<string, Term>[] }[] };
    const [block, ...more] = query.where;
    const [row, ...rows] = block?.values ?? [];
    if (row === undefined || more.length > 0 || rows.length > 0) return undefined;
    const found = variables.map((name) => row[name]);
    return found.every((term) => term !== undefined) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** `<iri>` and `"text"@en` are what they say, an address is an IRI, anything else is plain text. */
function term(text: string): Term {
  if (/^[<"']/.test(text)) {
    const [only] = terms(text, 1) ?? [];
    if (only !== undefined) return only;
    throw new Error('is neither <an IRI> nor "a text", "a text"@en or "a number"^^<datatype>');
  }
  return /^https?:\/\//i.test(text) ? namedNode(text) : literal(text);
}

/**
 * What a template's parameters are given on the command line: `name=value`, once per item of a list and per row; the terms of
 * a row stand side by side as in a VALUES block.
 *
 * @throws LacunaError INPUT_INVALID listing every setting that cannot be understood.
 */
export function templateValues(header: TemplateHeader, settings: readonly string[]): TemplateValues {
  const problems: string[] = [];
  const values: Record<string, Term | Term[] | Bindings[]> = {};
  for (const setting of settings) {
    const at = setting.indexOf('=');
    const [name, text] = [setting.slice(0, at), setting.slice(at + 1)];
    const rows = header.rows.find((block) => block.name === name);
    try {
      if (at < 1) throw new Error('has no name: write name=value');
      if (rows !== undefined) {
        const row = terms(text, rows.variables.length);
        if (row === undefined) {
          throw new Error(
            `is no row of ?${rows.variables.join(' ?')}: write them side by side, <iri> "text"`,
          );
        }
        const entries = rows.variables.map((variable, index) => [variable, row[index]!] as const);
        values[name] = [...((values[name] as Bindings[] | undefined) ?? []), Object.fromEntries(entries)];
      } else if (header.lists.includes(name)) {
        values[name] = [...((values[name] as Term[] | undefined) ?? []), term(text)];
      } else if (values[name] !== undefined) {
        throw new Error('is given twice and takes one value');
      } else {
        values[name] = term(text);
      }
    } catch (error) {
      problems.push(`--set ${setting} ${(error as Error).message}`);
    }
  }
  // A list that is not given is an empty one only when somebody says so; bindTemplate names what is missing.
  if (problems.length > 0) throw new LacunaError('INPUT_INVALID', problems.join('\n'), { problems });
  return values;
}
