import type { Plane } from './planes.js';

function changes(pattern: number): number {
  let count = 0;
  for (let bit = 0; bit < 8; bit++) {
    if (((pattern >> bit) & 1) !== ((pattern >> ((bit + 1) & 7)) & 1)) count++;
  }
  return count;
}

/** Bin of each of the 256 patterns: 58 uniform ones (at most two changes around the circle), then one for all the others. */
function uniformBins(): Uint8Array {
  const bins = new Uint8Array(256);
  let next = 0;
  for (let pattern = 0; pattern < 256; pattern++) bins[pattern] = changes(pattern) <= 2 ? next++ : 58;
  return bins;
}

const bins = uniformBins();

/** Length of `localBinaryPatterns`. */
export const localBinaryPatternsLength = 59;

/** Differences smaller than this (of full contrast) are noise of the camera or of JPEG, not texture. */
const noise = 0.5 / 255;

/**
 * Histogram of uniform local binary patterns with 8 neighbours at distance 1 (Ojala, Pietikäinen & Mäenpää 2002, not
 * rotation invariant: warp and weft are not alike). Square roots of the shares, 59 values.
 */
export function localBinaryPatterns({ values, width, height }: Plane): Float32Array {
  const histogram = new Float32Array(localBinaryPatternsLength);
  const inside = (width - 2) * (height - 2);
  if (width < 3 || height < 3) return histogram;
  // Written out, neighbour by neighbour around the circle: this runs for every pixel of every photograph.
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, at = y * width + 1; x < width - 1; x++, at++) {
      const threshold = (values[at] as number) + noise;
      let pattern = 0;
      if ((values[at - width - 1] as number) > threshold) pattern |= 1;
      if ((values[at - width] as number) > threshold) pattern |= 2;
      if ((values[at - width + 1] as number) > threshold) pattern |= 4;
      if ((values[at + 1] as number) > threshold) pattern |= 8;
      if ((values[at + width + 1] as number) > threshold) pattern |= 16;
      if ((values[at + width] as number) > threshold) pattern |= 32;
      if ((values[at + width - 1] as number) > threshold) pattern |= 64;
      if ((values[at - 1] as number) > threshold) pattern |= 128;
      const bin = bins[pattern] as number;
      histogram[bin] = (histogram[bin] as number) + 1;
    }
  }
  return histogram.map((count) => Math.sqrt(count / inside));
}
