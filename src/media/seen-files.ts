/** A file as it was last seen. */
export interface SeenFile {
  /** Bytes. */
  readonly size: number;
  /** When it was last used, in milliseconds since 1970. */
  readonly at: number;
}

/** The files of a cache as one process sees them, and their sizes together, which cost nothing to ask for. */
export class SeenFiles {
  readonly #files = new Map<string, SeenFile>();
  #bytes = 0;

  /** Bytes of all files together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of a file; 0 when it has not been seen. */
  sizeOf(place: string): number {
    return this.#files.get(place)?.size ?? 0;
  }

  /** Takes note of a file, in place of what was known of it. */
  set(place: string, file: SeenFile): void {
    this.#bytes += file.size - this.sizeOf(place);
    this.#files.set(place, file);
  }

  /** Takes note that a file was used at a time; nothing when it has not been seen. */
  use(place: string, at: number): void {
    const known = this.#files.get(place);
    if (known !== undefined) this.#files.set(place, { ...known, at });
  }

  /** Takes note that a file is gone. */
  delete(place: string): void {
    this.#bytes -= this.sizeOf(place);
    this.#files.delete(place);
  }

  /** All files, the one that was not used for the longest time first. */
  oldestFirst(): string[] {
    return [...this.#files].sort(([, a], [, b]) => a.at - b.at).map(([place]) => place);
  }
}
