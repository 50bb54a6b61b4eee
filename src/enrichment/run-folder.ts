import { mkdir, open, readFile, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { writing } from '../config/writing.js';
import type { RunState } from './run-state.js';

/** The runs on disk: `<state>/runs/<id>/run.json`, with the run's journal beside it. */
export class RunFolder {
  readonly #root: string;

  constructor(stateFolder: string) {
    this.#root = path.join(stateFolder, 'runs');
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
  async get(id: string): Promise<RunState | undefined> {
    if (!/^[\w-]+$/.test(id)) return undefined;
    try {
      return JSON.parse(await readFile(path.join(this.#root, id, 'run.json'), 'utf8')) as RunState;
    } catch {
      return undefined;
    }
  }

  /** All runs, newest first (ids begin with their time). */
  async list(): Promise<RunState[]> {
    const ids = await readdir(this.#root).catch((): string[] => []);
    const states = await Promise.all(
      ids
        .sort()
        .reverse()
        .map((id) => this.get(id)),
    );
    return states.filter((state) => state !== undefined);
  }
}
