import type { Plane } from './planes.js';

const orientations = 8;
const cells = 4;

/** Values `edgeDirections` gives per scale. */
export const edgeDirectionsLength = orientations + 2;
/** Length of `edgeLayout`. */
export const edgeLayoutLength = cells * cells * orientations;

/** The gradient of every inner pixel: its magnitude, and its orientation in [0, 8) as a position on the circle of bins. */
interface Gradients {
  readonly magnitudes: Float32Array;
  readonly angles: Float32Array;
}

const octant = orientations / 4;

/** Orientation of (dx, dy), not both zero, in [0, 8]; polynomial arc tangent, wrong by less than 0.001 of a bin. */
function orientation(dx: number, dy: number): number {
  const wide = Math.abs(dx);
  const tall = Math.abs(dy);
  const slope = wide > tall ? tall / wide : wide / tall;
  const square = slope * slope;
  const polynomial = ((-0.0464964749 * square + 0.15931422) * square - 0.327622764) * square * slope + slope;
  const gentle = (polynomial * orientations) / Math.PI;
  const angle = wide > tall ? gentle : 2 * octant - gentle;
  return dx * dy < 0 ? orientations - angle : angle;
}

function gradientsOf({ values, width, height }: Plane): Gradients {
  const magnitudes = new Float32Array(values.length);
  const angles = new Float32Array(values.length);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, at = y * width + 1; x < width - 1; x++, at++) {
      const dx = (values[at + 1] as number) - (values[at - 1] as number);
      const dy = (values[at + width] as number) - (values[at - width] as number);
      if (dx === 0 && dy === 0) continue;
      magnitudes[at] = Math.sqrt(dx * dx + dy * dy);
      angles[at] = orientation(dx, dy);
    }
  }
  return { magnitudes, angles };
}

/** Shares one pixel's magnitude between its two neighbouring bins of the 8 that start at `start`. */
function addGradient(histogram: Float64Array, start: number, magnitude: number, angle: number): void {
  const floor = angle | 0;
  const onwards = (angle - floor) * magnitude;
  const bin = start + (floor & 7);
  const next = start + ((floor + 1) & 7);
  histogram[bin] = (histogram[bin] as number) + magnitude - onwards;
  histogram[next] = (histogram[next] as number) + onwards;
}

/**
 * In which directions lightness changes, over the whole picture: share of the gradient magnitude in 8 orientations of
 * [0, π), then ln of the mean magnitude (in units of full contrast, offset 10⁻³), then how much the strongest
 * orientation stands out of the mean. 10 values.
 */
export function edgeDirections(plane: Plane): Float32Array {
  const energy = new Float64Array(orientations);
  const { magnitudes, angles } = gradientsOf(plane);
  for (let at = 0; at < magnitudes.length; at++)
    addGradient(energy, 0, magnitudes[at] as number, angles[at] as number);
  const total = energy.reduce((sum, value) => sum + value, 0);
  const shares = energy.map((value) => (total === 0 ? 1 / orientations : value / total));
  const mean = total / (plane.width * plane.height);
  return Float32Array.of(...shares, Math.log(mean + 1e-3), Math.max(...shares) * orientations - 1);
}

/**
 * Where which directions lie: gradient orientations (8) in each cell of a 4 × 4 grid, together of unit length
 * (histogram of oriented gradients, Dalal & Triggs 2005, in its coarsest form). 128 values, cell after cell.
 */
export function edgeLayout(plane: Plane): Float32Array {
  const { width, height } = plane;
  const histogram = new Float64Array(edgeLayoutLength);
  const { magnitudes, angles } = gradientsOf(plane);
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor((y * cells) / height) * cells;
    for (let x = 0; x < width; x++, at++) {
      const cell = row + Math.floor((x * cells) / width);
      addGradient(histogram, cell * orientations, magnitudes[at] as number, angles[at] as number);
    }
  }
  const length = Math.sqrt(histogram.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(histogram, (value) => (length === 0 ? 0 : value / length));
}
