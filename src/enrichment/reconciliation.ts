import type { Change } from '../graph/store.js';
import { examplesOf, type Differences } from './differences.js';
import type { RunTools } from './exclusive-run.js';
import { gatheredWrites } from './gathered-writes.js';
import { blankTriples, differencesByPage, foreignByPage } from './ledger-comparison.js';
import { Ledger } from './ledger.js';
import { RunFolder } from './run-folder.js';
import type { Difference } from './run-state.js';

const examplesOfAKind = 10;

/** Adds up what was found, with the first examples of each kind. */
class Findings {
  readonly #examples = new Map<Difference['kind'], Difference[]>();
  quads = 0;
  listed = 0;
  missing = 0;
  altered = 0;
  foreign = 0;
  blank = 0;
  pending = 0;
  written = 0;
  removed = 0;
  /** Missing triples and altered properties that were put right. */
  repaired = 0;

  add(found: Differences): void {
    this.missing += found.missing.length;
    this.altered += found.altered.length;
    this.foreign += found.foreign.length;
    this.pending += found.pending;
    for (const example of examplesOf(found, examplesOfAKind)) {
      const known = this.#examples.get(example.kind) ?? [];
      if (known.length < examplesOfAKind) this.#examples.set(example.kind, [...known, example]);
    }
  }

  /** Triples of others on blank nodes, which cannot be shown one by one. */
  addBlank(triples: number): void {
    this.foreign += triples;
    this.blank += triples;
  }

  account(): { counts: Record<string, number>; differences: Difference[] } {
    const { quads, missing, altered, foreign, blank, pending, written, removed, repaired } = this;
    const remaining = missing + altered + foreign + pending - repaired;
    return {
      counts: { quads, missing, altered, foreign, blank, pending, written, removed, remaining },
      differences: [...this.#examples.values()].flat(),
    };
  }
}

/** What puts differences right: what is missing comes back, and what was altered as well. */
function repairsOf({ missing, altered }: Differences): Change[] {
  return [
    ...missing.map((quad) => ({ insert: [quad], remove: [] })),
    ...altered.map(({ expected, there }) => ({ insert: expected, remove: there })),
  ];
}

/**
 * Compares what the journals of all runs say our graphs hold with what they hold, and, unless it is a dry run, writes again
 * what is missing and puts back what was altered. What others wrote stays. Memory is a page, whatever the graph's size.
 *
 * What is written is in the journals already and what is removed never was in them, so nothing is noted: after a crash the
 * same comparison finds the same again.
 *
 * Counts: `quads` that the journals hold, `missing` and `foreign` triples, those of the latter that are said of a `blank`
 * node, `altered` properties, `pending` triples whose change was noted and not acknowledged, `written` and `removed` triples, `remaining` differences of all kinds.
 *
 * @param graphs IRIs of the graphs that are ours.
 * @throws LacunaError RUN_CONFLICT when a run of another state folder writes the graph: what it has under way would look
 *   like a difference.
 */
export async function reconcile(
  tools: RunTools,
  { stateFolder, graphs }: { readonly stateFolder: string; readonly graphs: readonly string[] },
): Promise<void> {
  const { live, store, signal, dryRun } = tools;
  const findings = new Findings();
  tools.accountBy(() => findings.account());
  await tools.refuseOthers();
  const ledger = await Ledger.add(new RunFolder(stateFolder), stateFolder, signal);
  const comparison = { ledger, graphs };
  async function* repairs(): AsyncGenerator<Change> {
    for await (const found of differencesByPage(tools, comparison)) {
      findings.add(found);
      findings.quads += found.quads;
      if (!dryRun) yield* repairsOf(found);
      live.advance('triples of the journals looked up', findings.quads, findings.quads, findings.account());
    }
  }
  try {
    await live.enter('publishing');
    for await (const { change, parts } of gatheredWrites(repairs(), store.profile.triplesPerWrite)) {
      await tools.resend(change);
      findings.written += change.insert.length;
      findings.removed += change.remove.length;
      findings.repaired += parts.length;
    }
    for await (const found of foreignByPage(tools, comparison)) {
      findings.add(found);
      findings.listed += found.listed;
      live.advance('nodes of the graph looked up', findings.listed, findings.listed, findings.account());
    }
    findings.addBlank(await blankTriples(tools, comparison));
    // One may have begun meanwhile.
    await tools.refuseOthers();
  } finally {
    await ledger.close();
  }
}
