import { crashSuite } from './suite.js';

crashSuite('embedded');
