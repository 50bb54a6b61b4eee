import type { Quad } from '@rdfjs/types';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { Parser } from 'n3';
import { LacunaError } from '../config/errors.js';
import { writing } from '../config/writing.js';
import { AppendedLines } from './appended-lines.js';
import type { Change, SpeltChange, Store } from './store.js';
import { spelt } from './update.js';

/** A change that was intended; `id` counts up from 1 within one journal. */
export interface JournalBatch {
  readonly id: number;
  readonly change: Change;
}

type Line = { batch: number; insert: string; remove: string } | { done: number } | { void: number };

/** The file as messages name it, which are shown over HTTP too: with its folder, which is called after the run. */
function nameOf(filePath: string): string {
  return `${path.basename(path.dirname(filePath))}/${path.basename(filePath)}`;
}

function parse(text: string): Quad[] {
  return new Parser({ format: 'TriG' }).parse(text);
}

async function* completeLines(file: string): AsyncGenerator<{ text: string; end: number }> {
  let rest = Buffer.alloc(0);
  let end = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      end += at + 1;
      yield { text: rest.subarray(0, at).toString('utf8'), end };
      rest = rest.subarray(at + 1);
    }
  }
}

/** The entries of a journal, each with the number of bytes up to its end. */
async function* entries(filePath: string): AsyncGenerator<Line & { readonly end: number }> {
  let number = 0;
  if (!existsSync(filePath)) return;
  for await (const { text, end } of completeLines(filePath)) {
    number += 1;
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch (cause) {
      throw new LacunaError(
        'INPUT_INVALID',
        `${nameOf(filePath)}, line ${number}: not a journal line; restore the file from a backup, or move the run's folder away to start afresh.`,
        { cause },
      );
    }
    yield { ...line, end };
  }
}

/**
 * The append-only record of what a run means to write: each change is on disk before it is sent to the store and is
 * marked once the store has acknowledged it. After a crash the unmarked changes are sent again; writing twice is a no-op.
 * One JSON object a line; a line torn by a crash is cut off when the journal is opened.
 */
export class Journal {
  readonly #lines: AppendedLines;
  readonly #pending: Map<number, Change>;
  #lastId: number;

  private constructor(lines: AppendedLines, pending: Map<number, Change>, lastId: number) {
    this.#lines = lines;
    this.#pending = pending;
    this.#lastId = lastId;
  }

  /**
   * Opens or creates the journal.
   *
   * @throws LacunaError INPUT_INVALID naming the line when something other than its tail is damaged; STATE_UNWRITABLE.
   */
  static async open(filePath: string): Promise<Journal> {
    const file = await writing(nameOf(filePath), async () => {
      await mkdir(path.dirname(filePath), { recursive: true });
      return open(filePath, 'a');
    });
    const pending = new Map<number, Change>();
    let lastId = 0;
    let end = 0;
    try {
      for await (const entry of entries(filePath)) {
        if ('done' in entry) {
          pending.delete(entry.done);
        } else if ('void' in entry) {
          pending.delete(entry.void);
        } else {
          pending.set(entry.batch, { insert: parse(entry.insert), remove: parse(entry.remove) });
          lastId = Math.max(lastId, entry.batch);
        }
        end = entry.end;
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    if ((await file.stat()).size > end) await writing(nameOf(filePath), () => file.truncate(end));
    return new Journal(new AppendedLines(file, nameOf(filePath), end), pending, lastId);
  }

  /** Changes that were noted but not marked done, oldest first. */
  pending(): JournalBatch[] {
    return [...this.#pending].map(([id, change]) => ({ id, change }));
  }

  /** How many changes were ever noted. */
  get size(): number {
    return this.#lastId;
  }

  /**
   * Notes a change durably and returns its id.
   *
   * @param text the change, spelt; made of it unless given.
   * @throws LacunaError STATE_UNWRITABLE, INPUT_INVALID for what cannot be spelt; the change is not noted then.
   */
  async note(change: Change, text: SpeltChange = spelt(change)): Promise<number> {
    const id = this.#lastId + 1;
    const line: Line = { batch: id, insert: text.insert.join('\n'), remove: text.remove.join('\n') };
    await this.#lines.append(JSON.stringify(line), true);
    this.#lastId = id;
    this.#pending.set(id, change);
    return id;
  }

  /** Marks a change as acknowledged by the store. A mark lost in a crash only costs sending the change again. */
  async done(id: number): Promise<void> {
    await this.#lines.append(JSON.stringify({ done: id } satisfies Line), false);
    this.#pending.delete(id);
  }

  /** Marks a noted change as one that will never be written. */
  async void(id: number): Promise<void> {
    await this.#lines.append(JSON.stringify({ void: id } satisfies Line), true);
    this.#pending.delete(id);
  }

  /** Resolves when all marks are on disk: of a run that is said to be over, nobody looks for changes to send again. */
  sync(): Promise<void> {
    return this.#lines.sync();
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#lines.close();
  }
}

/** What became of a noted change: written, given up, or not known yet. */
export interface JournalEntry extends JournalBatch {
  readonly outcome: 'done' | 'void' | 'pending';
}

/**
 * Reads a journal change by change, in the order they were noted; memory is one change. A line torn by a crash is passed
 * over; a journal that is not there holds nothing.
 *
 * @throws LacunaError INPUT_INVALID naming the line that is damaged.
 */
export async function* readJournal(filePath: string): AsyncGenerator<JournalEntry> {
  const outcomes = new Map<number, 'done' | 'void'>();
  for await (const line of entries(filePath)) {
    if ('done' in line) outcomes.set(line.done, 'done');
    else if ('void' in line) outcomes.set(line.void, 'void');
  }
  for await (const line of entries(filePath)) {
    if (!('batch' in line)) continue;
    const change = { insert: parse(line.insert), remove: parse(line.remove) };
    yield { id: line.batch, change, outcome: outcomes.get(line.batch) ?? 'pending' };
  }
}

/** A change that is noted, and sent or given up once. */
export interface NotedChange {
  /** Writes it, and marks it as acknowledged; `onSent` is called when it is on its way. */
  send(onSent?: () => void): Promise<void>;
  /** Marks it as one that will never be written. */
  drop(): Promise<void>;
}

/**
 * Notes a change before it is sent, so that a crash neither loses nor repeats it. May be done while the store is at work on
 * another one.
 */
export async function noteChange(
  store: Pick<Store, 'write' | 'expect'>,
  journal: Pick<Journal, 'note' | 'done' | 'void'>,
  change: Change,
): Promise<NotedChange> {
  // Made ready first: what cannot be sent is not noted.
  const text = spelt(change);
  store.expect?.(change, text);
  const id = await journal.note(change, text);
  return {
    send: async (onSent) => {
      await store.write(change, { onSent });
      await journal.done(id);
    },
    drop: () => journal.void(id),
  };
}
