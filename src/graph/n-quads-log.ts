import { createHash } from 'node:crypto';
import * as nodeFs from 'node:fs';
import path from 'node:path';
import { LacunaError, isLacunaError } from '../config/errors.js';
import { unwritable } from '../config/writing.js';
import { BatchScan, closingLine, firstLine, removed, shortDigest } from './log-batches.js';
import type { LogSegment } from './log-batches.js';

/** The file-system calls the log makes; tests put failing ones in. */
export type LogFileSystem = Pick<
  typeof nodeFs,
  | 'openSync'
  | 'closeSync'
  | 'readSync'
  | 'writeSync'
  | 'fdatasyncSync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'fstatSync'
  | 'renameSync'
  | 'mkdirSync'
  | 'writeFileSync'
  | 'readFileSync'
  | 'rmSync'
>;

const chunkSize = 1 << 20;
const lockTries = 10;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * An append-only N-Quads file that survives `kill -9` and power loss.
 *
 * A batch is its lines and a closing comment with their number and SHA-256; what has no valid closing comment was never
 * acknowledged and is cut off at the next start. Any N-Quads parser reads the file, the marks are comments. A removal is
 * logged as a `# removed:` comment, so that taking a batch back costs its own size and not the file's; `compact` rewrites
 * the file without such comments, and the owner of the log does so on opening and closing.
 *
 * One process writes at a time: the first write takes `<file>.lock`, which holds the writer's process id on a line.
 */
export class NQuadsLog {
  readonly file: string;
  readonly #fs: LogFileSystem;
  #fd: number | undefined;
  #length = 0;
  #sizeSeen = 0;
  #segments: LogSegment[] = [];
  #hasRemovals = false;
  #isClaimed = false;

  /** Reads and checks the file, which need not exist; nothing is changed on disk. @throws as {@link NQuadsLog.append}. */
  constructor(file: string, fs: LogFileSystem = nodeFs) {
    this.file = file;
    this.#fs = fs;
    this.#guard('read', () => this.#scan());
  }

  /** What to load, in order. */
  get segments(): readonly LogSegment[] {
    return this.#segments;
  }

  /** True when the file holds `# removed:` comments, so that other programs would see too much. */
  get hasRemovals(): boolean {
    return this.#hasRemovals;
  }

  /** True when bytes of an unfinished batch lie behind the last complete one. */
  get isTorn(): boolean {
    return this.#sizeSeen > this.#length;
  }

  /** True when no batch was ever written. */
  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** The bytes of a segment, chunk by chunk. */
  *read(segment: LogSegment): Generator<Uint8Array> {
    for (let at = segment.start; at < segment.end;) {
      const chunk = Buffer.alloc(Math.min(chunkSize, segment.end - at));
      const read = this.#fs.readSync(this.#open(), chunk, 0, chunk.length, at);
      if (read === 0) throw this.#problem('read', new Error('the file became shorter while it was read'));
      at += read;
      yield chunk.subarray(0, read);
    }
  }

  /**
   * Takes the right to write and cuts off an unfinished batch.
   *
   * @returns false when another running process has it.
   */
  tryClaim(): boolean {
    if (this.#isClaimed) return true;
    this.#isClaimed = this.#guard('write', () => this.#takeLock());
    if (!this.#isClaimed) return false;
    this.#guard('write', () => {
      if (this.#fs.fstatSync(this.#open()).size !== this.#sizeSeen) {
        this.#release();
        throw new Error('another process has written to it since it was read; start again');
      }
      if (this.isTorn) this.#cutTail();
    });
    return true;
  }

  /**
   * Appends one batch and returns once it is on the disk.
   *
   * @param remove N-Quads lines, newline included, that go away; they apply before `insert`.
   * @param insert N-Quads lines, newline included.
   * @throws LacunaError STORE_REFUSED when another process writes the log, STATE_UNWRITABLE when the file system refuses
   *   (disk full, no rights); the file then ends where it ended before.
   */
  append(remove: readonly string[], insert: readonly string[]): void {
    if (!this.tryClaim()) {
      throw new LacunaError(
        'STORE_REFUSED',
        `Nothing was written: another running process holds ${this.file}.lock. Wait for it or stop it; if none is running, delete that file.`,
      );
    }
    const lines = [...remove.map((line) => removed + line), ...insert];
    const body = Buffer.from(lines.join(''), 'utf8');
    const batch = Buffer.concat([
      Buffer.from(this.#length === 0 ? firstLine : ''),
      body,
      Buffer.from(closingLine(lines.length, shortDigest(createHash('sha256').update(body)))),
    ]);
    this.#guard('write', () => {
      try {
        if (this.isTorn) this.#cutTail();
        for (let done = 0; done < batch.length;) {
          done += this.#fs.writeSync(this.#open(), batch, done, batch.length - done, this.#length + done);
          this.#sizeSeen = this.#length + done;
        }
        this.#fs.fdatasyncSync(this.#open());
      } catch (error) {
        // What is left is cut before the next batch at the latest, should even this fail on a broken disk.
        this.#cutTail();
        throw error;
      }
    });
    this.#length += batch.length;
    if (remove.length > 0) this.#hasRemovals = true;
  }

  /**
   * Replaces the file by one batch of the given lines: written beside it, synced, renamed over it, folder synced.
   *
   * @throws LacunaError STATE_UNWRITABLE; the old file then stays as it is.
   */
  compact(lines: Iterable<string>): void {
    const temporary = `${this.file}.new`;
    this.#guard('write', () => {
      const fd = this.#fs.openSync(temporary, 'w+');
      let length: number;
      try {
        length = this.#writeSnapshot(fd, lines);
        this.#fs.fsyncSync(fd);
        this.#fs.renameSync(temporary, this.file);
      } catch (error) {
        this.#fs.closeSync(fd);
        this.#fs.rmSync(temporary, { force: true });
        throw error;
      }
      if (this.#fd !== undefined) this.#fs.closeSync(this.#fd);
      this.#fd = fd;
      this.#length = length;
      this.#sizeSeen = length;
      this.#segments = [];
      this.#hasRemovals = false;
      this.#syncFolder();
    });
  }

  #writeSnapshot(fd: number, lines: Iterable<string>): number {
    const hash = createHash('sha256');
    let length = 0;
    let count = 0;
    let pending = '';
    const write = (text: string): void => {
      const bytes = Buffer.from(text, 'utf8');
      for (let done = 0; done < bytes.length;) {
        done += this.#fs.writeSync(fd, bytes, done, bytes.length - done, length + done);
      }
      length += bytes.length;
    };
    const flush = (): void => {
      hash.update(pending);
      write(pending);
      pending = '';
    };
    write(firstLine);
    for (const line of lines) {
      pending += line;
      count += 1;
      if (pending.length > chunkSize) flush();
    }
    flush();
    write(closingLine(count, shortDigest(hash)));
    return length;
  }

  /** Closes the file and gives the right to write back. */
  close(): void {
    if (this.#fd !== undefined) this.#fs.closeSync(this.#fd);
    this.#fd = undefined;
    this.#release();
  }

  #takeLock(): boolean {
    const lock = `${this.file}.lock`;
    this.#fs.mkdirSync(path.dirname(this.file), { recursive: true });
    for (;;) {
      try {
        this.#fs.writeFileSync(lock, `${String(process.pid)}\n`, { flag: 'wx' });
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const holder = this.#lockHolder(lock);
        if (holder !== undefined && holder !== process.pid && isRunning(holder)) return false;
        this.#fs.rmSync(lock, { force: true });
      }
    }
  }

  /** The process id in the lock; undefined when it has no end of line: its writer died before it had written that. */
  #lockHolder(lock: string): number | undefined {
    for (let tries = 0; tries < lockTries; tries += 1) {
      const text = this.#fs.readFileSync(lock, 'utf8');
      if (text.endsWith('\n')) return Number(text);
      // It may be about to be written: the file is there a moment before its text.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
    return undefined;
  }

  #release(): void {
    if (this.#isClaimed) this.#fs.rmSync(`${this.file}.lock`, { force: true });
    this.#isClaimed = false;
  }

  #open(): number {
    if (this.#fd === undefined) {
      this.#fd = this.#fs.openSync(this.file, nodeFs.constants.O_RDWR | nodeFs.constants.O_CREAT, 0o644);
      this.#syncFolder();
    }
    return this.#fd;
  }

  #syncFolder(): void {
    const folder = this.#fs.openSync(path.dirname(this.file), 'r');
    try {
      this.#fs.fsyncSync(folder);
    } finally {
      this.#fs.closeSync(folder);
    }
  }

  #cutTail(): void {
    this.#fs.ftruncateSync(this.#open(), this.#length);
    this.#sizeSeen = this.#length;
  }

  #scan(): void {
    let fd: number;
    try {
      fd = this.#fs.openSync(this.file, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    this.#fd = fd;
    const scan = new BatchScan();
    const chunk = Buffer.alloc(chunkSize);
    for (;;) {
      const read = this.#fs.readSync(fd, chunk, 0, chunk.length, this.#sizeSeen);
      if (read === 0) break;
      this.#sizeSeen += read;
      scan.push(chunk.subarray(0, read));
    }
    this.#length = scan.validEnd;
    this.#segments = scan.finish();
    this.#hasRemovals = this.#segments.some((segment) => segment.remove.length > 0);
    this.#fs.closeSync(fd);
    this.#fd = undefined;
    if (!scan.isOurs) {
      throw new Error(
        'it is no log of Lacuna; move it away, and name it under store.files if it is to be loaded',
      );
    }
    if (scan.damagedAt !== undefined) {
      throw new Error(
        `the batch that ends at line ${String(scan.damagedAt)} is damaged, yet complete ones follow it; restore the file from a copy, or move it away and publish again from the journal`,
      );
    }
  }

  #guard<T>(verb: 'read' | 'write', action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (error instanceof LacunaError) throw error;
      throw this.#problem(verb, error as Error);
    }
  }

  #problem(verb: 'read' | 'write', cause: Error): LacunaError {
    if (verb === 'write') {
      const refused = unwritable(this.#name, cause);
      if (isLacunaError(refused)) return refused;
    }
    const effect = verb === 'write' ? 'Nothing was written: the' : 'The';
    return new LacunaError(
      'STORE_REFUSED',
      `${effect} log ${this.file} cannot be ${verb === 'write' ? 'written' : 'read'}: ${cause.message}. Check the folder, its rights and the disk.`,
      { cause },
    );
  }

  /** As messages name it that are shown over HTTP too. */
  get #name(): string {
    return `${path.basename(path.dirname(this.file))}/${path.basename(this.file)}`;
  }
}
