import { isFusekiInstalled, startFuseki } from '../stores/fuseki.js';
import { reasonToSkip } from '../stores/test-store.js';
import { crashSuite } from './suite.js';

crashSuite({
  name: 'Apache Jena Fuseki',
  start: startFuseki,
  skip: reasonToSkip('Fuseki', isFusekiInstalled),
});
