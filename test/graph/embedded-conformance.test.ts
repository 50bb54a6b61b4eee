import path from 'node:path';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { temporaryFolder } from '../stores/care.js';
import { storeConformance } from './store-conformance.js';

storeConformance('the embedded store', () => {
  const { folder, remove } = temporaryFolder('embedded');
  // Each handle writes graphs of its own, so each has a log of its own; the first one's is the second one's source.
  let logs: string[] = [];
  return Promise.resolve({
    open: (writableGraphs) => {
      const files = logs;
      const log = path.join(folder, `${String(logs.length)}.nq`);
      logs = [...logs, log];
      return openEmbeddedStore({ files, log, writableGraphs });
    },
    stop: () => {
      remove();
      return Promise.resolve();
    },
  });
});
