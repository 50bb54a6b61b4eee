import type { DatasetCore, NamedNode, Quad, Term } from '@rdfjs/types';
import { prov, rdfTerms } from '../graph/prefixes.js';
import type { ShapeProblem } from './shape-problem.js';
import { lacuna } from './terms.js';

const shapes = 'https://w3id.org/lacuna/shapes#';

interface Claim {
  readonly statement: string;
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
  readonly task: string;
  readonly agent: string;
  readonly kind: 'decision' | 'opinion' | 'foreign';
}

/**
 * The rules that relate several nodes at once, which SHACL Core cannot say:
 * a decision's triple is asserted (`lsh:asserted`); nothing else is asserted, that is, what has no type in the graph says
 * only what a statement other than an opinion says (`lsh:directTriple`); one statement per subject, task and agent
 * (`lsh:oneVoice`).
 *
 * @param dataset triples of the predictions graph, all in the default graph.
 */
export function assertionProblems(dataset: DatasetCore): ShapeProblem[] {
  const claims = [...dataset.match(null, rdfTerms('type'), rdfTerms('Statement'))].map(({ subject }) =>
    claimOf(dataset, subject),
  );
  return [...unasserted(dataset, claims), ...unstated(dataset, claims), ...doubled(claims)];
}

function claimOf(dataset: DatasetCore, statement: Term): Claim {
  const node = statement as NamedNode;
  const one = (subject: Term | undefined, predicate: NamedNode): Term | undefined => {
    if (subject === undefined) return undefined;
    for (const { object } of dataset.match(subject, predicate)) return object;
    return undefined;
  };
  const isA = (type: string): boolean => dataset.match(node, rdfTerms('type'), lacuna(type)).size > 0;
  const predicate = one(node, rdfTerms('predicate'))?.value ?? '';
  return {
    statement: node.value,
    subject: one(node, rdfTerms('subject'))?.value ?? '',
    predicate,
    object: one(node, rdfTerms('object'))?.value ?? '',
    task: one(node, lacuna('task'))?.value ?? predicate,
    agent: one(one(node, prov('wasGeneratedBy')), prov('wasAssociatedWith'))?.value ?? '',
    kind: isA('Decision') ? 'decision' : isA('Opinion') ? 'opinion' : 'foreign',
  };
}

function key(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

function unasserted(dataset: DatasetCore, claims: readonly Claim[]): ShapeProblem[] {
  const asserted = new Set([...dataset].map(tripleKey));
  return claims
    .filter(
      ({ kind, subject, predicate, object }) =>
        kind === 'decision' && !asserted.has(key(subject, predicate, object)),
    )
    .map(({ statement, predicate }) => ({
      focus: statement,
      path: predicate,
      message: "A decision's triple is asserted in the predictions graph.",
      shape: `${shapes}asserted`,
    }));
}

function unstated(dataset: DatasetCore, claims: readonly Claim[]): ShapeProblem[] {
  const described = new Set([...dataset.match(null, rdfTerms('type'))].map(({ subject }) => subject.value));
  const stated = new Set(
    claims
      .filter(({ kind }) => kind !== 'opinion')
      .map(({ subject, predicate, object }) => key(subject, predicate, object)),
  );
  return [...dataset]
    .filter((quad) => !described.has(quad.subject.value) && !stated.has(tripleKey(quad)))
    .map(({ subject, predicate }) => ({
      focus: subject.value,
      path: predicate.value,
      message: 'A direct triple needs a decision that says the same.',
      shape: `${shapes}directTriple`,
    }));
}

function tripleKey({ subject, predicate, object }: Quad): string {
  return key(
    subject.value,
    predicate.value,
    object.termType === 'NamedNode' ? object.value : `"${object.value}"`,
  );
}

function doubled(claims: readonly Claim[]): ShapeProblem[] {
  const voices = new Map<string, Claim>();
  return claims.flatMap((claim) => {
    const voice = key(claim.subject, claim.task, claim.agent);
    const first = voices.get(voice);
    if (first === undefined) {
      voices.set(voice, claim);
      return [];
    }
    return [
      {
        focus: claim.statement,
        path: rdfTerms('subject').value,
        message: `One statement per subject, task and agent; ${first.statement} is another.`,
        shape: `${shapes}oneVoice`,
      },
    ];
  });
}
