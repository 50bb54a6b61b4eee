/** A photograph as encoders see it: sRGB, 8 bits, rows from the top, three bytes per pixel. */
export interface Pixels {
  /** width × height × 3 bytes. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}
