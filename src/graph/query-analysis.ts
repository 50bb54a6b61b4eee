import sparqljs from 'sparqljs';
import type { Query } from 'sparqljs';
import { LacunaError } from '../config/errors.js';

const answerKinds = { SELECT: 'rows', ASK: 'truth', CONSTRUCT: 'triples', DESCRIBE: 'triples' } as const;

/** What a query answers with: SELECT with rows, ASK with a truth value, CONSTRUCT and DESCRIBE with triples. */
export type AnswerKind = 'rows' | 'truth' | 'triples';

/** A read query and what is to be known before it is let through. */
export interface AnalysedQuery {
  readonly query: Query;
  readonly answer: AnswerKind;
  /** Addresses it asks by SERVICE. */
  readonly services: readonly string[];
}

/** A text that is an update. Code INPUT_INVALID. */
export class UpdateRefused extends LacunaError {
  constructor() {
    super(
      'INPUT_INVALID',
      'This is an update; only SELECT, ASK, CONSTRUCT and DESCRIBE are answered. Nothing was written.',
    );
  }
}

function servicesIn(node: unknown, found: Set<string>): Set<string> {
  if (Array.isArray(node)) {
    for (const child of node) servicesIn(child, found);
  } else if (typeof node === 'object' && node !== null && !('termType' in node)) {
    if ('type' in node && node.type === 'service' && 'name' in node) {
      found.add((node.name as { value: string }).value);
    }
    for (const child of Object.values(node)) servicesIn(child, found);
  }
  return found;
}

/**
 * Parses a read query.
 *
 * @throws LacunaError INPUT_INVALID with the place of a syntax error; UpdateRefused for an update.
 */
export function analysedQuery(text: string): AnalysedQuery {
  let parsed;
  try {
    parsed = new sparqljs.Parser().parse(text);
  } catch (cause) {
    throw new LacunaError('INPUT_INVALID', `This is no SPARQL 1.1 query. ${(cause as Error).message}`, {
      cause,
    });
  }
  if (parsed.type === 'update') throw new UpdateRefused();
  return {
    query: parsed,
    answer: answerKinds[parsed.queryType],
    services: [...servicesIn(parsed, new Set())],
  };
}
