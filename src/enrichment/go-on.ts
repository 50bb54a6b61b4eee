import type { RunWatch } from './live-run.js';
import type { Enrichment } from './run.js';
import { sameWork, type RunRequest, type RunState } from './run-state.js';

/**
 * Goes on with what is requested where it was interrupted, or starts it. What looks interrupted may be under way in another
 * process: then it is refused (RUN_CONFLICT), and started anew when that one has ended just then.
 *
 * @param onTakenUp told of the run that goes on, once it does.
 * @throws LacunaError as `Enrichment.run`.
 */
export async function goOnOrStart(
  enrichment: Pick<Enrichment, 'interrupted' | 'plan' | 'run'>,
  request: RunRequest,
  watch: RunWatch,
  onTakenUp: (id: string) => void,
): Promise<RunState> {
  const interrupted = await enrichment.interrupted();
  if (interrupted !== undefined && sameWork(interrupted.request, request)) {
    const told: { state?: RunState } = {};
    const onState = (state: RunState): void => {
      if (told.state === undefined) onTakenUp(interrupted.id);
      told.state = state;
      watch.onState?.(state);
    };
    const state = await enrichment.run(interrupted, { ...watch, onState });
    if (told.state !== undefined) return state;
  }
  return enrichment.run(enrichment.plan(request), watch);
}
