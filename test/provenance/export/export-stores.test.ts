import { openEmbeddedStore } from '../../../src/graph/embedded-store.js';
import { isFusekiInstalled, startFuseki } from '../../stores/fuseki.js';
import { reasonToSkip } from '../../stores/test-store.js';
import { isVirtuosoInstalled, startVirtuoso } from '../../stores/virtuoso.js';
import { exportConformance } from './export-conformance.js';

exportConformance('the embedded store', () =>
  Promise.resolve({
    open: (writableGraphs) => openEmbeddedStore({ files: [], writableGraphs }),
    stop: () => Promise.resolve(),
  }),
);
exportConformance('Virtuoso', startVirtuoso, reasonToSkip('Virtuoso', isVirtuosoInstalled));
exportConformance('Apache Jena Fuseki', startFuseki, reasonToSkip('Fuseki', isFusekiInstalled));
