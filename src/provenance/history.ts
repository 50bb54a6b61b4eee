import type { NamedNode, Quad, Quad_Object } from '@rdfjs/types';
import { prov, rdfs, rdfTerms } from '../graph/prefixes.js';
import type { Change } from '../graph/store.js';
import { literal, namedNode, quad } from '../graph/terms.js';
import { invalidationIri, runIri, versionIri } from './iris.js';
import { timeLiteral } from './literals.js';
import { lacuna } from './terms.js';

/** Why something leaves the predictions graph, in the words of the history graph. */
export const retirementReasons = {
  replaced: 'replaced by a newer prediction',
  withdrawn: 'withdrawn: examined again, nothing is predicted any more',
  retracted: 'taken back on request',
  rejected: 'rejected by a curator',
} as const;

/** How something leaves the predictions graph. */
export interface Retirement {
  /** IRI of the graph that keeps it; absent = it is dropped. */
  readonly historyGraph: string | undefined;
  readonly namespace: string;
  /** Id of the run that takes it away. */
  readonly runId: string;
  readonly at: Date;
  readonly reason: keyof typeof retirementReasons;
}

const type = rdfTerms('type');
const statementType = rdfTerms('Statement');
const generatedBy = prov('wasGeneratedBy');

/**
 * The change that takes quads of the predictions graph away and keeps, in the history graph, a version of every statement
 * and activity among them: a node of its own (`prov:specializationOf` the statement), as a statement may be written again
 * under the same IRI, saying something else. A version is a `lacuna:FormerStatement` and no `rdf:Statement`, and direct
 * triples are not kept, so that no consumer takes for said what is not said any more.
 *
 * @param removed quads of the predictions graph, statements whole and with their activities.
 */
export function retired(removed: readonly Quad[], retirement: Retirement): Change {
  const { historyGraph } = retirement;
  if (historyGraph === undefined) return { insert: [], remove: removed };
  return { insert: versionsOf(removed, historyGraph, retirement), remove: removed };
}

function versionsOf(removed: readonly Quad[], graph: string, retirement: Retirement): Quad[] {
  const statements = new Set(
    removed
      .filter(({ predicate, object }) => predicate.equals(type) && object.equals(statementType))
      .map(({ subject }) => subject.value),
  );
  if (statements.size === 0) return [];
  const activities = removed
    .filter(({ subject, predicate }) => statements.has(subject.value) && predicate.equals(generatedBy))
    .map(({ object }) => object.value);
  const versions = new Map(
    [...statements, ...activities].map((iri) => [
      iri,
      namedNode(versionIri(retirement.namespace, iri, retirement.runId)),
    ]),
  );
  const into = namedNode(graph);
  const kept = removed.flatMap(({ subject, predicate, object }): Quad[] => {
    const version = versions.get(subject.value);
    if (version === undefined) return [];
    if (predicate.equals(type) && object.equals(statementType))
      return [quad(version, type, lacuna('FormerStatement'), into)];
    const isLink = predicate.equals(generatedBy) || predicate.equals(lacuna('combines'));
    const value = (isLink ? versions.get(object.value) : undefined) ?? object;
    return [quad(version, predicate, value, into)];
  });
  const invalidations = [...statements].flatMap((iri) =>
    invalidationOf(iri, versions.get(iri)!, into, retirement),
  );
  return [...kept, ...invalidations];
}

/** Since when a version no longer holds, which run ended it, and why (PROV-O, qualified invalidation). */
function invalidationOf(
  statement: string,
  version: NamedNode,
  into: NamedNode,
  retirement: Retirement,
): Quad[] {
  const { namespace, runId, at, reason } = retirement;
  const run = namedNode(runIri(namespace, runId));
  const self = namedNode(invalidationIri(namespace, version.value));
  const time = timeLiteral(at, 'invalidatedAtTime');
  const say = (subject: NamedNode, predicate: NamedNode, object: Quad_Object): Quad =>
    quad(subject, predicate, object, into);
  return [
    say(version, prov('specializationOf'), namedNode(statement)),
    say(version, prov('invalidatedAtTime'), time),
    say(version, prov('wasInvalidatedBy'), run),
    say(version, prov('qualifiedInvalidation'), self),
    say(self, type, prov('Invalidation')),
    say(self, prov('activity'), run),
    say(self, prov('atTime'), time),
    say(self, rdfs('comment'), literal(retirementReasons[reason])),
    say(run, type, prov('Activity')),
    say(run, type, lacuna('Run')),
  ];
}
