import type { ProtocolKind } from '../../src/config/schema/store.js';
import { isFusekiInstalled, startFuseki } from './fuseki.js';
import { isOxigraphInstalled, startOxigraph } from './oxigraph.js';
import { isRdf4jInstalled, startRdf4j } from './rdf4j.js';
import { reasonToSkip, type TestServer } from './test-store.js';
import { isVirtuosoInstalled, startVirtuoso } from './virtuoso.js';

/** A triple store that the suites run against. */
export interface KnownServer {
  readonly name: string;
  readonly kind: ProtocolKind;
  readonly start: () => Promise<TestServer>;
  /** Why it cannot be had; undefined when it can. */
  readonly skip: string | undefined;
}

/** Every triple store that `test/stores/install.sh` installs. */
export const servers: readonly KnownServer[] = [
  {
    name: 'Virtuoso 7',
    kind: 'virtuoso',
    start: startVirtuoso,
    skip: reasonToSkip('Virtuoso', isVirtuosoInstalled),
  },
  {
    name: 'Apache Jena Fuseki',
    kind: 'fuseki',
    start: startFuseki,
    skip: reasonToSkip('Fuseki', isFusekiInstalled),
  },
  {
    name: 'Oxigraph',
    kind: 'oxigraph',
    start: startOxigraph,
    skip: reasonToSkip('Oxigraph', isOxigraphInstalled),
  },
  { name: 'RDF4J', kind: 'rdf4j', start: startRdf4j, skip: reasonToSkip('RDF4J', isRdf4jInstalled) },
];
