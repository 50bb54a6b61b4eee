import { servers } from '../stores/servers.js';
import { storeConformance } from './store-conformance.js';

for (const { name, start, skip } of servers) storeConformance(name, start, skip);
