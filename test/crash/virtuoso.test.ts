import { crashSuite } from './suite.js';

crashSuite('virtuoso');
