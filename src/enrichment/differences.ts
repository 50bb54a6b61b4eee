import type { Quad, Term } from '@rdfjs/types';
import { groupBy } from '../config/group-by.js';
import { rdfTerms } from '../graph/prefixes.js';
import { quadKey } from '../graph/quad-key.js';
import { Spelling } from '../graph/spelling.js';
import type { Difference } from './run-state.js';

/** A property of a node of ours that has other values than the ones we wrote. */
export interface Alteration {
  /** What we wrote and is not there. */
  readonly expected: readonly Quad[];
  /** What is there instead, as the store spells it. */
  readonly there: readonly Quad[];
}

/** How a part of a graph differs from what the journals say of it. */
export interface Differences {
  /** In the journals, not in the graph. */
  readonly missing: readonly Quad[];
  readonly altered: readonly Alteration[];
  /** In the graph, in no journal. */
  readonly foreign: readonly Quad[];
  /** Triples that differ because a change to them was noted and not acknowledged. */
  readonly pending: number;
}

function byProperty(quads: readonly Quad[]): Map<string, Quad[]> {
  return groupBy(quads, ({ subject, predicate }) => `${subject.value} ${predicate.value}`);
}

/** False for what no update can name: blank nodes, and what others wrote though it is malformed. */
function canBeRemoved(quad: Quad): boolean {
  try {
    new Spelling().line(quad);
    return true;
  } catch {
    return false;
  }
}

/**
 * Compares what one graph should say of some subjects with what it says.
 *
 * A value that stands where one of ours is gone counts as altered on nodes that we describe ourselves (their `rdf:type` is
 * in the journals). Objects and productions are not ours: any number of people may say something of these, so there it
 * counts as one missing and one foreign triple.
 *
 * @param wanted all that the journals say of these subjects.
 * @param there all that the graph says of them.
 * @param pending keys (`quadKey`) of triples in changes that were noted and not acknowledged.
 */
export function compare(
  wanted: readonly Quad[],
  there: readonly Quad[],
  pending: ReadonlySet<string>,
): Differences {
  const found = new Set(there.map(quadKey));
  const known = new Set(wanted.map(quadKey));
  const lacking = wanted.filter((quad) => !found.has(quadKey(quad)));
  const extra = there.filter((quad) => !known.has(quadKey(quad)));
  const isSettled = (quad: Quad): boolean => !pending.has(quadKey(quad));
  const [gone, others] = [lacking.filter(isSettled), extra.filter(isSettled)];
  const described = new Set(
    wanted.filter(({ predicate }) => predicate.equals(rdfTerms('type'))).map(({ subject }) => subject.value),
  );
  const replacing = byProperty(
    others.filter((quad) => described.has(quad.subject.value) && canBeRemoved(quad)),
  );
  const altered: Alteration[] = [];
  const missing: Quad[] = [];
  for (const [property, expected] of byProperty(gone)) {
    const instead = replacing.get(property);
    if (instead === undefined) missing.push(...expected);
    else altered.push({ expected, there: instead });
  }
  const explained = new Set(altered.flatMap((each) => each.there));
  return {
    missing,
    altered,
    foreign: others.filter((quad) => !explained.has(quad)),
    pending: lacking.length - gone.length + (extra.length - others.length),
  };
}

function termText(term: Term): string {
  if (term.termType === 'BlankNode') return `_:${term.value}`;
  if (term.termType !== 'Literal') return `<${term.value}>`;
  const text = JSON.stringify(term.value);
  if (term.language !== '') return `${text}@${term.language}`;
  const type = term.datatype.value;
  return type === 'http://www.w3.org/2001/XMLSchema#string' ? text : `${text}^^<${type}>`;
}

function exampleOf(
  kind: Difference['kind'],
  expected: readonly Quad[],
  there: readonly Quad[],
): Difference | undefined {
  const [first] = [...expected, ...there];
  return (
    first && {
      kind,
      graph: first.graph.value,
      subject: first.subject.value,
      property: first.predicate.value,
      there: there.map(({ object }) => termText(object)),
      expected: expected.map(({ object }) => termText(object)),
    }
  );
}

/** The first `limit` differences of each kind, one of a property. */
export function examplesOf(differences: Differences, limit: number): Difference[] {
  const missing = [...byProperty(differences.missing.slice(0, limit)).values()];
  const foreign = [...byProperty(differences.foreign.slice(0, limit)).values()];
  return [
    ...missing.map((quads) => exampleOf('missing', quads, [])),
    ...differences.altered
      .slice(0, limit)
      .map(({ expected, there }) => exampleOf('altered', expected, there)),
    ...foreign.map((quads) => exampleOf('foreign', [], quads)),
  ].filter((example) => example !== undefined);
}
