import { randomUUID } from 'node:crypto';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { v5 } from 'uuid';
import { writing } from '../config/writing.js';
import { systemClock, type RetryClock } from '../graph/retry.js';
import type { Store } from '../graph/store.js';
import type { Claimant } from './lease.js';

/** What a claim on the predictions graph is made of. */
export interface ClaimantParts {
  readonly store: Store;
  readonly stateFolder: string;
  readonly predictionsGraph: string;
  readonly namespace: string;
  /** Seconds after which the claim of a run that has stopped without a word lapses; 120 unless told. */
  readonly leaseSeconds?: number | undefined;
  /** Measures what the claim on the graph has left; the system's unless told. */
  readonly clock?: RetryClock | undefined;
}

const defaultLeaseSeconds = 120;

/** Names the state folder among all that ever claimed a graph; a copy of it, elsewhere or on another computer, is another. */
async function holderOf(stateFolder: string): Promise<string> {
  const file = path.join(stateFolder, 'holder');
  let name = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (name === '') {
    name = randomUUID();
    await writing('holder', async () => {
      await mkdir(stateFolder, { recursive: true });
      await writeFile(file, `${name}\n`);
    });
  }
  return v5(JSON.stringify([name, hostname(), await realpath(stateFolder)]), v5.URL);
}

/** Undefined for an embedded store: its log is locked, so only one process can have it open. */
export async function claimantOf(parts: ClaimantParts, runId: string): Promise<Claimant | undefined> {
  const { store, predictionsGraph, namespace, stateFolder } = parts;
  if (store.profile.kind === 'embedded') return undefined;
  return {
    store,
    predictionsGraph,
    namespace,
    holder: await holderOf(stateFolder),
    host: hostname(),
    runId,
    seconds: parts.leaseSeconds ?? defaultLeaseSeconds,
    clock: parts.clock ?? systemClock,
  };
}
