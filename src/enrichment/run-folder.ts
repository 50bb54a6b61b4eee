import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, open, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { writing } from '../config/writing.js';
import type { RunState } from './run-state.js';

function runId(time: Date, suffix: string): string {
  return `${time.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')}-${suffix}`;
}

/** Which runs are asked for. */
export interface RunPage {
  /** At most so many. */
  readonly limit?: number | undefined;
  /** Only those older than the one of this id. */
  readonly before?: string | undefined;
}

/**
 * One page of a list of runs, and the `before` of the next page when there are older ones.
 *
 * @param list gives the runs of a page; it is asked for one more than `limit`, which tells whether there are older ones.
 */
export async function pageOfRuns<Run extends { readonly id: string }>(
  list: (page: RunPage) => Promise<readonly Run[]>,
  { limit, before }: { readonly limit: number; readonly before: string | undefined },
): Promise<{ readonly runs: readonly Run[]; readonly next: string | undefined }> {
  const found = await list({ limit: limit + 1, before });
  const runs = found.slice(0, limit);
  return { runs, next: found.length > limit ? runs.at(-1)?.id : undefined };
}

// Others get a turn in between.
const readsInARow = 50;

/** The runs on disk: `<state>/runs/<id>/run.json`, with the run's journal beside it. */
export class RunFolder {
  readonly #root: string;

  constructor(stateFolder: string) {
    this.#root = path.join(stateFolder, 'runs');
  }

  /**
   * The id of a run that starts at `now`: its time in seconds and `suffix`. It sorts after that of every run on disk, though
   * the clock went back: the time of the newest one and a second, then.
   */
  nextId(now: Date, suffix: string): string {
    const newest = this.#newest();
    const id = runId(now, suffix);
    if (newest === undefined || id > newest) return id;
    const time = newest.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z');
    return runId(new Date(Date.parse(time) + 1000), suffix);
  }

  /** Id of the newest run that has said where it stands; before that it has written nothing. */
  #newest(): string | undefined {
    let names: string[];
    try {
      names = readdirSync(this.#root);
    } catch {
      return undefined;
    }
    return names
      .filter((name) => /^\d{8}T\d{6}Z-/.test(name))
      .sort()
      .reverse()
      .find((name) => existsSync(path.join(this.#root, name, 'run.json')));
  }

  /** Path of the run's journal. */
  journalPath(id: string): string {
    return path.join(this.#root, id, 'journal.ndjson');
  }

  /**
   * Writes the state durably: a crash or a full disk leaves the old or the new one, never half of one.
   *
   * @throws LacunaError STATE_UNWRITABLE
   */
  async save(state: RunState): Promise<void> {
    const folder = path.join(this.#root, state.id);
    const target = path.join(folder, 'run.json');
    await writing(`runs/${state.id}/run.json`, async () => {
      await mkdir(folder, { recursive: true });
      const file = await open(`${target}.new`, 'w');
      try {
        await file.writeFile(`${JSON.stringify(state, null, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${target}.new`, target);
    });
  }

  /** The run's state, or undefined when there is no such run. */
  get(id: string): Promise<RunState | undefined> {
    return Promise.resolve(this.#read(id));
  }

  /** The runs, newest first (ids begin with their time), each read when it is asked for. */
  async *newestFirst({ before }: Pick<RunPage, 'before'> = {}): AsyncGenerator<RunState> {
    const ids = await readdir(this.#root).catch((): string[] => []);
    let read = 0;
    for (const id of ids.sort().reverse()) {
      if (before !== undefined && id >= before) continue;
      if (++read % readsInARow === 0) await setImmediate();
      const state = this.#read(id);
      if (state !== undefined) yield state;
    }
  }

  /** Runs, newest first: all of them unless told. */
  async list({ limit = Infinity, before }: RunPage = {}): Promise<RunState[]> {
    const states: RunState[] = [];
    if (limit < 1) return states;
    for await (const state of this.newestFirst({ before })) {
      states.push(state);
      if (states.length >= limit) break;
    }
    return states;
  }

  /** Small files are read five times as fast at once as by turns, and never too many of them are open. */
  #read(id: string): RunState | undefined {
    if (!/^[\w-]+$/.test(id)) return undefined;
    try {
      return JSON.parse(readFileSync(path.join(this.#root, id, 'run.json'), 'utf8')) as RunState;
    } catch {
      return undefined;
    }
  }
}
