import { openEmbeddedStore } from '../../../src/graph/embedded-store.js';
import { servers } from '../../stores/servers.js';
import { exportConformance } from './export-conformance.js';

exportConformance('the embedded store', () =>
  Promise.resolve({
    open: (writableGraphs) => openEmbeddedStore({ files: [], writableGraphs }),
    stop: () => Promise.resolve(),
  }),
);
for (const { name, start, skip } of servers) exportConformance(name, start, skip);
