import { isFusekiInstalled, startFuseki } from '../test/stores/fuseki.js';
import type { TestServer } from '../test/stores/test-store.js';
import { isVirtuosoInstalled, startVirtuoso } from '../test/stores/virtuoso.js';
import type { Auth } from '../src/graph/protocol-store.js';

/** A running triple store to measure. */
export interface MeasuredServer extends TestServer {
  /** Who may write everything. */
  readonly administrator: Auth;
}

interface InstalledStore {
  readonly isInstalled: boolean;
  readonly start: () => Promise<MeasuredServer>;
}

async function open(start: () => Promise<TestServer>): Promise<MeasuredServer> {
  return { administrator: { kind: 'none' }, ...(await start()) };
}

/** The triple stores that benchmarks know, by the name they are asked for with. */
export const servers: Readonly<Record<string, InstalledStore>> = {
  virtuoso: { isInstalled: isVirtuosoInstalled, start: startVirtuoso },
  fuseki: { isInstalled: isFusekiInstalled, start: () => open(startFuseki) },
};

/** The stores named on the command line, else all; those that are not installed are said to be and left out. */
export function storesAsked(names: readonly string[], known: readonly string[]): string[] {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`No store is called ${unknown.join(', ')}: there are ${known.join(', ')}.`);
  return (names.length === 0 ? known : names).filter((name) => {
    const isThere = servers[name]?.isInstalled ?? true;
    if (!isThere) process.stdout.write(`${name}: not installed\n`);
    return isThere;
  });
}
