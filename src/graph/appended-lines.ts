import type { FileHandle } from 'node:fs/promises';
import { writing } from '../config/writing.js';

/** The calls of an open file that appending makes; tests put failing ones in. */
export type AppendingFile = Pick<FileHandle, 'appendFile' | 'datasync' | 'truncate' | 'close'>;

/**
 * A file that grows by whole lines. What a full disk lets through of a line is cut off again, at the latest before the next
 * one, so that a line which could not be written never spoils its neighbours.
 */
export class AppendedLines {
  readonly #file: AppendingFile;
  readonly #name: string;
  #end: number;
  #isTorn = false;
  #turn: Promise<void> = Promise.resolve();

  /**
   * Goes on after the whole lines that the file holds.
   *
   * @param file opened for appending.
   * @param name how messages call it.
   * @param end bytes of whole lines it holds.
   */
  constructor(file: AppendingFile, name: string, end: number) {
    this.#file = file;
    this.#name = name;
    this.#end = end;
  }

  /**
   * Appends one line, one after the other when called at once; with `isDurable` it is on disk when the promise resolves.
   *
   * @throws LacunaError STATE_UNWRITABLE; the file then holds the lines it held before.
   */
  append(line: string, isDurable: boolean): Promise<void> {
    const appended = this.#turn.then(() =>
      writing(this.#name, () => this.#write(Buffer.from(`${line}\n`, 'utf8'), isDurable)),
    );
    this.#turn = appended.catch(() => undefined);
    return appended;
  }

  /** Resolves when all lines appended so far are on disk. @throws LacunaError STATE_UNWRITABLE */
  sync(): Promise<void> {
    return this.#turn.then(() => writing(this.#name, () => this.#file.datasync()));
  }

  /** Closes the file once everything is appended. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#file.close();
  }

  async #write(bytes: Buffer, isDurable: boolean): Promise<void> {
    if (this.#isTorn) await this.#cut();
    try {
      await this.#file.appendFile(bytes);
      if (isDurable) await this.#file.datasync();
    } catch (error) {
      this.#isTorn = true;
      await this.#cut().catch(() => undefined);
      throw error;
    }
    this.#end += bytes.length;
  }

  async #cut(): Promise<void> {
    await this.#file.truncate(this.#end);
    this.#isTorn = false;
  }
}
