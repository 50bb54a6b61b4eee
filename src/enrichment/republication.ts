import type { Quad } from '@rdfjs/types';
import { nodeQuads } from '../graph/published.js';
import { quadKey } from '../graph/quad-key.js';
import type { RunTools } from './exclusive-run.js';
import { Ledger } from './ledger.js';
import { RunFolder } from './run-folder.js';

/** What of a ledger's page a graph lacks. */
async function missing(
  { store, signal }: RunTools,
  page: readonly Quad[],
  graphs: readonly string[],
): Promise<Quad[]> {
  const lacking: Quad[] = [];
  for (const graph of graphs) {
    const wanted = page.filter((quad) => quad.graph.value === graph);
    const subjects = [...new Set(wanted.map(({ subject }) => subject.value))];
    const there = await nodeQuads(store, graph, subjects, { signal });
    const keys = new Set([...there.values()].flat().map(quadKey));
    lacking.push(...wanted.filter((quad) => !keys.has(quadKey(quad))));
  }
  return lacking;
}

/**
 * Writes again what the journals say our graphs hold and they do not: after a graph was cleared, or restored from a backup
 * that is older. What is there stays as it is. Counts: `quads` looked at, `written`.
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
  try {
    await live.enter('publishing');
    for await (const page of ledger.pages()) {
      signal?.throwIfAborted();
      const lacking = await missing(tools, page, graphs);
      for (let start = 0; start < lacking.length; start += store.profile.triplesPerWrite) {
        const insert = lacking.slice(start, start + store.profile.triplesPerWrite);
        await tools.resend({ insert, remove: [] });
        counts.written += insert.length;
      }
      counts.quads += page.length;
      live.advance('triples compared with the journals', counts.quads, counts.quads, {
        counts: { ...counts },
      });
    }
  } finally {
    await ledger.close();
  }
}
