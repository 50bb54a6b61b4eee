import type { TestContext } from 'node:test';
import { silentOverview } from './sample-overview.js';
import { createServer, type ServerParts } from '../../src/daemon/server.js';
import type { DaemonConfig } from '../../src/daemon/settings.js';
import type { Profile } from '../../src/vocabulary/profile.js';
import { FakeRuns } from './fake-runs.js';
import { MemoryStore } from './memory-store.js';

/** A configuration on a free port of this machine. */
export const config: DaemonConfig = {
  graphs: { read: ['http://example.org/graph/*'], predictions: 'http://example.org/predictions' },
  provenance: { namespace: 'http://example.org/lacuna/' },
  photographs: { maximumPixels: 100_000_000 },
  schedule: { enabled: false, cron: '0 3 * * *', timezone: 'Europe/Madrid' },
  http: { host: '127.0.0.1', port: 0 },
};

/** Two properties, two values each. */
export const profile: Profile = {
  id: 'small',
  labels: { en: 'A small collection' },
  record: {
    objectClass: 'http://example.org/model/Object',
    produced: 'http://example.org/model/produced',
    text: ['http://example.org/model/note'],
    representation: 'http://example.org/model/image',
    contentUrl: 'http://example.org/model/url',
    label: 'http://www.w3.org/2000/01/rdf-schema#label',
    valueLinks: ['http://www.w3.org/2004/02/skos/core#broader'],
    valueLabels: ['http://www.w3.org/2004/02/skos/core#prefLabel'],
  },
  tasks: [
    {
      name: 'place',
      labels: { en: 'production place' },
      predicate: 'http://example.org/model/place',
      subject: 'production',
      kind: 'single-label',
      minimumLabelCount: 1,
      classes: [
        {
          id: 'FR',
          concept: 'http://example.org/place/france',
          labels: { en: 'France' },
          alsoKnownAs: [],
          aliases: [],
        },
        {
          id: 'IT',
          concept: 'http://example.org/place/italy',
          labels: { en: 'Italy' },
          alsoKnownAs: [],
          aliases: [],
        },
      ],
    },
    {
      name: 'depiction',
      labels: { en: 'depiction' },
      predicate: 'http://example.org/model/shows',
      subject: 'object',
      kind: 'single-label',
      minimumLabelCount: 1,
      classes: [
        {
          id: 'flower',
          concept: 'http://example.org/motif/flower',
          labels: { en: 'flower' },
          alsoKnownAs: [],
          aliases: [],
        },
        {
          id: 'bird',
          concept: 'http://example.org/motif/bird',
          labels: { en: 'bird' },
          alsoKnownAs: [],
          aliases: [],
        },
      ],
    },
  ],
};

/** A server that listens, until the test ends; `url` has no slash at its end. */
export async function serve(
  context: Pick<TestContext, 'after'>,
  parts: Partial<ServerParts> = {},
): Promise<{ url: string; runs: FakeRuns; log: unknown[] }> {
  const runs = new FakeRuns();
  const log: unknown[] = [];
  const server = await createServer({
    config,
    store: new MemoryStore(''),
    runs,
    profile,
    overview: silentOverview,
    clock: () => new Date('2026-03-02T12:00:00Z'),
    log: (message, error) => log.push(message, error),
    ...parts,
  });
  context.after(() => server.close());
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { url, runs, log };
}
