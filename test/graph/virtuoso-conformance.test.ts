import { reasonToSkip } from '../stores/test-store.js';
import { isVirtuosoInstalled, startVirtuoso } from '../stores/virtuoso.js';
import { storeConformance } from './store-conformance.js';

storeConformance('Virtuoso 7', startVirtuoso, reasonToSkip('Virtuoso', isVirtuosoInstalled));
