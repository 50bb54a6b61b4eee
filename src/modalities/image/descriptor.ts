import type { Pixels } from '../../media/decode.js';
import {
  colourLayout,
  colourLayoutLength,
  hueSaturationHistogram,
  hueSaturationLength,
  lightnessHistogram,
  lightnessLength,
} from './colour.js';
import { edgeDirections, edgeDirectionsLength, edgeLayout, edgeLayoutLength } from './edges.js';
import { localBinaryPatterns, localBinaryPatternsLength } from './local-binary-patterns.js';
import type { FeatureFamily } from './encoders/encoder.js';
import { halved, lightness, withoutLocalMean } from './planes.js';
import { autocorrelation, motifShifts, weaveShifts } from './repeats.js';

const scales = 3;

const lengths: readonly (readonly [string, number])[] = [
  ['colours', hueSaturationLength],
  ['light and dark', lightnessLength],
  ['arrangement of colours', colourLayoutLength],
  ['directions of lines', scales * edgeDirectionsLength],
  ['arrangement of lines', edgeLayoutLength],
  ['surface texture', 2 * localBinaryPatternsLength],
  ['weave repeat', weaveShifts.length],
  ['motif repeat', motifShifts.length],
];

/** The families in the order they lie in a descriptor. */
export const descriptorFamilies: readonly FeatureFamily[] = lengths.reduce<FeatureFamily[]>(
  (before, [name, length]) => {
    const start = before.at(-1)?.end ?? 0;
    return [...before, { name, start, end: start + length }];
  },
  [],
);

/** Number of floats in a descriptor. */
export const descriptorLength = descriptorFamilies.at(-1)?.end ?? 0;

/** Side in pixels of the square photographs are decoded to, as SilkNet and Rei et al. 2024 do. */
export const descriptorSide = 224;

/** Changes whenever a descriptor's numbers would: a model trained on other numbers must not be used. */
export const descriptorVersion = 'colour-texture-repeat/1';

/**
 * Describes a photograph by 483 numbers, without any trained network.
 *
 * | family | values |
 * | --- | --- |
 * | colours | 65: polar grid of hue and saturation |
 * | light and dark | 16: histogram of the brightest channel |
 * | arrangement of colours | 64: mean colour and contrast in 4 × 4 cells |
 * | directions of lines | 30: gradient orientations and energy at full, half and quarter size |
 * | arrangement of lines | 128: gradient orientations in 4 × 4 cells at quarter size |
 * | surface texture | 118: uniform local binary patterns at full and half size |
 * | weave repeat | 36: autocorrelation at shifts of single pixels, four directions |
 * | motif repeat | 26: autocorrelation at quarter size up to half of the picture |
 *
 * @param pixels at least 8 × 8; meant for `descriptorSide`² (the shifts are in pixels)
 */
export function describePhotograph(pixels: Pixels): Float32Array {
  const full = lightness(pixels);
  const half = halved(full);
  const quarter = halved(half);
  const parts = [
    hueSaturationHistogram(pixels),
    lightnessHistogram(pixels),
    colourLayout(pixels),
    edgeDirections(full),
    edgeDirections(half),
    edgeDirections(quarter),
    edgeLayout(quarter),
    localBinaryPatterns(full),
    localBinaryPatterns(half),
    autocorrelation(withoutLocalMean(full, 8), weaveShifts),
    autocorrelation(withoutLocalMean(quarter, 16), motifShifts),
  ];
  const descriptor = new Float32Array(descriptorLength);
  let start = 0;
  for (const part of parts) {
    descriptor.set(part, start);
    start += part.length;
  }
  return descriptor;
}
