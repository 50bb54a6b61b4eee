import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import PQueue from 'p-queue';
import { z } from 'zod';
import { SeenFiles } from './seen-files.js';

/** Where the cache lies, how large it may be, and the clock. */
export interface DiskCacheOptions {
  readonly folder: string;
  /** Bytes of all its files together. */
  readonly maximumBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What is kept under one name. */
export interface Kept<Note> {
  readonly bytes: Uint8Array;
  readonly note: Note;
}

// Room is made for some more than the file at hand, so that not every further one has to look at all.
const roomLeft = 0.9;
const abandonedMs = 60 * 60_000;

function digestOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * Bytes on disk, kept once however many names they have: `content/` holds them by their SHA-256, `entries/` a note for each
 * name with the digest. When a file more would exceed the size, the least recently used go first; the time of a file's last
 * use is its modification time, so that several processes can share a folder (each keeps to the size as it saw it).
 *
 * Files appear whole, by renaming. They are not flushed: content is checked against its digest when it is read, and what
 * does not fit is dropped as if it had never been kept.
 */
export class DiskCache<Note> {
  readonly #options: DiskCacheOptions;
  readonly #entry: z.ZodType<{ digest: string; note: Note }>;
  // One writer at a time, or two would use the same room.
  readonly #writing = new PQueue({ concurrency: 1 });
  #files: SeenFiles | undefined;
  #lastUse = -Infinity;

  constructor(options: DiskCacheOptions, note: z.ZodType<Note>) {
    this.#options = options;
    this.#entry = z.object({ digest: z.string().regex(/^[\da-f]{64}$/), note });
  }

  /** What is kept under a name; undefined when nothing is, or when it is damaged. Counts as a use. */
  async read(name: string): Promise<Kept<Note> | undefined> {
    const place = this.#entryPlace(name);
    let content: string | undefined;
    try {
      const { digest, note } = this.#entry.parse(JSON.parse(await readFile(place, 'utf8')));
      content = this.#contentPlace(digest);
      const bytes = await readFile(content);
      if (digestOf(bytes) !== digest) throw new Error('damaged');
      await this.#use([content, place]);
      return { bytes, note };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // What cannot be read now (too many open files) may be sound; what is missing, no JSON or altered is not.
      if (code === undefined || code === 'ENOENT')
        await this.#remove(content === undefined ? [place] : [place, content]);
      return undefined;
    }
  }

  /**
   * Keeps bytes under a name, in place of what was there. What is larger than the whole cache is not kept.
   *
   * @throws the system's error when the folder cannot be written; nothing is damaged then
   */
  async write(name: string, bytes: Uint8Array, note: Note): Promise<void> {
    const digest = digestOf(bytes);
    const entry = Buffer.from(JSON.stringify({ digest, note }));
    const parts: readonly (readonly [string, Uint8Array])[] = [
      [this.#contentPlace(digest), bytes],
      [this.#entryPlace(name), entry],
    ];
    await this.#writing.add(async () => {
      try {
        if (!(await this.#makeRoom(parts))) return;
        // Content first: an entry never names what is not there.
        for (const [place, data] of parts) await this.#put(place, data);
        await this.#use(parts.map(([place]) => place));
      } catch (error) {
        this.#files = undefined;
        throw error;
      }
    });
  }

  /** Drops what is kept under a name; its content goes when it has not been used for long. */
  async forget(name: string): Promise<void> {
    await this.#remove([this.#entryPlace(name)]);
  }

  #entryPlace(name: string): string {
    const key = digestOf(name);
    return path.join(this.#options.folder, 'entries', key.slice(0, 2), `${key}.json`);
  }

  #contentPlace(digest: string): string {
    return path.join(this.#options.folder, 'content', digest.slice(0, 2), digest);
  }

  async #put(place: string, data: Uint8Array): Promise<void> {
    const partial = `${place}.${randomUUID()}.new`;
    await mkdir(path.dirname(place), { recursive: true });
    try {
      await writeFile(partial, data);
      await rename(partial, place);
    } catch (error) {
      await unlink(partial).catch(() => undefined);
      throw error;
    }
    this.#files?.set(place, { size: data.length, at: this.#options.now() });
  }

  async #use(places: readonly string[]): Promise<void> {
    // Never the same instant twice: the order of uses is what eviction goes by.
    const at = Math.max(Math.floor(this.#options.now()), this.#lastUse + 1);
    this.#lastUse = at;
    for (const place of places) {
      this.#files?.use(place, at);
      // On a disk that is read only the order of uses is not worth a failure.
      await utimes(place, at / 1000, at / 1000).catch(() => undefined);
    }
  }

  async #remove(places: readonly string[]): Promise<void> {
    for (const place of places) {
      this.#files?.delete(place);
      await unlink(place).catch(() => undefined);
    }
  }

  /** Makes room for files that replace those of their names; false when they are larger than the whole cache. */
  async #makeRoom(parts: readonly (readonly [string, Uint8Array])[]): Promise<boolean> {
    const { maximumBytes } = this.#options;
    const size = parts.reduce((sum, [, data]) => sum + data.length, 0);
    if (size > maximumBytes) return false;
    const own = new Set(parts.map(([place]) => place));
    const others = (files: SeenFiles): number =>
      [...own].reduce((rest, place) => rest - files.sizeOf(place), files.bytes);
    this.#files ??= await this.#look();
    if (others(this.#files) + size <= maximumBytes) return true;
    const files = (this.#files = await this.#look());
    if (others(files) + size <= maximumBytes) return true;
    for (const place of files.oldestFirst()) {
      if (others(files) + size <= maximumBytes * roomLeft) break;
      if (!own.has(place)) await this.#remove([place]);
    }
    return true;
  }

  /** All files there are, with their size and last use; what a process left half written long ago is removed. */
  async #look(): Promise<SeenFiles> {
    const { folder, now } = this.#options;
    const found = new SeenFiles();
    for (const part of ['content', 'entries']) {
      const names = await readdir(path.join(folder, part), { recursive: true }).catch(() => []);
      for (const name of names) {
        const place = path.join(folder, part, name);
        const status = await stat(place).catch(() => undefined);
        if (status?.isFile() !== true) continue;
        const at = Math.round(status.mtimeMs);
        if (name.endsWith('.new') && at < now() - abandonedMs) await this.#remove([place]);
        else found.set(place, { size: status.size, at });
      }
    }
    return found;
  }
}
