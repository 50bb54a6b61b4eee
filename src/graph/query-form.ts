import sparqljs from 'sparqljs';
import { LacunaError } from '../config/errors.js';

/** The four read forms of SPARQL 1.1. */
export type QueryForm = 'SELECT' | 'ASK' | 'CONSTRUCT' | 'DESCRIBE';

const prologue = /^(?:\s+|#[^\n\r]*|BASE\s*<[^>]*>|PREFIX\s+[^\s:]*:\s*<[^>]*>)*/i;
const form = /^(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i;

/**
 * Which read form a query has, by its first word after the prologue.
 *
 * Some stores run an update that is sent as a query, so everything that is not one of the four is refused here.
 *
 * @throws LacunaError INPUT_INVALID for an update or a text that is no query.
 */
export function queryForm(query: string): QueryForm {
  const rest = query.slice(prologue.exec(query)?.[0].length ?? 0);
  const word = form.exec(rest)?.[1];
  if (word !== undefined) return word.toUpperCase() as QueryForm;
  throw new LacunaError(
    'INPUT_INVALID',
    `Only SELECT, ASK, CONSTRUCT and DESCRIBE queries are read, this begins with ${JSON.stringify(rest.slice(0, 40))}.`,
  );
}

/** True when a query has a FROM or FROM NAMED clause. A query that cannot be parsed has none: the store will say so. */
export function namesItsDataset(query: string): boolean {
  // Parsing is slow for thousands of VALUES rows, and hardly any query holds the word.
  if (!/\bFROM\b/i.test(query)) return false;
  try {
    const parsed = new sparqljs.Parser().parse(query);
    return parsed.type === 'query' && parsed.from !== undefined;
  } catch {
    return false;
  }
}
