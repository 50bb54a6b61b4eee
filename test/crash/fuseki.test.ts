import { crashSuite } from './suite.js';

crashSuite('fuseki');
