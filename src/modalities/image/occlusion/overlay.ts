import sharp from 'sharp';
import type { Pixels } from '../../../media/decode.js';
import type { OcclusionMap } from './occlusion-map.js';

/** Formats that overlays are drawn in. */
export const overlayFormats = ['webp', 'png'] as const;
/** One of them. */
export type OverlayFormat = (typeof overlayFormats)[number];

/** Side of an overlay in pixels. */
export const overlaySide = 336;

// Told apart with any kind of colour vision, on any grey.
const speaksFor = [255, 150, 0] as const;
const speaksAgainst = [0, 110, 255] as const;
const mostOpaque = 0.75;

// A photograph of noise is larger than any of cloth; the last would hold one too.
const qualities = [70, 50, 30, 10];
const mostBytes = 30_000;

/** Value between the middles of cells by the four around, beyond the outermost as theirs. `x` and `y` in cells. */
function between(cells: OcclusionMap['cells'], x: number, y: number): number {
  const last = cells.length - 1;
  const held = (at: number): number => Math.min(last, Math.max(0, at));
  const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [along, down] = [x - 0.5 - left, y - 0.5 - top];
  const at = (row: number, column: number): number => cells[held(row)]![held(column)]!;
  const upper = at(top, left) * (1 - along) + at(top, left + 1) * along;
  const lower = at(top + 1, left) * (1 - along) + at(top + 1, left + 1) * along;
  return upper * (1 - down) + lower * down;
}

/**
 * The photograph in grey, orange where it speaks for the class and blue where it speaks against it, the stronger the more
 * opaque; the largest value of the map, either way, is the most opaque.
 *
 * @param pixels a square
 * @returns three bytes per pixel
 */
export function tinted({ data, width, height }: Pixels, { cells }: OcclusionMap): Uint8Array {
  const largest = Math.max(...cells.flat().map(Math.abs));
  const picture = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = 3 * (y * width + x);
      const grey = 0.299 * data[byte]! + 0.587 * data[byte + 1]! + 0.114 * data[byte + 2]!;
      const place = [((x + 0.5) * cells.length) / width, ((y + 0.5) * cells.length) / height] as const;
      const value = largest === 0 ? 0 : between(cells, ...place) / largest;
      const colour = value > 0 ? speaksFor : speaksAgainst;
      const opacity = mostOpaque * Math.abs(value);
      for (let channel = 0; channel < 3; channel++)
        picture[byte + channel] = Math.round(grey * (1 - opacity) + colour[channel]! * opacity);
    }
  }
  return picture;
}

/**
 * `tinted` as a file: a WebP of at most 30 kB whatever the photograph, or a PNG, which loses nothing.
 *
 * @param pixels a square
 */
export async function drawOverlay(pixels: Pixels, map: OcclusionMap, format: OverlayFormat): Promise<Buffer> {
  const { width, height } = pixels;
  const drawing = sharp(tinted(pixels, map), { raw: { width, height, channels: 3 } });
  if (format === 'png') return drawing.png({ compressionLevel: 9 }).toBuffer();
  let bytes = Buffer.alloc(0);
  for (const quality of qualities) {
    bytes = await drawing.clone().webp({ quality }).toBuffer();
    if (bytes.length <= mostBytes) break;
  }
  return bytes;
}
