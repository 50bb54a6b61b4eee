import { availableParallelism } from 'node:os';
import type { InferenceOptions } from './inference.js';

const limitMs = 120_000;
const restMs = 60_000;
const mostThreads = 8;

/** How the process of a pretrained encoder is run. @param threads when left out all cores but one, at most 8 */
export function usualProcess(
  threads = Math.min(mostThreads, Math.max(1, availableParallelism() - 1)),
): Pick<InferenceOptions<unknown>, 'threads' | 'limitMs' | 'restMs'> {
  return { threads, limitMs, restMs };
}
