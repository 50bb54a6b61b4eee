import { mkdir } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import { LacunaError } from '../config/errors.js';

/** What became of one task of one record. "Never examined" is the absence of a status. */
export interface ExaminationStatus {
  readonly outcome: 'published' | 'abstained' | 'nothing-to-go-on' | 'failed';
  /** Digest of everything the outcome depends on: inputs, model version, threshold. */
  readonly digest: string;
  readonly runId: string;
  /** Why, for outcomes other than published. */
  readonly reason?: string | undefined;
}

/** A (record, task) pair. `production` is the production's IRI. */
export interface ExaminationKey {
  readonly production: string;
  readonly task: string;
}

// A space occurs in no IRI, so it separates unambiguously.
const keyOf = ({ production, task }: ExaminationKey): string => `${task} ${production}`;

/**
 * The statuses on disk. Holding them open is also the run lock: a second process finds them locked, and the lock goes
 * with the process whatever kills it. Losing them is harmless: records are examined again and what is published already
 * is recognised in the graph.
 */
export class Statuses {
  readonly #level: ClassicLevel<string, ExaminationStatus>;

  private constructor(level: ClassicLevel<string, ExaminationStatus>) {
    this.#level = level;
  }

  /** Throws RUN_CONFLICT when another run holds the folder. */
  static async open(folder: string): Promise<Statuses> {
    await mkdir(folder, { recursive: true });
    const level = new ClassicLevel<string, ExaminationStatus>(folder, { valueEncoding: 'json' });
    try {
      await level.open();
    } catch (cause) {
      const locked = (cause as { cause?: { code?: string } }).cause?.code === 'LEVEL_LOCKED';
      throw locked
        ? new LacunaError(
            'RUN_CONFLICT',
            `Another run is under way with the state folder ${folder}: wait for it, or cancel it.`,
            { cause },
          )
        : new LacunaError(
            'INPUT_INVALID',
            `The statuses in ${folder} cannot be opened: delete the folder, it is rebuilt by the next run.`,
            { cause },
          );
    }
    return new Statuses(level);
  }

  /** Statuses in the order of `keys`; undefined = never examined. */
  async get(keys: readonly ExaminationKey[]): Promise<(ExaminationStatus | undefined)[]> {
    return this.#level.getMany(keys.map(keyOf));
  }

  /** Records statuses in one durable batch. */
  async put(entries: readonly (readonly [ExaminationKey, ExaminationStatus])[]): Promise<void> {
    await this.#level.batch(
      entries.map(([key, value]) => ({ type: 'put' as const, key: keyOf(key), value })),
      { sync: true },
    );
  }

  /** Gives the lock back. */
  async close(): Promise<void> {
    await this.#level.close();
  }
}
