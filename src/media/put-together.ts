import sharp from 'sharp';
import { decodePhotograph } from './decode.js';
import { failure, type PhotographFailure } from './photograph-outcome.js';
import type { Tile, TilePlan } from './tile-plan.js';

// Servers round the sides of the last tiles of a row or column up or down.
const rounding = 1;

async function pixelsOf(
  { width, height, addresses }: Tile,
  bytes: Uint8Array,
): Promise<Uint8Array | PhotographFailure> {
  const decoded = await decodePhotograph(bytes, {
    width,
    height,
    maximumBytes: Infinity,
    maximumPixels: (width + rounding) * (height + rounding),
    resize: { fit: 'fill', kernel: 'linear', kept: 1 },
  });
  if (!decoded.ok) return { ...decoded, detail: `${addresses[0] ?? 'a tile'}: ${decoded.detail}` };
  const { pixels, stored } = decoded;
  if (Math.abs(stored.width - width) <= rounding && Math.abs(stored.height - height) <= rounding)
    return pixels.data;
  const sizes = `${stored.width} × ${stored.height}, not ${width} × ${height}`;
  return failure('bad-image-information', `${addresses[0] ?? 'a tile'} is ${sizes} as its grid has it`);
}

/** A picture that is put together tile by tile: sRGB, 8 bits; what has not come yet is black. */
export class PutTogether {
  readonly #plan: TilePlan;
  readonly #canvas: Uint8Array;

  /** Takes three bytes per pixel of the plan. */
  constructor(plan: TilePlan) {
    this.#plan = plan;
    this.#canvas = new Uint8Array(plan.width * plan.height * 3);
  }

  /** Puts a tile in its place. @returns why it cannot: what `decodePhotograph` says, or `bad-image-information` for another size */
  async add(tile: Tile, bytes: Uint8Array): Promise<PhotographFailure | undefined> {
    const pixels = await pixelsOf(tile, bytes);
    if ('reason' in pixels) return pixels;
    for (let row = 0; row < tile.height; row++) {
      const line = pixels.subarray(row * tile.width * 3, (row + 1) * tile.width * 3);
      this.#canvas.set(line, ((tile.top + row) * this.#plan.width + tile.left) * 3);
    }
    return undefined;
  }

  /** The whole as a PNG, the same bytes for the same tiles. */
  async finished(): Promise<Uint8Array> {
    const { width, height } = this.#plan;
    const raw = { width, height, channels: 3 as const };
    return sharp(this.#canvas, { raw }).png({ compressionLevel: 4 }).toBuffer();
  }
}
