import type { LacunaError } from '../config/errors.js';
import { TooLarge } from './answer-problem.js';
import type { ResponseFacts } from './answer-problem.js';
import { TruncatedAnswer } from './truncated-answer.js';

/**
 * What is done about a failed request. `retry`: sent again after growing waits, and the run parks when that is of no use.
 * `retry once known`: as `retry` for a store that has answered properly before, and for a daemon's, which may be up later
 * than the daemon; else `final`, as the address is most likely wrong. `halve`: less is asked for, or sent, at once. `park`: not sent again now, the run waits for the store and
 * goes on later. `final`: told to the person, who has to mend something.
 */
export const treatments = ['retry', 'retry once known', 'halve', 'park', 'final'] as const;

/** One of the treatments. */
export type Treatment = (typeof treatments)[number];

interface RetryRule {
  /** The outcome in words, as the documentation has it. */
  readonly when: string;
  readonly read: Treatment;
  readonly write: Treatment;
  /** Whether it speaks against the store as a whole and so counts towards opening the circuit. */
  readonly counts: boolean;
}

/** What becomes of every way a request may fail. A write may be sent again whatever became of it: writing twice is a no-op. */
export const retryTable = {
  unreachable: {
    when: 'no connection: refused, name or host not found, not connected in 10 s',
    read: 'retry',
    write: 'retry',
    counts: true,
  },
  reset: {
    when: 'connection lost before an answer; of a write it is not known whether it was done',
    read: 'retry',
    write: 'retry',
    counts: true,
  },
  truncated: {
    when: 'the answer breaks off: fewer bytes than promised, connection lost in the middle',
    read: 'retry',
    write: 'retry',
    counts: true,
  },
  stalled: {
    when: 'the answer has begun and then stands still',
    read: 'retry',
    write: 'retry',
    counts: true,
  },
  silent: {
    when: 'no complete answer within store.timeoutSeconds; the store may still be working on it',
    read: 'park',
    write: 'park',
    counts: true,
  },
  untrusted: {
    when: 'the certificate or the TLS handshake is refused, or another failure of the network that does not pass',
    read: 'final',
    write: 'final',
    counts: false,
  },
  busy: {
    when: 'HTTP 408, 425, 429, 502, 503, 504; Retry-After is honoured up to 120 s, beyond that the run parks',
    read: 'retry',
    write: 'retry',
    counts: true,
  },
  deadlock: {
    when: 'HTTP 409, or Virtuoso’s SQL states 40001 (deadlock) and S1T00 (lock waited for too long)',
    read: 'retry',
    write: 'retry',
    counts: false,
  },
  failing: {
    when: 'HTTP 500 and other 5xx that give no reason known to be lasting',
    read: 'retry once known',
    write: 'retry once known',
    counts: true,
  },
  full: {
    when: 'HTTP 507, or the store says that its disk is full',
    read: 'park',
    write: 'park',
    counts: false,
  },
  rejected: {
    when: 'HTTP 500 with one of Virtuoso’s lasting errors (SQL state and number)',
    read: 'final',
    write: 'final',
    counts: false,
  },
  'too large': {
    when: 'HTTP 413, SP030, SP031 and SQ199 of Virtuoso, an answer beyond the limit of bytes',
    read: 'halve',
    write: 'halve',
    counts: false,
  },
  partial: {
    when: 'HTTP 200 with a part of the rows: X-SPARQL-MaxRows, X-SQL-State: S1TAT',
    read: 'halve',
    write: 'final',
    counts: false,
  },
  'no answer': {
    when: 'HTTP 200 with an error page, another content type, or what is no SPARQL answer',
    read: 'retry once known',
    write: 'retry once known',
    counts: true,
  },
  moved: {
    when: 'HTTP 3xx, 404, 405, 410',
    read: 'retry once known',
    write: 'retry once known',
    counts: true,
  },
  refused: {
    when: 'HTTP 401, 403, SR186: credentials or rights',
    read: 'final',
    write: 'final',
    counts: false,
  },
  'not understood': {
    when: 'HTTP 400 and other 4xx',
    read: 'final',
    write: 'final',
    counts: false,
  },
} as const satisfies Readonly<Record<string, RetryRule>>;

/** A way a request may fail: a row of the table. */
export type Outcome = keyof typeof retryTable;

const byNetworkCode: Readonly<Record<string, Outcome>> = {
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EAI_AGAIN: 'unreachable',
  ENOTFOUND: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ECONNTIMEOUT: 'unreachable',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETRUNCATED: 'truncated',
  EIDLE: 'stalled',
  ETIMEDOUT: 'silent',
};

/** The outcome of a request that failed on the network, by the code of a NetworkFailure. */
export function networkOutcome(code: string): Outcome {
  // What the HTTP parser (HPE_…) or zlib (Z_…) cannot read is what a broken connection or a strange proxy leaves.
  if (/^(HPE|Z)_/.test(code)) return 'truncated';
  return byNetworkCode[code] ?? 'untrusted';
}

const busy = new Set([408, 425, 429, 502, 503, 504]);
const moved = new Set([404, 405, 410]);
const deadlock = /\b40001\b|\bS1T00\b|deadlock/i;
const full = /no space left on device|disk (?:is )?full|out of disk/i;
const lasting = /\b[0-9A-Z]{5} Error [A-Z]{2}\d{3}\b/;

/**
 * The outcome of a response, undefined when its body may be read as the answer.
 *
 * @param problem what `answerProblem` says of the same response.
 */
export function responseOutcome(facts: ResponseFacts, problem: LacunaError | undefined): Outcome | undefined {
  const { status, excerpt } = facts;
  if (busy.has(status)) return 'busy';
  if (status === 409 || (status >= 400 && deadlock.test(excerpt))) return 'deadlock';
  if (status === 507 || (status >= 500 && full.test(excerpt))) return 'full';
  if (problem === undefined) return undefined;
  if (problem instanceof TooLarge) return 'too large';
  if (problem instanceof TruncatedAnswer || (status >= 200 && status < 300)) return 'partial';
  if (problem.code === 'STORE_REFUSED') return 'refused';
  if (moved.has(status) || (status >= 300 && status < 400)) return 'moved';
  if (status >= 500) return lasting.test(excerpt) ? 'rejected' : 'failing';
  return status < 200 ? 'no answer' : 'not understood';
}
