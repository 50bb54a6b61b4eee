import { LacunaError } from '../config/errors.js';
import { goOnOrStart } from '../enrichment/go-on.js';
import { park } from '../enrichment/run.js';
import type { RunRequest, RunState } from '../enrichment/run-state.js';
import type { Context } from './context.js';
import { createEnrichment, createWorkshop } from './enrichment.js';
import type { Output } from './output.js';
import { runReport } from './run-report.js';

function failure({ id, state, error, request }: RunState): LacunaError | undefined {
  if (state === 'completed') return undefined;
  const command = `lacuna ${request.kind ?? 'enrich'}`;
  if (error === undefined) {
    return new LacunaError(
      'CANCELLED',
      `Run ${id} is ${state}: what was written stays, and the next \`${command}\` goes on from there.`,
    );
  }
  const code = error.code as LacunaError['code'];
  const [reason = '', ...problems] = error.message.split('\n');
  const goesOn = state === 'parked' ? ` The next \`${command}\` goes on from there.` : '';
  return new LacunaError(code, `Run ${id} ${state}: ${reason}${goesOn}`, { problems });
}

/**
 * Does what is requested, or goes on with it where it was interrupted, tells what came of it and resolves with the completed
 * run. Rejects when it did not complete.
 */
export async function executeRun(context: Context, output: Output, request: RunRequest): Promise<RunState> {
  const workshop = createWorkshop(context);
  const enrichment = createEnrichment(context, workshop);
  const controller = new AbortController();
  output.signal.addEventListener('abort', () => controller.abort(park), { once: true });
  const watch = { signal: controller.signal, progress: output.progress };
  const state = await goOnOrStart(enrichment, request, watch, (id) =>
    output.note(`Taking up run ${id}, which was interrupted.`),
  );
  workshop.photographs.close();
  output.result(state, () => runReport(state));
  const error = failure(state);
  if (error !== undefined) throw error;
  return state;
}
