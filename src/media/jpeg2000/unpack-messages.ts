import type { Size } from '../image-information.js';
import type { PhotographFailure } from '../photograph-outcome.js';

/** What the thread that unpacks a picture is given. */
export interface UnpackRequest {
  readonly bytes: Uint8Array;
  /** As it comes out. */
  readonly size: Size;
  /** Of width and height. */
  readonly halvings: number;
  /** Bytes that WebAssembly may take. */
  readonly maximumMemory: number;
}

/** A picture of one or three samples of 8 bits per pixel, interleaved. */
export interface Unpacked extends Size {
  readonly data: Uint8Array;
  readonly channels: 1 | 3;
}

/** What it answers, once. */
export type UnpackAnswer = Unpacked | PhotographFailure;
