import { openProtocolStore } from '../../src/graph/protocol-store.js';
import type { Auth } from '../../src/graph/protocol-store.js';
import { storeProfiles, updateEndpointOf } from '../../src/graph/store-profiles.js';
import type { ProtocolKind } from '../../src/config/schema/store.js';
import type { ServerProcess } from './process.js';
import type { TestServer } from './test-store.js';

/** A server that has been started. */
export interface StartedServer {
  readonly kind: ProtocolKind;
  readonly process: ServerProcess;
  readonly endpoint: string;
  /** May write everything. */
  readonly administrator: Auth;
  /** As `TestServer.limited`; the administrator unless given. */
  readonly limited?: Auth;
  /** Removes the data. */
  readonly remove: () => void;
}

/** The one graph the limited user of every test server may write. */
export const predictions = 'http://example.org/predictions';

/** A started server as the suites use it, reached as its profile says. */
export function testServer(started: StartedServer): TestServer {
  const { kind, process, endpoint, administrator, limited = administrator, remove } = started;
  const hasCredentials = administrator.kind !== 'none';
  return {
    kind,
    endpoint,
    updateEndpoint: updateEndpointOf(kind, endpoint, { hasCredentials }),
    predictions,
    limited,
    administrator,
    open: (writableGraphs) =>
      Promise.resolve(
        openProtocolStore({
          endpoint,
          profile: storeProfiles[kind],
          auth: administrator,
          timeoutMs: 30_000,
          writableGraphs,
          userAgent: 'Lacuna tests',
        }),
      ),
    kill: () => process.kill(),
    restart: () => process.restart(),
    stop: async () => {
      await process.kill();
      remove();
    },
  };
}
