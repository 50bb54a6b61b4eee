/** One call of the file system that changes something. */
export interface FileCall {
  /** Name of the function, without "Sync" and without the "f" of those that take a descriptor. */
  readonly operation: string;
  /** Absolute path. */
  readonly file: string;
  /** What is written, as text. */
  readonly text: string;
}

/** A durable step, and the calls that are this step. */
interface NamedStep {
  readonly name: string;
  readonly operation: string;
  readonly file: RegExp;
  readonly text?: RegExp;
}

const step = (name: string, operation: string, file: RegExp, text?: RegExp): NamedStep => ({
  name,
  operation,
  file,
  ...(text && { text }),
});

const journal = /\/runs\/[\w-]+\/journal\.ndjson$/;
const runState = /\/runs\/[\w-]+\/run\.json\.new$/;
const log = /\/predictions\.nq$/;
const snapshot = /\/predictions\.nq\.new$/;
const logLock = /\/predictions\.nq\.lock$/;

/** Every durable step a process takes in the file system. The test of the crash suite fails on one that is not here. */
const fileSteps: readonly NamedStep[] = [
  step('run folder made', 'mkdir', /\/runs\/[\w-]+$/),
  step('run state begun', 'open', runState),
  step('run state written', 'write', runState),
  step('run state synced', 'sync', runState),
  step('run state renamed', 'rename', runState),
  step('journal opened', 'open', journal),
  step('journal cut', 'truncate', journal),
  step('change noted', 'write', journal, /^\{"batch"/),
  step('change marked', 'write', journal, /^\{"done"/),
  step('journal synced', 'datasync', journal),
  step('change given up', 'write', journal, /^\{"void"/),
  step('state folder made', 'mkdir', /\/state$/),
  step('holder named', 'writeFile', /\/state\/holder$/),
  step('statuses folder made', 'mkdir', /\/statuses$/),
  step('ledger removed', 'rm', /\/state\/ledger$/),
  step('ledger folder made', 'mkdir', /\/state\/ledger$/),
  step('log folder made', 'mkdir', /\/life$/),
  step('log lock taken', 'writeFile', logLock),
  step('log lock given back', 'rm', logLock),
  step('log opened', 'open', log),
  step('log appended', 'write', log),
  step('log synced', 'datasync', log),
  step('log cut', 'truncate', log),
  step('log folder synced', 'sync', /\/life$/),
  step('log snapshot begun', 'open', snapshot),
  step('log snapshot written', 'write', snapshot),
  step('log snapshot synced', 'sync', snapshot),
  step('log snapshot renamed', 'rename', snapshot),
];

/** Durable steps beyond the file system: the child program puts them around the calls. */
export const otherSteps = [
  'statuses opened',
  'statuses written',
  'statuses forgotten',
  'ledger opened',
  'ledger written',
  'claim written',
  'store write',
  'lost quads written',
] as const;

/**
 * Steps that a process on an embedded store does not take: it lays no claim on its graph, as only one process can have the
 * log; and a change is given up only when the configuration no longer names the graph that it was meant for.
 */
export const notEmbedded: readonly string[] = [
  'state folder made',
  'holder named',
  'change given up',
  'claim written',
];

/** The names of all durable steps. */
export const writePoints: readonly string[] = [...fileSteps.map(({ name }) => name), ...otherSteps];

/** The name of the step that a call is; one that is in no list is called "unnamed: …". */
export function writePointOf({ operation, file, text }: FileCall): string {
  const found = fileSteps.find(
    (candidate) =>
      candidate.operation === operation && candidate.file.test(file) && (candidate.text?.test(text) ?? true),
  );
  return found?.name ?? `unnamed: ${operation} ${file}`;
}
