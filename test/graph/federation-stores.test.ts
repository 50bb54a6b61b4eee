import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { isFusekiInstalled, startFuseki } from '../stores/fuseki.js';
import { reasonToSkip } from '../stores/test-store.js';
import { isVirtuosoInstalled, startVirtuoso } from '../stores/virtuoso.js';
import { federationConformance } from './federation-conformance.js';

federationConformance('the embedded store', () =>
  Promise.resolve({
    open: (writableGraphs) => openEmbeddedStore({ files: [], writableGraphs }),
    stop: () => Promise.resolve(),
  }),
);
federationConformance('Virtuoso', startVirtuoso, reasonToSkip('Virtuoso', isVirtuosoInstalled));
federationConformance('Apache Jena Fuseki', startFuseki, reasonToSkip('Fuseki', isFusekiInstalled));
