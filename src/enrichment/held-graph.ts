import path from 'node:path';
import { isLacunaError, LacunaError } from '../config/errors.js';
import type { RequestOptions } from '../graph/store.js';
import { claimantOf, type ClaimantParts } from './claimant.js';
import { Lease } from './lease.js';
import { RunFolder } from './run-folder.js';
import { isWorking } from './run-phases.js';
import type { RunRequest } from './run-state.js';
import { Statuses } from './statuses.js';

/** Looks at the lock of the state folder. Holds it for a moment, so no run of this process may begin meanwhile. */
async function refuseLocked(stateFolder: string): Promise<void> {
  try {
    const statuses = await Statuses.open(path.join(stateFolder, 'statuses'));
    await statuses.close();
  } catch (cause) {
    if (!isLacunaError(cause, 'RUN_CONFLICT')) throw cause;
    const [newest] = await new RunFolder(stateFolder).list({ limit: 1 });
    if (newest === undefined || !isWorking(newest.state)) throw cause;
    throw new LacunaError(
      'RUN_CONFLICT',
      `Run ${newest.id} is under way in another process with the same state folder: wait for it, or cancel it there.`,
      { cause },
    );
  }
}

/**
 * Looks, before a run begins, whether another process would keep it from the predictions graph: one with the same state
 * folder, or one elsewhere that has claimed it. What cannot be found out, as the store is away, is left to the run.
 *
 * @throws LacunaError RUN_CONFLICT saying which run has the graph.
 */
export async function refuseHeld(
  parts: ClaimantParts,
  request: RunRequest,
  options: RequestOptions,
): Promise<void> {
  try {
    await refuseLocked(parts.stateFolder);
    // A dry run claims nothing; but what another run has under way would look like a difference to a comparison.
    if (request.dryRun === true && request.kind !== 'reconcile') return;
    const claimant = await claimantOf(parts, 'none yet');
    if (claimant !== undefined) await Lease.refuseOthers(claimant, options);
  } catch (error) {
    if (!isLacunaError(error) || error.code === 'RUN_CONFLICT') throw error;
  }
}
