import { DataFactory, type NamedNode } from 'n3';
import sparqljs from 'sparqljs';
import type { SparqlQuery } from 'sparqljs';
import { IriValidationStrategy, validateIri } from 'validate-iri';
import { HttpProblem } from '../problem.js';

/** The dataset a request names beside its query (SPARQL 1.1 Protocol §2.1.4). Absolute IRIs. */
export interface ProtocolDataset {
  readonly defaultGraphs: readonly string[];
  readonly namedGraphs: readonly string[];
}

function parse(text: string): SparqlQuery {
  try {
    return new sparqljs.Parser().parse(text);
  } catch (error) {
    throw new HttpProblem(
      400,
      `This is no SPARQL 1.1 query. ${error instanceof Error ? error.message : ''}`.trim(),
      {
        code: 'INPUT_INVALID',
      },
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

function graphIri(value: string): NamedNode {
  if (validateIri(value, IriValidationStrategy.Strict) !== undefined) {
    throw new HttpProblem(400, `"${value}" is no absolute IRI of a graph.`, { code: 'INPUT_INVALID' });
  }
  return DataFactory.namedNode(value);
}

const answerKinds = { SELECT: 'rows', ASK: 'truth', CONSTRUCT: 'triples', DESCRIBE: 'triples' } as const;

/** What a query answers with. */
export type AnswerKind = 'rows' | 'truth' | 'triples';

/** A query that may be run. */
export interface ReadOnlyQuery {
  readonly text: string;
  /** SELECT answers with rows, ASK with a truth value, CONSTRUCT and DESCRIBE with triples. */
  readonly answer: AnswerKind;
}

/**
 * Lets a query pass that only reads and only reads here; returns it ready to be run, its dataset replaced by the one the
 * request names, if it names one.
 *
 * A SERVICE is refused before any store sees it: the store would ask the other address in the daemon's name.
 *
 * @throws HttpProblem 400 for a syntax error or a SERVICE, 403 for an update
 */
export function readOnlyQuery(text: string, dataset: ProtocolDataset): ReadOnlyQuery {
  const parsed = parse(text);
  if (parsed.type === 'update') {
    throw new HttpProblem(403, 'This endpoint is read-only: send SELECT, ASK, CONSTRUCT or DESCRIBE.');
  }
  const services = servicesIn(parsed, new Set());
  if (services.size > 0) {
    throw new HttpProblem(
      400,
      `SERVICE is not allowed here (${[...services].join(', ')}): this endpoint answers from its own graph only.`,
      { code: 'INPUT_INVALID' },
    );
  }
  const answer = answerKinds[parsed.queryType];
  if (dataset.defaultGraphs.length === 0 && dataset.namedGraphs.length === 0) return { text, answer };
  const from = { default: dataset.defaultGraphs.map(graphIri), named: dataset.namedGraphs.map(graphIri) };
  return { text: new sparqljs.Generator().stringify({ ...parsed, from }), answer };
}
