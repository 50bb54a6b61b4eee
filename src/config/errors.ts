/** The taxonomy of failures. A code decides the exit status and the HTTP status; the message says how to mend it. */
export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'PROFILE_INVALID'
  | 'INPUT_INVALID'
  | 'STORE_UNREACHABLE'
  | 'STORE_REFUSED'
  | 'STORE_ANSWER'
  | 'STATE_UNWRITABLE'
  | 'MODEL_INVALID'
  | 'MODEL_MISSING'
  | 'SHAPE_VIOLATION'
  | 'RUN_CONFLICT'
  | 'NOT_FOUND'
  | 'CANCELLED';

/**
 * A failure a person can act on.
 *
 * `message` names the file, field or record and how to mend it; `cause` keeps the original error;
 * `problems` lists every problem found when several were found at once.
 */
export class LacunaError extends Error {
  override readonly name = 'LacunaError';
  readonly code: ErrorCode;
  readonly problems: readonly string[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; problems?: readonly string[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.problems = options.problems ?? [];
  }
}

/** True when `error` is a LacunaError, of the given code if one is given. */
export function isLacunaError(error: unknown, code?: ErrorCode): error is LacunaError {
  return error instanceof LacunaError && (code === undefined || error.code === code);
}
