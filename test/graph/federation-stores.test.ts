import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { servers } from '../stores/servers.js';
import { federationConformance } from './federation-conformance.js';

federationConformance('the embedded store', () =>
  Promise.resolve({
    open: (writableGraphs) => openEmbeddedStore({ files: [], writableGraphs }),
    stop: () => Promise.resolve(),
  }),
);
for (const { name, start, skip } of servers) federationConformance(name, start, skip);
