/** Where a run stands. `parked` was interrupted and goes on at the next start, or when the store or the disk is back. */
export const runPhases = [
  'planned',
  'reading',
  'predicting',
  'publishing',
  'completed',
  'failed',
  'cancelled',
  'parked',
] as const;

/** One of the phases. */
export type RunPhase = (typeof runPhases)[number];

const working: readonly RunPhase[] = ['reading', 'predicting', 'publishing'];
const brokenOff: readonly RunPhase[] = ['failed', 'cancelled', 'parked'];

/** Where a run may go from where it stands. A run that a crash left while working begins anew with reading. */
const ways: Readonly<Record<RunPhase, readonly RunPhase[]>> = {
  planned: ['reading', ...brokenOff],
  reading: [...working, 'completed', ...brokenOff],
  predicting: [...working, 'completed', ...brokenOff],
  publishing: [...working, 'completed', ...brokenOff],
  parked: ['reading', ...brokenOff],
  completed: [],
  failed: [],
  cancelled: [],
};

/** True for a phase in which a run does something. */
export function isWorking(phase: RunPhase): boolean {
  return working.includes(phase);
}

/** True for a phase that a run may leave again: one that is under way, was left by a crash, or is parked. */
export function isOpen(phase: RunPhase): boolean {
  return ways[phase].length > 0;
}

/**
 * The state of a run in its next phase.
 *
 * @throws Error when the run may not go there: what has ended stays as it ended.
 */
export function inPhase<State extends { readonly id: string; readonly state: RunPhase }>(
  state: State,
  next: RunPhase,
  more: Partial<State> = {},
): State {
  if (!ways[state.state].includes(next))
    throw new Error(`Run ${state.id} is ${state.state} and cannot become ${next}.`);
  return { ...state, ...more, state: next };
}
