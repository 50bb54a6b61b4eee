import type { Pixels } from '../../media/decode.js';

const hues = 16;
const rings = 4;
const lightnessBins = 16;
const cells = 4;

/** Length of `hueSaturationHistogram`. */
export const hueSaturationLength = 1 + rings * hues;
/** Length of `lightnessHistogram`. */
export const lightnessLength = lightnessBins;
/** Length of `colourLayout`. */
export const colourLayoutLength = cells * cells * 4;

/** Below this value (of 255) a pixel is too dark for its hue to mean much; its saturation is faded out. */
const darkValue = 64;

/** Hue in [0, 1), red at 0, of a colour with `largest` channel and `chroma` > 0, all in one unit. */
export function hueOf(red: number, green: number, blue: number, largest: number, chroma: number): number {
  const sector =
    largest === red
      ? (green - blue) / chroma
      : largest === green
        ? (blue - red) / chroma + 2
        : (red - green) / chroma + 4;
  return (sector < 0 ? sector + 6 : sector) / 6;
}

/**
 * Histogram of hue and saturation on a polar grid, as SilkNet compares colours (Dorozynski 2022): one bin for grey in the
 * middle, then 4 rings of 16 hues. A pixel is shared between its neighbouring bins, so that a small shift of tone moves
 * the histogram a little. Square roots of the shares (Hellinger), 65 values in [0, 1].
 */
export function hueSaturationHistogram({ data }: Pixels): Float32Array {
  // Rings by hues, grey in all 16 bins of the innermost ring until the end.
  const grid = new Float64Array((rings + 1) * hues);
  for (let byte = 0; byte < data.length; byte += 3) {
    const red = data[byte] as number;
    const green = data[byte + 1] as number;
    const blue = data[byte + 2] as number;
    const largest = Math.max(red, green, blue);
    const chroma = largest - Math.min(red, green, blue);
    if (chroma === 0) {
      grid[0] = (grid[0] as number) + 1;
      continue;
    }
    const radius = (chroma / largest) * Math.min(1, largest / darkValue) * rings;
    const ring = Math.min(rings - 1, radius | 0);
    const outwards = radius - ring;
    const angle = hueOf(red, green, blue, largest, chroma) * hues;
    const onwards = angle - (angle | 0);
    const hue = ring * hues + ((angle | 0) % hues);
    const next = ring * hues + (((angle | 0) + 1) % hues);
    grid[hue] = (grid[hue] as number) + (1 - outwards) * (1 - onwards);
    grid[next] = (grid[next] as number) + (1 - outwards) * onwards;
    grid[hue + hues] = (grid[hue + hues] as number) + outwards * (1 - onwards);
    grid[next + hues] = (grid[next + hues] as number) + outwards * onwards;
  }
  const grey = grid.subarray(0, hues).reduce((sum, count) => sum + count, 0);
  return Float32Array.of(grey, ...grid.subarray(hues)).map((count) => Math.sqrt((count * 3) / data.length));
}

/** Histogram of the brightest channel (HSV value): square roots of the shares of 16 bins. */
export function lightnessHistogram({ data }: Pixels): Float32Array {
  const counts = new Float64Array(lightnessBins);
  for (let byte = 0; byte < data.length; byte += 3) {
    const value = Math.max(data[byte] as number, data[byte + 1] as number, data[byte + 2] as number);
    const bin = (value * lightnessBins) >> 8;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return Float32Array.from(counts, (count) => Math.sqrt((count * 3) / data.length));
}

/**
 * Where which colour lies: for each cell of a 4 × 4 grid the mean lightness, red–green and yellow–blue opponents, and the
 * standard deviation of lightness, all in units of 255. 64 values, cell after cell.
 */
export function colourLayout({ data, width, height }: Pixels): Float32Array {
  const sums = new Float64Array(cells * cells * 5);
  for (let y = 0, byte = 0; y < height; y++) {
    const row = Math.floor((y * cells) / height) * cells;
    for (let x = 0; x < width; x++, byte += 3) {
      const red = data[byte] as number;
      const green = data[byte + 1] as number;
      const blue = data[byte + 2] as number;
      const light = (red + green + blue) / 3;
      const at = (row + Math.floor((x * cells) / width)) * 5;
      sums[at] = (sums[at] as number) + 1;
      sums[at + 1] = (sums[at + 1] as number) + light;
      sums[at + 2] = (sums[at + 2] as number) + (red - green);
      sums[at + 3] = (sums[at + 3] as number) + ((red + green) / 2 - blue);
      sums[at + 4] = (sums[at + 4] as number) + light * light;
    }
  }
  const layout = new Float32Array(colourLayoutLength);
  for (let cell = 0; cell < cells * cells; cell++) {
    const [count = 1, light = 0, redGreen = 0, yellowBlue = 0, squares = 0] = sums.subarray(
      cell * 5,
      cell * 5 + 5,
    );
    const mean = light / count;
    const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    layout.set([mean / 255, redGreen / count / 255, yellowBlue / count / 255, deviation / 255], cell * 4);
  }
  return layout;
}

/** The histogram of hue and saturation as shares of the picture that sum to 1: `hueSaturationLength` values. */
export function colourShares(pixels: Pixels): Float32Array {
  return hueSaturationHistogram(pixels).map((root) => root * root);
}
