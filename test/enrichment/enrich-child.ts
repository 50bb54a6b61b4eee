/**
 * Runs one enrichment of a small collection in a process of its own, on a fixed clock, and kills itself with SIGKILL at
 * the n-th point at which something is about to be written or has just been written. Used by the crash test.
 *
 * Arguments: folder, point to die at (0 = live). Prints the final state, and how many points were passed.
 */
import { trainedEnrichment } from './small-enrichment.js';
import { withWrite } from './wrapped-store.js';

const [folder = '', dieAt = '0'] = process.argv.slice(2);
let passed = 0;
const point = (): void => {
  passed += 1;
  if (passed === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
};

const { enrichment, close } = await trainedEnrichment(folder, {
  wrap: (store) =>
    withWrite(store, async (change, options) => {
      point();
      await store.write(change, options);
      point();
    }),
});
const planned = (await enrichment.interrupted()) ?? enrichment.plan({ trigger: 'demand' });
const state = await enrichment.run(planned, { progress: () => undefined, onState: point });
await close();
process.stdout.write(
  `${JSON.stringify({ state: state.state, written: state.summary?.written, points: passed })}\n`,
);
