import type { Change } from '../graph/store.js';
import type { RunTools } from './exclusive-run.js';
import { gatheredWrites } from './gathered-writes.js';
import { differencesByPage } from './ledger-comparison.js';
import { Ledger } from './ledger.js';
import { RunFolder } from './run-folder.js';

/**
 * Writes again what the journals say our graphs hold and they do not: after a graph was cleared, or restored from a backup
 * that is older. What is there stays as it is, also where it is another value than the one we wrote. Counts: `quads` looked
 * at, `written`.
 *
 * @param graphs IRIs of the graphs that are ours; what was once written elsewhere is left alone.
 */
export async function republish(
  tools: RunTools,
  { stateFolder, graphs }: { readonly stateFolder: string; readonly graphs: readonly string[] },
): Promise<void> {
  const { live, store, signal } = tools;
  const counts = { quads: 0, written: 0 };
  tools.accountBy(() => ({ counts: { ...counts } }));
  const ledger = await Ledger.add(new RunFolder(stateFolder), stateFolder, signal);
  async function* lacking(): AsyncGenerator<Change> {
    for await (const { missing, quads } of differencesByPage(tools, { ledger, graphs })) {
      for (const quad of missing) yield { insert: [quad], remove: [] };
      counts.quads += quads;
      live.advance('triples compared with the journals', counts.quads, counts.quads, {
        counts: { ...counts },
      });
    }
  }
  try {
    await live.enter('publishing');
    for await (const { change } of gatheredWrites(lacking(), store.profile.triplesPerWrite)) {
      await tools.resend(change);
      counts.written += change.insert.length;
    }
  } finally {
    await ledger.close();
  }
}
