import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunState } from '../../src/enrichment/run-state.js';
import { startLacuna, type Ending, type Running, type Starting } from './lacuna.js';

const readyAfterMs = 5 * 60_000;

/** Waits until a server has said where it is and how to stop it. */
export async function welcomed(running: Running): Promise<{ address: string; text: string }> {
  const deadline = Date.now() + readyAfterMs;
  for (;;) {
    const { stdout, stderr } = running.said();
    const address = /^Lacuna is at (http:\/\/127\.0\.0\.1:\d+)\/$/m.exec(stdout)?.[1];
    if (address !== undefined && stdout.includes('Stop with Ctrl-C.')) return { address, text: stdout };
    assert.equal(running.child.exitCode, null, `it ended before it served:\n${stderr}`);
    assert.ok(Date.now() < deadline, `it does not serve:\n${stderr}`);
    await delay(100);
  }
}

/** A daemon at work, and its runs over HTTP. */
export interface Served {
  readonly running: Running;
  readonly address: string;
  /** Posts the request for a run. */
  post(request: object): Promise<Response>;
  /** The run as it stands once it is in one of these states; any in which it rests unless told. */
  rested(id: string, states?: readonly RunState['state'][]): Promise<RunState>;
  /** Stops it as a service manager does. */
  stop(): Promise<Ending>;
}

/** Starts `lacuna serve` in a folder, on a free port. */
export async function startServing(
  folder: string,
  args: readonly string[],
  starting: Starting = {},
): Promise<Served> {
  const running = startLacuna(folder, ['serve', '--port', '0', ...args], starting);
  const { address } = await welcomed(running);
  return {
    running,
    address,
    post: (request) =>
      fetch(`${address}/runs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      }),
    rested: async (id, states = ['completed', 'failed', 'cancelled', 'parked']) => {
      for (;;) {
        const response = await fetch(`${address}/runs/${id}`);
        const run = (await response.json()) as RunState;
        if (states.includes(run.state)) return run;
        await delay(50);
      }
    },
    stop: () => {
      running.child.kill('SIGTERM');
      return running.ended;
    },
  };
}
