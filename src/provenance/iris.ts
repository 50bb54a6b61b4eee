import { v5 } from 'uuid';
import { LacunaError } from '../config/errors.js';
import { iriProblem } from '../vocabulary/iri.js';

/** What makes a statement the one it is: one per subject, task, agent and model version. */
export interface StatementKey {
  readonly subject: string;
  readonly task: string;
  /** IRI of the agent. */
  readonly agent: string;
  readonly modelVersion: string;
}

/**
 * IRI of a statement, the same whenever it is asked for (UUIDv5, RFC 9562).
 *
 * @throws LacunaError INPUT_INVALID when the namespace is no absolute IRI ending in `/` or `#`.
 */
export function statementIri(namespace: string, key: StatementKey): string {
  return minted(namespace, 'statement', [key.subject, key.task, key.agent, key.modelVersion]);
}

/** IRI of the activity that made a statement; its UUID is the statement's, as in the published SILKNOW data. */
export function activityIri(namespace: string, statement: string): string {
  return statement.replace(`${namespace}statement/`, `${namespace}activity/`);
}

/** IRI of the part an agent plays when it follows a model: one per agent and model. */
export function associationIri(namespace: string, agent: string, model: string): string {
  return minted(namespace, 'association', [agent, model]);
}

/** IRI of a run. @throws LacunaError INPUT_INVALID when the id cannot stand in an IRI. */
export function runIri(namespace: string, runId: string): string {
  return named(namespace, 'run', runId);
}

/** IRI of a model version. @throws LacunaError INPUT_INVALID when the version cannot stand in an IRI. */
export function modelIri(namespace: string, version: string): string {
  return named(namespace, 'model', version);
}

/** IRI of the rejection of a value: one per subject, property and value. All three are IRIs. */
export function rejectionIri(
  namespace: string,
  { subject, property, value }: { subject: string; property: string; value: string },
): string {
  return minted(namespace, 'rejection', [subject, property, value]);
}

/** IRI of a claim on the predictions graph. */
export function leaseIri(namespace: string, uuid: string): string {
  return named(namespace, 'lease', uuid);
}

/** IRI of what a statement or an activity said until a run took it away: one per node and run. */
export function versionIri(namespace: string, node: string, runId: string): string {
  return minted(namespace, 'version', [node, runId]);
}

/** IRI of the end of a version. */
export function invalidationIri(namespace: string, version: string): string {
  return minted(namespace, 'invalidation', [version]);
}

/**
 * IRI of the agent of a modality: the configured one if there is one.
 *
 * @throws LacunaError INPUT_INVALID when the configured IRI is not absolute.
 */
export function agentIri(namespace: string, modality: string, configured?: string): string {
  if (configured === undefined) return named(namespace, 'agent', modality);
  return checkedIri(configured, `provenance.agents.${modality}`);
}

/** IRI of an evaluation of a model, one per task, modality and measure. */
export function evaluationIri(namespace: string, model: string, parts: readonly string[]): string {
  return minted(namespace, 'evaluation', [model, ...parts]);
}

/**
 * Returns `iri` when it is absolute and well-formed.
 *
 * @param what where it stands, for the message.
 * @throws LacunaError INPUT_INVALID naming the place, the value and what is wrong with it.
 */
export function checkedIri(iri: string, what: string): string {
  const problem = iriProblem(iri);
  if (problem === undefined) return iri;
  throw new LacunaError(
    'INPUT_INVALID',
    `${what}: the IRI ${JSON.stringify(iri)} ${problem}. Correct it there.`,
  );
}

function checkedNamespace(namespace: string): string {
  checkedIri(namespace, 'provenance.namespace');
  if (/[/#]$/.test(namespace)) return namespace;
  const message = `provenance.namespace: ${JSON.stringify(namespace)} must end in / or #. Add one.`;
  throw new LacunaError('INPUT_INVALID', message);
}

// The parts go in as JSON, so that no two lists of parts read the same.
function minted(namespace: string, kind: string, parts: readonly string[]): string {
  if (latest?.base !== namespace) {
    const base = checkedNamespace(namespace);
    latest = { base, uuid: v5(base, v5.URL) };
  }
  return `${namespace}${kind}/${v5(JSON.stringify([kind, ...parts]), latest.uuid)}`;
}

// One namespace is asked for again and again.
let latest: { readonly base: string; readonly uuid: string } | undefined;

function named(namespace: string, kind: string, name: string): string {
  const base = checkedNamespace(namespace);
  if (name === '' || /\p{Surrogate}/u.test(name) || /^\.+$/.test(name)) {
    throw new LacunaError(
      'INPUT_INVALID',
      `A ${kind} cannot be called ${JSON.stringify(name)}. Choose a plain name.`,
    );
  }
  return `${base}${kind}/${encodeURIComponent(name)}`;
}
