import { crashSuite } from './suite.js';

crashSuite('oxigraph');
