import { mkdir } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import { LacunaError, isLacunaError } from '../config/errors.js';
import { unwritable, writing } from '../config/writing.js';

/** What became of one task of one record. "Never examined" is the absence of a status. */
export interface ExaminationStatus {
  readonly outcome: 'published' | 'abstained' | 'nothing-to-go-on' | 'rejected-by-curator' | 'failed';
  /** Digest of everything the outcome depends on: inputs, model version, threshold. */
  readonly digest: string;
  /** The part of it that does not depend on the record. */
  readonly judge: string;
  readonly runId: string;
  /** Why, for outcomes other than published. */
  readonly reason?: string | undefined;
}

/**
 * A (record, task) pair. The record is an object as one museum graph describes it, not its production: an object's own
 * properties are asked for too, and records that share a production or an object have inputs of their own.
 */
export interface ExaminationKey {
  /** IRI of the museum graph. */
  readonly graph: string;
  /** IRI of the object. */
  readonly object: string;
  /** Name of the task. */
  readonly task: string;
}

/** A museum's graph as a run saw it that looked at every record with a gap. */
export interface SeenGraph {
  /** What the store summed the graph up to before it was read, and how it was understood. */
  readonly fingerprint: string;
  /** The judge of every task that was looked at, by task name. */
  readonly judges: Readonly<Record<string, string>>;
  /** When it was read whole; ISO 8601, UTC. */
  readonly at: string;
}

/** What messages call the folder. */
const name = 'the folder statuses in the state folder';
// A space occurs in no IRI, so it separates unambiguously; the task comes last, whatever it is called.
const keyOf = ({ graph, object, task }: ExaminationKey): string => `${graph} ${object} ${task}`;

/**
 * The statuses on disk. Holding them open is also the run lock: a second process finds them locked, and the lock goes
 * with the process whatever kills it. Losing them is harmless: records are examined again and what is published already
 * is recognised in the graph.
 */
export class Statuses {
  readonly #level: ClassicLevel<string, ExaminationStatus>;
  readonly #seen;

  private constructor(level: ClassicLevel<string, ExaminationStatus>) {
    this.#level = level;
    this.#seen = level.sublevel<string, SeenGraph>('seen', { valueEncoding: 'json' });
  }

  /** Opens or creates them. Throws RUN_CONFLICT when another run holds the folder, STATE_UNWRITABLE, INPUT_INVALID when it is damaged. */
  static async open(folder: string): Promise<Statuses> {
    await writing(name, () => mkdir(folder, { recursive: true }));
    const level = new ClassicLevel<string, ExaminationStatus>(folder, { valueEncoding: 'json' });
    try {
      await level.open();
    } catch (cause) {
      const refused = unwritable(name, cause);
      if (isLacunaError(refused)) throw refused;
      const locked = (cause as { cause?: { code?: string } }).cause?.code === 'LEVEL_LOCKED';
      throw locked
        ? new LacunaError(
            'RUN_CONFLICT',
            'Another run is under way with the same state folder: wait for it, or cancel it.',
            { cause },
          )
        : new LacunaError(
            'INPUT_INVALID',
            'The folder statuses in the state folder cannot be opened: delete it, the next run rebuilds it.',
            { cause },
          );
    }
    return new Statuses(level);
  }

  /** Statuses in the order of `keys`; undefined = never examined. */
  async get(keys: readonly ExaminationKey[]): Promise<(ExaminationStatus | undefined)[]> {
    return this.#level.getMany(keys.map(keyOf));
  }

  /** Records statuses in one durable batch. @throws LacunaError STATE_UNWRITABLE; none of them is recorded then. */
  async put(entries: readonly (readonly [ExaminationKey, ExaminationStatus])[]): Promise<void> {
    const puts = entries.map(([key, value]) => ({ type: 'put' as const, key: keyOf(key), value }));
    await writing(name, () => this.#level.batch(puts, { sync: true }));
  }

  /**
   * Forgets statuses, and that their graphs were ever seen whole: the next run reads these graphs again and examines the
   * records as if for the first time. @throws LacunaError STATE_UNWRITABLE; nothing is forgotten then.
   */
  async forget(keys: readonly ExaminationKey[]): Promise<void> {
    const graphs = new Set(keys.map(({ graph }) => graph));
    const removals = [
      ...[...graphs].map((key) => ({ type: 'del' as const, key, sublevel: this.#seen })),
      ...keys.map((key) => ({ type: 'del' as const, key: keyOf(key) })),
    ];
    await writing(name, () => this.#level.batch(removals, { sync: true }));
  }

  /** How a museum's graph was when it was last read whole; undefined when it never was. */
  async seen(graph: string): Promise<SeenGraph | undefined> {
    return this.#seen.get(graph);
  }

  /** Notes durably how museums' graphs were when they were read whole. @throws LacunaError STATE_UNWRITABLE. */
  async see(graphs: ReadonlyMap<string, SeenGraph>): Promise<void> {
    const puts = [...graphs].map(([key, value]) => ({
      type: 'put' as const,
      key,
      value,
      sublevel: this.#seen,
    }));
    await writing(name, () => this.#level.batch<string, SeenGraph>(puts, { sync: true }));
  }

  /** Gives the lock back. */
  async close(): Promise<void> {
    await this.#level.close();
  }
}
