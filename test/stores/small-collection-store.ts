import { readFile } from 'node:fs/promises';
import { Parser } from 'n3';
import { openProtocolStore } from '../../src/graph/protocol-store.js';
import { storeProfiles, type StoreProfile } from '../../src/graph/store-profiles.js';
import type { Store } from '../../src/graph/store.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import type { TestServer } from './test-store.js';

/** The graphs of the small collection. */
export const museums = ['http://example.org/graph/lyon', 'http://example.org/graph/venice'];

/** Writes the small collection into a server, and as a file into `folder`. */
export async function loadSmallCollection(
  server: Pick<TestServer, 'open'>,
  folder: string,
  records: number,
): Promise<void> {
  const file = await writeSmallCollection(folder, records);
  const everything = await server.open(museums);
  const insert = new Parser({ format: 'N-Quads' }).parse(await readFile(file, 'utf8'));
  await everything.write({ insert, remove: [] });
  await everything.close();
}

/** A client of its own on the server, with the rights of the limited user; `sizes` are the profile's unless given. */
export function openLimited(
  { endpoint, updateEndpoint, kind, limited, predictions }: Omit<TestServer, 'kill' | 'restart'>,
  sizes: Partial<StoreProfile> = {},
): Store {
  return openProtocolStore({
    endpoint,
    updateEndpoint,
    profile: { ...storeProfiles[kind], ...sizes },
    auth: limited,
    timeoutMs: 30_000,
    writableGraphs: [predictions],
    userAgent: 'Lacuna tests',
  });
}
