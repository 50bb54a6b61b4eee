import { createHash } from 'node:crypto';
import { normal, seededRandom } from '../../learning/random.js';
import type { Pixels } from '../../media/decode.js';
import { hueOf } from './colour.js';

/** How a view differs from its photograph: rotated, cropped, flipped and turned in this order, then tinted and made noisy. */
export interface Augmentation {
  /** Turns by 90°, clockwise. */
  readonly quarterTurns: 0 | 1 | 2 | 3;
  /** Left and right swapped. */
  readonly mirrored: boolean;
  /** Top and bottom swapped. */
  readonly upended: boolean;
  /** The window that is kept: its side as a share of the picture's, and where it lies, each 0 (start) to 1 (end). */
  readonly crop: { readonly side: number; readonly x: number; readonly y: number };
  /** Rotation in degrees, clockwise. */
  readonly angle: number;
  /** Added to the hue, in turns of the colour circle. */
  readonly hue: number;
  /** The saturation is multiplied by it. */
  readonly saturation: number;
  /** Standard deviation of the noise of every channel of every pixel, as a share of full brightness. */
  readonly noise: number;
}

/**
 * Draws an augmentation as SilkNet does (Dorozynski 2022): turns by 90°, both flips, a window of 0.7 to 1 of the side,
 * rotation within ±5°, hue within ±0.05, saturation by 0.9 to 1, noise of standard deviation 0.1.
 *
 * @param random numbers in [0, 1)
 */
export function drawAugmentation(random: () => number): Augmentation {
  const within = (limit: number): number => (2 * random() - 1) * limit;
  return {
    quarterTurns: Math.floor(random() * 4) as Augmentation['quarterTurns'],
    mirrored: random() < 0.5,
    upended: random() < 0.5,
    crop: { side: 0.7 + 0.3 * random(), x: random(), y: random() },
    angle: within(5),
    hue: within(0.05),
    saturation: 0.9 + 0.1 * random(),
    noise: 0.1,
  };
}

type Place = readonly [x: number, y: number];

/** The place in the photograph that a place of the view shows, both counted from the middle. @param reach of the middle to the edge */
function placeOf(x: number, y: number, augmentation: Augmentation, reach: number): Place {
  const { quarterTurns, mirrored, upended, crop, angle } = augmentation;
  let [u, v] = [x, y];
  for (let turn = 0; turn < quarterTurns; turn++) [u, v] = [v, -u];
  u = crop.side * (mirrored ? -u : u) + (2 * crop.x - 1) * (1 - crop.side) * reach;
  v = crop.side * (upended ? -v : v) + (2 * crop.y - 1) * (1 - crop.side) * reach;
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  return [cos * u + sin * v, cos * v - sin * u];
}

/** Nearest place inside of 0 … last, by mirroring what lies beyond an edge. */
function inside(place: number, last: number): number {
  const mirrored = Math.abs(place);
  return mirrored > last ? Math.max(0, 2 * last - mirrored) : mirrored;
}

/** Writes the bilinear mean of the four pixels around a place into `colour`. */
function sample({ data, width, height }: Pixels, x: number, y: number, colour: Float64Array): void {
  const column = inside(x, width - 1);
  const row = inside(y, height - 1);
  const left = Math.floor(column);
  const top = Math.floor(row);
  const right = Math.min(left + 1, width - 1);
  const bottom = Math.min(top + 1, height - 1);
  for (let channel = 0; channel < 3; channel++) {
    const at = (r: number, c: number): number => data[(r * width + c) * 3 + channel]!;
    const above = at(top, left) + (at(top, right) - at(top, left)) * (column - left);
    const below = at(bottom, left) + (at(bottom, right) - at(bottom, left)) * (column - left);
    colour[channel] = above + (below - above) * (row - top);
  }
}

/** Shifts the hue (turns) and multiplies the saturation of an HSV colour, its brightest channel kept. */
function tint(colour: Float64Array, hue: number, saturation: number): void {
  const [red, green, blue] = colour as unknown as [number, number, number];
  const largest = Math.max(red, green, blue);
  const chroma = largest - Math.min(red, green, blue);
  if (chroma === 0) return;
  const sector = 6 * (hueOf(red, green, blue, largest, chroma) + hue + 1);
  for (const [channel, offset] of [5, 3, 1].entries()) {
    const k = (offset + sector) % 6;
    colour[channel] = largest - saturation * chroma * Math.max(0, Math.min(k, 4 - k, 1));
  }
}

/**
 * A view of a photograph, of the same size. What rotation brings in from outside mirrors what lies inside.
 *
 * @param pixels square
 * @param random numbers in [0, 1), for the noise
 */
export function augment(pixels: Pixels, augmentation: Augmentation, random: () => number): Pixels {
  const { width: side } = pixels;
  const reach = (side - 1) / 2;
  const [x0, y0] = placeOf(0, 0, augmentation, reach);
  const [x1, y1] = placeOf(1, 0, augmentation, reach);
  const [x2, y2] = placeOf(0, 1, augmentation, reach);
  const data = new Uint8Array(side * side * 3);
  const colour = new Float64Array(3);
  const deviation = 255 * augmentation.noise;
  for (let row = 0, byte = 0; row < side; row++) {
    for (let column = 0; column < side; column++, byte += 3) {
      const [x, y] = [column - reach, row - reach];
      const sourceX = reach + x0 + x * (x1 - x0) + y * (x2 - x0);
      const sourceY = reach + y0 + x * (y1 - y0) + y * (y2 - y0);
      sample(pixels, sourceX, sourceY, colour);
      tint(colour, augmentation.hue, augmentation.saturation);
      for (let channel = 0; channel < 3; channel++) {
        const noise = deviation > 0 ? normal(random, deviation) : 0;
        data[byte + channel] = Math.max(0, Math.min(255, Math.round(colour[channel]! + noise)));
      }
    }
  }
  return { data, width: side, height: side };
}

/** Augmented views asked for: how many, and the seed they are drawn from. */
export interface ViewsWanted {
  readonly count: number;
  readonly seed: number;
}

/**
 * Augmented views of a photograph. They depend on its file, their number and the seed alone, whoever reads it when.
 *
 * @param pixels square
 * @param bytes the file the pixels were decoded from
 */
export function* viewsOf(pixels: Pixels, bytes: Uint8Array, { count, seed }: ViewsWanted): Generator<Pixels> {
  const digest = createHash('sha256').update(bytes).update(`/${seed}`).digest();
  const random = seededRandom(digest.readUIntBE(0, 6));
  for (let view = 0; view < count; view++) yield augment(pixels, drawAugmentation(random), random);
}
