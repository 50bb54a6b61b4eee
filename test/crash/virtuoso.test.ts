import { reasonToSkip } from '../stores/test-store.js';
import { isVirtuosoInstalled, startVirtuoso } from '../stores/virtuoso.js';
import { crashSuite } from './suite.js';

crashSuite({
  name: 'Virtuoso 7',
  start: startVirtuoso,
  skip: reasonToSkip('Virtuoso', isVirtuosoInstalled),
});
