import type { Pixels } from './pixels.js';

/** What weighs neighbouring pixels: triangle, cubic convolution (a = −1/2; Keys 1981) or windowed sinc. */
export type Kernel = 'linear' | 'cubic' | 'lanczos3';

/** How one axis is resized: `from` pixels become `to`, of which `count` from `start` are wanted. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly count: number;
}

/** A stretch of pixels along an axis. */
export interface Span {
  readonly first: number;
  readonly count: number;
}

/** The pixels, from `first`, that one pixel of the result is made of, and their shares in 2^−`bits`. */
interface Shares {
  readonly first: number;
  readonly shares: Int32Array;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const kernels: Readonly<Record<Kernel, { readonly reach: number; weight(distance: number): number }>> = {
  linear: { reach: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: {
    reach: 2,
    weight(distance) {
      const x = Math.abs(distance);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    },
  },
  lanczos3: { reach: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

// Pillow's precision: shares are whole numbers, so sums are exact, and hold in 32 bits.
const bits = 22;

function sharesAt(place: number, { from, to }: Axis, kernel: Kernel): Shares {
  const { reach, weight } = kernels[kernel];
  const scale = from / to;
  // When shrinking, the kernel is stretched over all pixels that fall together.
  const stretch = Math.max(1, scale);
  const centre = (place + 0.5) * scale;
  const first = Math.max(0, Math.trunc(centre - reach * stretch + 0.5));
  const end = Math.min(from, Math.trunc(centre + reach * stretch + 0.5));
  const weights = Array.from({ length: end - first }, (_, at) =>
    weight((first + at - centre + 0.5) / stretch),
  );
  const sum = weights.reduce((total, value) => total + value, 0);
  // To the nearest, halves away from zero.
  const shares = Int32Array.from(
    weights,
    (value) => Math.sign(value) * Math.floor(0.5 + (Math.abs(value) / sum) * 2 ** bits),
  );
  return { first, shares };
}

/** The pixels that the wanted ones of the result are made of. */
export function needed(axis: Axis, kernel: Kernel): Span {
  const { from, to, start, count } = axis;
  if (from === to) return { first: start, count };
  const { first } = sharesAt(start, axis, kernel);
  const last = sharesAt(start + count - 1, axis, kernel);
  return { first, count: last.first + last.shares.length - first };
}

/** Bytes from one pixel to the next along the axis, and from line to line across it. */
interface Steps {
  readonly step: number;
  readonly inputLine: number;
  readonly outputLine: number;
}

function resampleLines(
  data: Uint8Array,
  output: Uint8Array,
  lines: number,
  axis: Axis,
  { step, inputLine, outputLine }: Steps,
  kernel: Kernel,
): void {
  const offset = needed(axis, kernel).first;
  for (let place = 0; place < axis.count; place++) {
    const { first, shares } = sharesAt(axis.start + place, axis, kernel);
    for (let line = 0; line < lines; line++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 2 ** (bits - 1);
        let at = line * inputLine + (first - offset) * step + channel;
        for (let tap = 0; tap < shares.length; tap++, at += step)
          sum = (sum + Math.imul(shares[tap]!, data[at]!)) | 0;
        const value = sum >> bits;
        output[line * outputLine + place * step + channel] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
  }
}

/**
 * A window of the picture at another size, as Pillow's `resize` makes it, which torchvision and Hugging Face prepare pictures
 * with: equal to the last bit. First rows, then columns, each rounded to 8 bits. In plain JavaScript, so for small pictures.
 *
 * @param pixels those that are `needed` along both axes
 */
export function resampled(pixels: Pixels, x: Axis, y: Axis, kernel: Kernel): Pixels {
  let { data } = pixels;
  const { height } = pixels;
  const width = x.count;
  if (x.from !== x.to) {
    const rows = new Uint8Array(3 * width * height);
    const steps = { step: 3, inputLine: 3 * pixels.width, outputLine: 3 * width };
    resampleLines(data, rows, height, x, steps, kernel);
    data = rows;
  }
  if (y.from !== y.to) {
    const whole = new Uint8Array(3 * width * y.count);
    resampleLines(data, whole, width, y, { step: 3 * width, inputLine: 3, outputLine: 3 }, kernel);
    data = whole;
  }
  return { data, width, height: y.count };
}
