import { valuesOf, type NamedTensors } from '../../../models/named-tensors.js';
import type { Unit } from './architecture.js';

/** Added to a variance before its root is taken, torchvision's and timm's default. */
export const epsilon = 1e-5;

/** A unit made one convolution with bias, its batch normalisation in evaluation mode folded into both. */
export interface FoldedWeights {
  /** outputs × inputs × rows × columns. */
  readonly filter: Float32Array;
  /** One per output. */
  readonly bias: Float32Array;
}

/** Filter · γ / √(variance + ε), and β − mean · γ / √(variance + ε), of tensors that `inferArchitecture` has found in place. */
export function foldedWeights(tensors: NamedTensors, { convolution, normalisation }: Unit): FoldedWeights {
  const of = (part: string): Float32Array => valuesOf(tensors, `${normalisation}.${part}`);
  const [gamma, beta, mean, variance] = [of('weight'), of('bias'), of('running_mean'), of('running_var')];
  const scale = Array.from(gamma, (value, output) => value / Math.sqrt(variance[output]! + epsilon));
  const filter = Float32Array.from(valuesOf(tensors, `${convolution}.weight`));
  const perOutput = filter.length / scale.length;
  for (const [output, factor] of scale.entries()) {
    const end = (output + 1) * perOutput;
    for (let index = output * perOutput; index < end; index++) filter[index]! *= factor;
  }
  return { filter, bias: beta.map((value, output) => value - mean[output]! * scale[output]!) };
}
