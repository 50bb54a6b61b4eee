import type { FastifyInstance } from 'fastify';
import type { Store } from '../../graph/store.js';
import type { RunService } from '../run-service.js';
import { punctuality } from '../schedule.js';
import type { ScheduleConfig } from '../settings.js';

/** What the health route needs. */
export interface HealthParts {
  readonly store: Store;
  readonly runs: RunService;
  readonly schedule: ScheduleConfig;
  readonly clock: () => Date;
  readonly nextRun: () => Date | undefined;
}

// Longer than a store takes to answer, shorter than a supervisor waits for us.
const storeTimeoutMs = 5_000;

async function storeProblem(store: Store): Promise<string | undefined> {
  try {
    await store.ask('ASK {}', { signal: AbortSignal.timeout(storeTimeoutMs) });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Adds GET /healthz: 200 while the store answers, 503 while it does not; `degraded` while it has failed so often that
 * nothing is sent to it. A missed run is told (`stale`) but stays 200: a
 * supervisor that restarts the daemon for it would help nobody.
 */
export function addHealthRoute(app: FastifyInstance, parts: HealthParts): void {
  app.get('/healthz', async (_request, reply) => {
    const now = parts.clock();
    const [problem, lastSuccess, runs] = await Promise.all([
      storeProblem(parts.store),
      parts.runs.lastSuccess(now),
      parts.runs.list({ limit: 1 }),
    ]);
    const health = parts.store.health?.();
    const isLeftAlone = health !== undefined && health.circuit !== 'closed';
    const kept = punctuality(parts.schedule, lastSuccess, now);
    const stale = kept.kind === 'overdue' || kept.kind === 'never ran';
    const status = isLeftAlone ? 'degraded' : problem !== undefined ? 'failing' : stale ? 'stale' : 'ok';
    const last = runs[0];
    return reply
      .code(problem === undefined ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({
        status,
        store: {
          name: parts.store.name,
          kind: parts.store.profile.title,
          reachable: problem === undefined,
          problem,
          ...health,
        },
        schedule: {
          enabled: parts.schedule.enabled,
          next: parts.nextRun()?.toISOString(),
          missed: kept.kind === 'overdue' ? kept.missed.toISOString() : undefined,
        },
        currentRun: parts.runs.current()?.id,
        lastRun: last && { id: last.id, state: last.state, startedAt: last.startedAt, endedAt: last.endedAt },
        lastSuccess: lastSuccess?.toISOString(),
        secondsSinceLastSuccess:
          lastSuccess && Math.max(0, Math.round((now.getTime() - lastSuccess.getTime()) / 1000)),
      });
  });
}
