import CachePolicy from 'http-cache-semantics';
import { z } from 'zod';

/** Headers by their names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** What must be known of a kept answer to say whether it may be used again. */
export const keptNoteSchema = z.object({
  address: z.string(),
  /** Milliseconds since 1970 of the answer, or of the last one that confirmed it. */
  answeredAt: z.number(),
  /** What was asked with, for answers that vary by it. */
  request: z.record(z.string(), z.string()),
  response: z.record(z.string(), z.string()),
});
/** One kept answer. */
export type KeptNote = z.output<typeof keptNoteSchema>;

/** How a kept answer may be used. */
export interface Use {
  /** Without asking. */
  readonly isFresh: boolean;
  /** When the server cannot be asked. */
  readonly mayBeStale: boolean;
  /** Headers to ask with whether it is still good (`If-None-Match`, `If-Modified-Since`); empty when it has to be sent again. */
  readonly conditions: Headers;
}

const heeded = ['age', 'cache-control', 'date', 'etag', 'expires', 'last-modified', 'pragma', 'vary'];
const lifetime = /max-age|no-cache|no-store|must-revalidate/;

function policyOf({ request, response, answeredAt }: KeptNote, now: number, lifetimeMs: number): CachePolicy {
  const { 'cache-control': said = '', expires, pragma } = response;
  const isSilent = !lifetime.test(said) && expires === undefined && pragma === undefined;
  const control = isSilent
    ? { 'cache-control': [said, `max-age=${Math.floor(lifetimeMs / 1000)}`].filter(Boolean).join(', ') }
    : {};
  // The policy takes the time of the answer from its clock when it is made, and looks at it again when it is asked.
  let time = answeredAt;
  class PolicyAtATime extends CachePolicy {
    now(): number {
      return time;
    }
  }
  const policy = new PolicyAtATime(
    { method: 'GET', headers: request },
    { status: 200, headers: { ...response, ...control } },
    { shared: false },
  );
  time = now;
  return policy;
}

/** The headers of an answer that say how long it is good. */
export function heededHeaders(headers: Readonly<Record<string, unknown>>): Headers {
  return Object.fromEntries(
    heeded.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

/** True when an answer may be kept at all (RFC 9111 §3: no `no-store`). */
export function mayBeKept(note: KeptNote, lifetimeMs: number): boolean {
  return policyOf(note, note.answeredAt, lifetimeMs).storable();
}

/**
 * How a kept answer may be used now, after RFC 9111 for a private cache. Most servers of photographs say nothing of how
 * long an answer is good; then it is for `lifetimeMs`.
 */
export function useOf(note: KeptNote, request: Headers, now: number, lifetimeMs: number): Use {
  const policy = policyOf(note, now, lifetimeMs);
  const asked = { method: 'GET', headers: request };
  const conditions = Object.entries(policy.revalidationHeaders(asked)).filter(
    ([name]) => name === 'if-none-match' || name === 'if-modified-since',
  );
  return {
    isFresh: policy.satisfiesWithoutRevalidation(asked),
    mayBeStale: !/no-cache|must-revalidate/.test(note.response['cache-control'] ?? ''),
    conditions: Object.fromEntries(conditions.map(([name, value]) => [name, String(value)])),
  };
}

/** The note of an answer that the server has confirmed (304), with what it said anew (RFC 9111 §3.2). */
export function confirmed(note: KeptNote, response: Headers, now: number): KeptNote {
  return { ...note, answeredAt: now, response: { ...note.response, ...response } };
}
