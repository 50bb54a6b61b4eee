import { LacunaError } from './errors.js';

/**
 * Turns an aborted piece of work into the error the house expects; anything else passes.
 *
 * @param work what was going on, such as `reading photographs`
 */
export function cancelledOr(error: unknown, signal: AbortSignal | undefined, work: string): unknown {
  return signal?.aborted === true
    ? new LacunaError('CANCELLED', `${work} was cancelled`, { cause: error })
    : error;
}
