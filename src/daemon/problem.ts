import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply } from 'fastify';
import { LacunaError, type ErrorCode } from '../config/errors.js';

/** An error as RFC 9457 wants it told, with the stable code of our own errors beside it. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code?: string;
  /** Every problem found, when several were. */
  readonly problems?: readonly string[];
}

/** A request that is answered with a problem; `detail` is shown to the client. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    options: { code?: string; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.code = options.code;
    this.headers = options.headers ?? {};
  }
}

const statusOf: Readonly<Record<ErrorCode, number>> = {
  CONFIG_INVALID: 500,
  PROFILE_INVALID: 500,
  INPUT_INVALID: 400,
  STORE_UNREACHABLE: 503,
  STORE_REFUSED: 502,
  STORE_ANSWER: 502,
  STATE_UNWRITABLE: 507,
  MODEL_INVALID: 500,
  MODEL_MISSING: 409,
  SHAPE_VIOLATION: 500,
  RUN_CONFLICT: 409,
  NOT_FOUND: 404,
  CANCELLED: 503,
};

function problem(status: number, detail: string, code?: string, problems?: readonly string[]): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(code !== undefined && { code }),
    ...(problems !== undefined && problems.length > 0 && { problems }),
  };
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}

/**
 * The problem that tells of `error`. Messages written for people are passed on; anything unforeseen becomes a plain 500
 * without a word of its insides.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof HttpProblem) return problem(error.status, error.message, error.code);
  if (error instanceof LacunaError) {
    return problem(statusOf[error.code], error.message, error.code, error.problems);
  }
  if (isFastifyError(error) && error.statusCode !== undefined && error.statusCode < 500) {
    const problems = error.validation?.map(
      ({ instancePath, message, params }) =>
        `${error.validationContext ?? 'request'}${instancePath}: ${message ?? 'invalid'}${describeParams(params)}`,
    );
    return problem(error.statusCode, error.message, 'INPUT_INVALID', problems);
  }
  return problem(500, 'Something went wrong inside Lacuna; its log says what.');
}

function describeParams(params: Record<string, unknown>): string {
  const detail = params['additionalProperty'] ?? params['allowedValues'];
  return detail === undefined ? '' : ` (${JSON.stringify(detail)})`;
}

/** Sends `error` as `application/problem+json`. */
export function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const body = toProblem(error);
  if (error instanceof HttpProblem) void reply.headers(error.headers);
  return reply
    .code(body.status)
    .type('application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(body));
}
