import { DataFactory, type NamedNode } from 'n3';
import sparqljs from 'sparqljs';
import { IriValidationStrategy, validateIri } from 'validate-iri';
import { analysedQuery, UpdateRefused, type AnswerKind } from '../../graph/query-analysis.js';
import { HttpProblem } from '../problem.js';

/** The dataset a request names beside its query (SPARQL 1.1 Protocol §2.1.4). Absolute IRIs. */
export interface ProtocolDataset {
  readonly defaultGraphs: readonly string[];
  readonly namedGraphs: readonly string[];
}

function graphIri(value: string): NamedNode {
  if (validateIri(value, IriValidationStrategy.Strict) !== undefined) {
    throw new HttpProblem(400, `"${value}" is no absolute IRI of a graph.`, { code: 'INPUT_INVALID' });
  }
  return DataFactory.namedNode(value);
}

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
 * @throws LacunaError INPUT_INVALID for a syntax error, HttpProblem 400 for a SERVICE, 403 for an update
 */
export function readOnlyQuery(text: string, dataset: ProtocolDataset): ReadOnlyQuery {
  let analysed;
  try {
    analysed = analysedQuery(text);
  } catch (error) {
    if (!(error instanceof UpdateRefused)) throw error;
    throw new HttpProblem(403, 'This endpoint is read-only: send SELECT, ASK, CONSTRUCT or DESCRIBE.');
  }
  const { query, answer, services } = analysed;
  if (services.length > 0) {
    throw new HttpProblem(
      400,
      `SERVICE is not allowed here (${services.join(', ')}): this endpoint answers from its own graph only.`,
      { code: 'INPUT_INVALID' },
    );
  }
  if (dataset.defaultGraphs.length === 0 && dataset.namedGraphs.length === 0) return { text, answer };
  const from = { default: dataset.defaultGraphs.map(graphIri), named: dataset.namedGraphs.map(graphIri) };
  return { text: new sparqljs.Generator().stringify({ ...query, from }), answer };
}
