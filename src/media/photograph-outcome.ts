/** Why a photograph could not be had, had plainly or kept; stable codes for reports and counts. */
export const failureReasons = [
  'bad-address',
  'private-address',
  'not-found',
  'refused',
  'rate-limited',
  'server-error',
  'unreachable',
  'timed-out',
  'host-unreachable',
  'too-many-redirects',
  'too-large',
  'truncated',
  'not-an-image',
  'unsupported-format',
  'too-many-pixels',
  'bad-image-information',
  'disallowed',
  'cache-unwritable',
  'encoder-failed',
] as const;
/** One of `failureReasons`. */
export type FailureReason = (typeof failureReasons)[number];

/** A photograph that could not be had. `detail` is a sentence for a person. */
export interface PhotographFailure {
  readonly ok: false;
  readonly reason: FailureReason;
  readonly detail: string;
}

/** The bytes of a photograph. `digest` is their SHA-256 in hexadecimal. */
export interface PhotographBytes {
  readonly ok: true;
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** What asking for a photograph brings. */
export type PhotographOutcome = PhotographBytes | PhotographFailure;

/** Makes a failure. */
export function failure(reason: FailureReason, detail: string): PhotographFailure {
  return { ok: false, reason, detail };
}
