import { crashSuite } from './suite.js';

crashSuite({ name: 'the embedded store' });
