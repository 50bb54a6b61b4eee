import { isFusekiInstalled, startFuseki } from '../stores/fuseki.js';
import { reasonToSkip } from '../stores/test-store.js';
import { storeConformance } from './store-conformance.js';

storeConformance('Apache Jena Fuseki', startFuseki, reasonToSkip('Fuseki', isFusekiInstalled));
