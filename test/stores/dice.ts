import type { TestContext } from 'node:test';
import { seededRandom } from '../../src/learning/random.js';

/** Random numbers for moments that no seed fixes altogether; the seed is told, so that the same can be drawn again. */
export function dice(t: TestContext): () => number {
  const wanted = Number(process.env['LACUNA_SEED']);
  const seed = Number.isNaN(wanted) ? Date.now() : wanted;
  t.diagnostic(`LACUNA_SEED=${seed}`);
  return seededRandom(seed);
}
