import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { ClassicLevel } from 'classic-level';
import { Parser } from 'n3';
import { writing } from '../config/writing.js';
import { readJournal } from '../graph/journal.js';
import { quadKey } from '../graph/quad-key.js';
import type { Change } from '../graph/store.js';
import { Spelling } from '../graph/spelling.js';
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
  readonly #pending = new Set<string>();

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
      const ids: string[] = [];
      for await (const { id } of runs.newestFirst()) ids.push(id);
      for (const id of ids.reverse()) {
        for await (const { change, outcome } of readJournal(runs.journalPath(id))) {
          signal?.throwIfAborted();
          if (outcome === 'done') await ledger.#apply(change);
          else if (outcome === 'pending') ledger.#leave(change);
        }
      }
    } catch (error) {
      await ledger.close();
      throw error;
    }
    return ledger;
  }

  /** Keys (`quadKey`) of the quads in changes that were noted and not acknowledged: as many as are sent at once. */
  get pending(): ReadonlySet<string> {
    return this.#pending;
  }

  /** Those of some subjects, IRIs, of which it holds no quad in a graph. */
  async unknownOf(graph: string, subjects: readonly string[]): Promise<string[]> {
    const unknown: string[] = [];
    const keys = this.#level.keys();
    try {
      for (const subject of subjects) {
        const start = `<${subject}> `;
        keys.seek(start);
        let key = await keys.next();
        while (key?.startsWith(start) === true && !key.endsWith(` <${graph}>`)) key = await keys.next();
        if (key?.startsWith(start) !== true) unknown.push(subject);
      }
    } finally {
      await keys.close();
    }
    return unknown;
  }

  /** Its quads in pages of some thousand; those of one subject come together. */
  async *pages(): AsyncGenerator<readonly Quad[]> {
    let page: string[] = [];
    let subject = '';
    for await (const line of this.#level.values()) {
      const next = line.slice(0, line.indexOf(' '));
      if (page.length >= quadsPerPage && next !== subject) {
        yield parsed(page);
        page = [];
      }
      subject = next;
      page.push(line);
    }
    if (page.length > 0) yield parsed(page);
  }

  /** Removes it from disk. */
  async close(): Promise<void> {
    await this.#level.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #leave({ insert, remove }: Change): void {
    for (const quad of [...insert, ...remove]) this.#pending.add(quadKey(quad));
  }

  async #apply({ insert, remove }: Change): Promise<void> {
    const spelling = new Spelling();
    await writing(name, () =>
      this.#level.batch([
        ...remove.map((quad) => ({ type: 'del' as const, key: quadKey(quad) })),
        ...insert.map((quad) => ({ type: 'put' as const, key: quadKey(quad), value: spelling.line(quad) })),
      ]),
    );
  }
}

function parsed(lines: readonly string[]): Quad[] {
  return new Parser({ format: 'N-Quads' }).parse(lines.join(''));
}
