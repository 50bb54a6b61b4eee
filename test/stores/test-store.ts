import type { Store } from '../../src/graph/store.js';

/** A running triple store for the conformance suite. */
export interface TestStore {
  /** Opens a handle that may write these graphs. */
  open(writableGraphs: readonly string[]): Promise<Store>;
  stop(): Promise<void>;
}

/** What is said, and done, when a store is not installed: undefined when it is. */
export function reasonToSkip(name: string, isInstalled: boolean): string | undefined {
  if (isInstalled || process.env['LACUNA_REQUIRE_STORES'] === '1') return undefined;
  return `${name} is not installed: run test/stores/install.sh`;
}
