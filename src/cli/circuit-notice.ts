import type { StoreHealth } from '../graph/store.js';

/** What the log says when the circuit of a store changes. */
export function circuitNotice(store: string, { circuit, failures, since, lastError }: StoreHealth): string {
  const at = since ?? '';
  if (circuit === 'closed') return `${at} ${store} answers again: work goes on.`;
  if (circuit === 'half-open') return `${at} ${store} is tried again with one request.`;
  return `${at} ${store} has failed ${String(failures)} requests in a row and is left alone for a while. The last failure: ${lastError ?? 'unknown'}`;
}
