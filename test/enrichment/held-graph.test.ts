import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import { isLacunaError } from '../../src/config/errors.js';
import { claimQuads } from '../../src/enrichment/claim.js';
import { refuseHeld } from '../../src/enrichment/held-graph.js';
import { Lease } from '../../src/enrichment/lease.js';
import { claimantOf } from '../../src/enrichment/claimant.js';
import type { RunRequest } from '../../src/enrichment/run-state.js';
import { temporaryFolder } from '../cli/lacuna.js';
import { startInProcess } from '../stores/in-process.js';
import { openLimited } from '../stores/small-collection-store.js';
import { predictionsGraph } from './claimed-graph.js';

const namespace = 'http://example.org/lacuna/';

test('a claim of another state folder refuses runs that write, and comparisons; what cannot be read refuses none', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startInProcess();
  t.after(() => server.stop());
  const store = openLimited(server);
  t.after(() => store.close());
  const stateFolder = path.join(folder, 'state');
  const parts = { store, stateFolder, predictionsGraph, namespace };
  const ask = (request: Partial<RunRequest> = {}, ms = 5000): Promise<void> =>
    refuseHeld(parts, { trigger: 'demand', ...request }, { urgent: true, signal: AbortSignal.timeout(ms) });
  const claim = (ms: number): Quad[] =>
    claimQuads('http://example.org/lacuna/lease/other', predictionsGraph, {
      holder: 'another',
      host: 'elsewhere',
      runId: 'run-1',
      since: Date.now(),
      until: Date.now() + ms,
    });
  await ask();
  const stands = claim(3_600_000);
  await store.write({ insert: stands, remove: [] });
  for (const request of [{}, { kind: 'retract' }, { kind: 'reconcile', dryRun: true }] as const) {
    await assert.rejects(
      ask(request),
      (error) =>
        isLacunaError(error, 'RUN_CONFLICT') && /^Run run-1 on elsewhere is writing/.test(error.message),
    );
  }
  await ask({ dryRun: true });
  const lapsed = claim(-1000);
  await store.write({ insert: lapsed, remove: stands });
  await ask();
  await store.write({ insert: [], remove: lapsed });

  // One's own, which a crash may have left, is taken over.
  const own = await Lease.claim((await claimantOf(parts, 'run-2'))!);
  await ask();
  const elsewhere = path.join(folder, 'another');
  await mkdir(elsewhere);
  await assert.rejects(
    refuseHeld({ ...parts, stateFolder: elsewhere }, { trigger: 'demand' }, {}),
    (error) => isLacunaError(error, 'RUN_CONFLICT') && error.message.startsWith('Run run-2 on '),
  );
  await own.release();

  server.setAway(true);
  const before = server.requests();
  await ask();
  assert.equal(server.requests(), before + 1);
  await ask({}, 0);
});
