import type { Difference, RunState } from '../enrichment/run-state.js';

const longest = 120;

function short(values: readonly string[]): string {
  const text = values.join(', ');
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

function exampleLine({ kind, subject, property, there, expected }: Difference): string {
  const is = kind === 'missing' ? 'nothing' : short(there);
  const should = kind === 'foreign' ? '' : `, should be ${short(expected)}`;
  return `  ${kind.padEnd(7)}  <${subject}> <${property}>: there is ${is}${should}`;
}

/** What a reconciliation found and did, and what to do about it, for a person. */
export function reconciliationReport(run: RunState, counts: Readonly<Record<string, number>>): string[] {
  const { id, state, request, differences = [] } = run;
  const { quads = 0, missing = 0, altered = 0, foreign = 0, blank = 0, pending = 0 } = counts;
  const { written = 0, removed = 0, remaining = 0 } = counts;
  const isDry = request.dryRun === true;
  const head = `Run ${id} ${state}: ${quads} triples of the journals were compared with the graph.`;
  if (missing + altered + foreign + pending === 0) {
    return [head, ...(state === 'completed' ? ['Journals and graph agree.'] : [])];
  }
  const hint = (applies: boolean, text: string): string[] => (applies ? [text] : []);
  return [
    head,
    `missing  ${missing} triples are in the journals and not in the graph`,
    `altered  ${altered} properties have another value than the one that was written`,
    `foreign  ${foreign} triples are in the graph and in no journal`,
    ...hint(blank > 0, `         ${blank} of them are said of blank nodes, which are counted and not shown`),
    ...hint(pending > 0, `pending  ${pending} triples belong to a run that was interrupted`),
    ...(differences.length > 0 ? ['For example:', ...differences.map(exampleLine)] : []),
    ...hint(
      !isDry,
      `Put right: ${written} triples written, ${removed} removed. ${remaining} differences remain.`,
    ),
    ...hint(
      isDry && missing + altered > 0,
      'Nothing was written. `lacuna reconcile --repair` writes what is missing and puts back what was altered.',
    ),
    ...hint(
      foreign > 0,
      'What is foreign stays: others wrote it, or Lacuna from another state folder, or a backup brought back what was taken back since. If another state folder publishes here too, do not repair from this one.',
    ),
    ...hint(pending > 0, 'What is pending is settled at the beginning of the next run that writes.'),
  ];
}
