import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';

/** The comment every log begins with. */
export const firstLine = '# Written by Lacuna: an N-Quads log, complete up to its last "batch" line.\n';
/** What stands before an N-Quads line that was taken back. */
export const removed = '# removed: ';

const closing = /^# batch of (\d+) lines, sha256 ([0-9a-f]{16})$/;

/** A stretch of the log: first lines to take away, then the bytes from `start` to `end` to load as N-Quads. */
export interface LogSegment {
  readonly remove: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** The comment that closes a batch of `count` lines. */
export function closingLine(count: number, digest: string): string {
  return `# batch of ${String(count)} lines, sha256 ${digest}\n`;
}

/** The first 16 hexadecimal digits: enough to tell a torn batch. */
export function shortDigest(hash: Hash): string {
  return hash.digest('hex').slice(0, 16);
}

/** Walks over the log's bytes and finds the complete batches. */
export class BatchScan {
  validEnd = 0;
  /** False when the file begins otherwise than a log does. */
  isOurs = true;
  /** Line that closes the first batch whose checksum is wrong although valid ones follow. */
  damagedAt: number | undefined;
  readonly #segments: LogSegment[] = [];
  #remove: string[] = [];
  #batchRemove: string[] = [];
  #start = 0;
  #rest: Buffer = Buffer.alloc(0);
  #position = 0;
  #line = 0;
  #count = 0;
  #suspect: number | undefined;
  #hash = createHash('sha256');

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (let newline = bytes.indexOf(10); newline >= 0; newline = bytes.indexOf(10, at)) {
      this.#take(bytes.subarray(at, newline + 1));
      at = newline + 1;
    }
    this.#rest = Buffer.from(bytes.subarray(at));
  }

  finish(): LogSegment[] {
    if (this.#line === 0) this.isOurs = firstLine.startsWith(this.#rest.toString('utf8'));
    if (this.validEnd > this.#start || this.#remove.length > 0) {
      this.#segments.push({ remove: this.#remove, start: this.#start, end: this.validEnd });
    }
    return this.#segments;
  }

  #take(line: Buffer): void {
    this.#line += 1;
    this.#position += line.length;
    if (this.#line === 1) {
      this.isOurs = line.toString('utf8') === firstLine;
      return;
    }
    const isComment = line[0] === 35;
    const match = isComment ? closing.exec(line.toString('utf8', 0, line.length - 1)) : null;
    if (match === null) {
      this.#hash.update(line);
      this.#count += 1;
      const text = isComment ? line.toString('utf8') : '';
      if (text.startsWith(removed)) this.#batchRemove.push(text.slice(removed.length));
      return;
    }
    const isValid = this.#count === Number(match[1]) && shortDigest(this.#hash) === match[2];
    this.#hash = createHash('sha256');
    this.#count = 0;
    if (!isValid) this.#suspect ??= this.#line;
    else if (this.#suspect !== undefined) this.damagedAt ??= this.#suspect;
    else this.#accept();
    this.#batchRemove = [];
  }

  #accept(): void {
    if (this.#batchRemove.length > 0) {
      this.#segments.push({ remove: this.#remove, start: this.#start, end: this.validEnd });
      this.#remove = this.#batchRemove;
      this.#start = this.validEnd;
    }
    this.validEnd = this.#position;
  }
}
