import type { Quad, Term } from '@rdfjs/types';
import { prov, rdfTerms } from '../graph/prefixes.js';
import type { ShapeProblem } from './shape-problem.js';
import { lacuna } from './terms.js';
import type { TripleIndex } from './triple-index.js';

const shapes = 'https://w3id.org/lacuna/shapes#';
const type = rdfTerms('type').value;
const statementClass = rdfTerms('Statement');
const rdfSubject = rdfTerms('subject').value;
const rdfPredicate = rdfTerms('predicate').value;
const rdfObject = rdfTerms('object').value;
const lacunaTask = lacuna('task').value;
const decisionClass = lacuna('Decision').value;
const opinionClass = lacuna('Opinion').value;
const generatedBy = prov('wasGeneratedBy').value;
const associatedWith = prov('wasAssociatedWith').value;

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
 * @param data triples of the predictions graph.
 */
export function assertionProblems(data: TripleIndex): ShapeProblem[] {
  const claims = data
    .with(type)
    .filter(({ object }) => object.equals(statementClass))
    .map(({ subject }) => claimOf(data, subject));
  return [...unasserted(data, claims), ...unstated(data, claims), ...doubled(claims)];
}

function claimOf(data: TripleIndex, statement: Term): Claim {
  const one = (node: Term | undefined, predicate: string): Term | undefined =>
    node === undefined ? undefined : data.values(node, predicate)[0];
  const predicate = one(statement, rdfPredicate)?.value ?? '';
  return {
    statement: statement.value,
    subject: one(statement, rdfSubject)?.value ?? '',
    predicate,
    object: one(statement, rdfObject)?.value ?? '',
    task: one(statement, lacunaTask)?.value ?? predicate,
    agent: one(one(statement, generatedBy), associatedWith)?.value ?? '',
    kind: data.isA(statement, decisionClass)
      ? 'decision'
      : data.isA(statement, opinionClass)
        ? 'opinion'
        : 'foreign',
  };
}

// No IRI holds a line feed; a text comes last.
function key(first: string, second: string, third: string): string {
  return `${first}\n${second}\n${third}`;
}

function unasserted(data: TripleIndex, claims: readonly Claim[]): ShapeProblem[] {
  const predicates = new Set(claims.map(({ predicate }) => predicate));
  const asserted = new Set(
    data.quads.filter(({ predicate }) => predicates.has(predicate.value)).map(tripleKey),
  );
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

function unstated(data: TripleIndex, claims: readonly Claim[]): ShapeProblem[] {
  const described = new Set(data.with(type).map(({ subject }) => subject.value));
  const stated = new Set(
    claims
      .filter(({ kind }) => kind !== 'opinion')
      .map(({ subject, predicate, object }) => key(subject, predicate, object)),
  );
  return data.quads
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
    const voice = key(claim.subject, claim.agent, claim.task);
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
