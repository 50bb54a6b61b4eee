import type { ErrorCode } from '../config/errors.js';

/** What the process tells its caller when it ends. */
export const exitCodes = {
  success: 0,
  /** Something failed, or a check found a problem. */
  failure: 1,
  /** The command line, the configuration, the profile or an input file is wrong. */
  usage: 2,
  /** The store cannot be reached, refuses, or answers nonsense. */
  store: 3,
  /** The disk is full or cannot be written; nothing acknowledged is lost. */
  disk: 4,
  /** Stopped by a signal (128 + SIGINT). */
  cancelled: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byErrorCode: Readonly<Record<ErrorCode, ExitCode>> = {
  CONFIG_INVALID: exitCodes.usage,
  PROFILE_INVALID: exitCodes.usage,
  INPUT_INVALID: exitCodes.usage,
  STORE_UNREACHABLE: exitCodes.store,
  STORE_REFUSED: exitCodes.store,
  STORE_ANSWER: exitCodes.store,
  STATE_UNWRITABLE: exitCodes.disk,
  MODEL_INVALID: exitCodes.failure,
  MODEL_MISSING: exitCodes.failure,
  SHAPE_VIOLATION: exitCodes.failure,
  RUN_CONFLICT: exitCodes.failure,
  NOT_FOUND: exitCodes.failure,
  CANCELLED: exitCodes.cancelled,
};

/** The exit code of a failure. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return byErrorCode[code];
}
