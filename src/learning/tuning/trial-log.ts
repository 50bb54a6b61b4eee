import { createHash } from 'node:crypto';
import { mkdir, open, readFile, truncate } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writing } from '../../config/writing.js';

const trialSchema = z.object({
  parameters: z.record(z.string(), z.unknown()),
  /** Per fold that was judged, in their order; higher is better. */
  scores: z.array(z.number()).min(1),
  /** Given up before all folds were judged. */
  isPruned: z.boolean(),
  seconds: z.number(),
});

/** A trial that has come to its end. */
export type LoggedTrial = z.infer<typeof trialSchema>;

/** Where finished trials are kept, so that a tuning that was killed goes on where it stopped. */
export interface TrialLog {
  /** The trials of earlier, in their order. */
  read(): Promise<readonly LoggedTrial[]>;
  /** Keeps the first `count` trials and forgets the others. */
  keep(count: number): Promise<void>;
  /** Adds a trial; it is on disk when the promise resolves. */
  append(trial: LoggedTrial): Promise<void>;
}

/** The name of a tuning's log: a digest of all that its trials depend on. */
export function trialLogName(dependencies: unknown): string {
  return `${createHash('sha256').update(JSON.stringify(dependencies)).digest('hex').slice(0, 32)}.jsonl`;
}

function parsed(line: string): LoggedTrial | undefined {
  try {
    return trialSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** A log of one JSON line per trial. What a crash left of the last line is cut off when the log is read. */
export class TrialLogFile implements TrialLog {
  readonly #file: string;
  readonly #name: string;
  /** Bytes up to the end of each trial. */
  #ends: number[] = [];

  constructor(file: string) {
    this.#file = file;
    this.#name = path.join(path.basename(path.dirname(file)), path.basename(file));
  }

  async read(): Promise<readonly LoggedTrial[]> {
    const text = await readFile(this.#file, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    });
    const trials: LoggedTrial[] = [];
    this.#ends = [];
    let end = 0;
    for (const line of text.split('\n').slice(0, -1)) {
      const trial = parsed(line);
      if (trial === undefined) break;
      end += Buffer.byteLength(line) + 1;
      this.#ends.push(end);
      trials.push(trial);
    }
    if (end < Buffer.byteLength(text)) await this.keep(trials.length);
    return trials;
  }

  async keep(count: number): Promise<void> {
    this.#ends = this.#ends.slice(0, count);
    await writing(this.#name, () => truncate(this.#file, this.#ends.at(-1) ?? 0));
  }

  async append(trial: LoggedTrial): Promise<void> {
    await writing(this.#name, async () => {
      await mkdir(path.dirname(this.#file), { recursive: true });
      const file = await open(this.#file, 'a');
      try {
        await file.appendFile(`${JSON.stringify(trial)}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
    });
  }
}
