import type { Pixels } from '../../../media/decode.js';
import type { Patch } from './schedule.js';

/** Red, green and blue of a pixel, 0 … 255. */
export type Colour = readonly [number, number, number];

/** The mean colour of a photograph. */
export function meanColour({ data }: Pixels): Colour {
  const sums: [number, number, number] = [0, 0, 0];
  for (let byte = 0; byte < data.length; byte += 3) {
    for (let channel = 0; channel < 3; channel++) sums[channel]! += data[byte + channel]!;
  }
  const pixels = Math.max(1, data.length / 3);
  return [Math.round(sums[0] / pixels), Math.round(sums[1] / pixels), Math.round(sums[2] / pixels)];
}

/** A copy of the photograph with one patch in one colour. */
export function covered({ data, width, height }: Pixels, patch: Patch, colour: Colour): Pixels {
  const copy = Uint8Array.from(data);
  for (let y = patch.top; y < patch.bottom; y++) {
    for (let x = patch.left; x < patch.right; x++) copy.set(colour, 3 * (y * width + x));
  }
  return { data: copy, width, height };
}
