import { crashSuite } from './suite.js';

crashSuite('rdf4j');
