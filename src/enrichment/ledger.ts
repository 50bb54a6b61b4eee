import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { ClassicLevel } from 'classic-level';
import { Parser } from 'n3';
import { writing } from '../config/writing.js';
import { readJournal } from '../graph/journal.js';
import { quadKey } from '../graph/quad-key.js';
import type { Change } from '../graph/store.js';
import { quadLine } from '../graph/update.js';
import type { RunFolder } from './run-folder.js';

const quadsPerPage = 4000;
const name = 'ledger';

/**
 * What our graphs should hold according to the journals of all runs, one after the other. It is kept on disk while it is
 * used, sorted by subject, so that memory is one page of it whatever the graph's size.
 */
export class Ledger {
  readonly #level: ClassicLevel;
  readonly #folder: string;
  #quads = 0;

  private constructor(level: ClassicLevel, folder: string) {
    this.#level = level;
    this.#folder = folder;
  }

  /**
   * Adds the journals up.
   *
   * @param stateFolder where the ledger may lie until it is closed.
   * @throws LacunaError INPUT_INVALID for a damaged journal, STATE_UNWRITABLE.
   */
  static async add(runs: RunFolder, stateFolder: string, signal?: AbortSignal): Promise<Ledger> {
    const folder = path.join(stateFolder, name);
    await rm(folder, { recursive: true, force: true });
    const level = new ClassicLevel(folder);
    await writing(name, () => level.open());
    const ledger = new Ledger(level, folder);
    try {
      for (const { id } of (await runs.list()).reverse()) {
        for await (const { change, outcome } of readJournal(runs.journalPath(id))) {
          signal?.throwIfAborted();
          if (outcome === 'done') await ledger.#apply(change);
        }
      }
    } catch (error) {
      await ledger.close();
      throw error;
    }
    return ledger;
  }

  /** Quads it holds, as far as pages have been read. */
  get quadsRead(): number {
    return this.#quads;
  }

  /** Its quads in pages of some thousand; those of one subject come together. */
  async *pages(): AsyncGenerator<readonly Quad[]> {
    let page: string[] = [];
    let subject = '';
    for await (const line of this.#level.values()) {
      const next = line.slice(0, line.indexOf(' '));
      if (page.length >= quadsPerPage && next !== subject) {
        yield this.#parsed(page);
        page = [];
      }
      subject = next;
      page.push(line);
    }
    if (page.length > 0) yield this.#parsed(page);
  }

  /** Removes it from disk. */
  async close(): Promise<void> {
    await this.#level.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #parsed(lines: readonly string[]): Quad[] {
    this.#quads += lines.length;
    return new Parser({ format: 'N-Quads' }).parse(lines.join(''));
  }

  async #apply({ insert, remove }: Change): Promise<void> {
    await writing(name, () =>
      this.#level.batch([
        ...remove.map((quad) => ({ type: 'del' as const, key: quadKey(quad) })),
        ...insert.map((quad) => ({ type: 'put' as const, key: quadKey(quad), value: quadLine(quad) })),
      ]),
    );
  }
}
