import type { Auth } from '../../src/graph/protocol-store.js';
import type { ProtocolKind } from '../../src/config/schema/store.js';
import type { Store } from '../../src/graph/store.js';

/** A running triple store for the conformance suite. */
export interface TestStore {
  /** Opens a handle that may write these graphs, with every right. */
  open(writableGraphs: readonly string[]): Promise<Store>;
  /** Ends the store for good and removes its data. */
  stop(): Promise<void>;
}

/** A triple store that is reached over HTTP. */
export interface TestServer extends TestStore {
  readonly kind: ProtocolKind;
  readonly endpoint: string;
  readonly updateEndpoint: string;
  /** The one graph the limited user may write. */
  readonly predictions: string;
  /** May read everything, and write `predictions` at least. */
  readonly limited: Auth;
  /** May write everything. */
  readonly administrator: Auth;
  /** Kills the server (SIGKILL); its data stay. */
  kill(): Promise<void>;
  /** Starts the killed server again, on the same port with the same data; does nothing when it runs. */
  restart(): Promise<void>;
}

/** What is said, and done, when a store is not installed: undefined when it is. */
export function reasonToSkip(name: string, isInstalled: boolean): string | undefined {
  if (isInstalled || process.env['LACUNA_REQUIRE_STORES'] === '1') return undefined;
  return `${name} is not installed: run test/stores/install.sh`;
}
