import type { Tensor } from '../../../models/safetensors.js';
import type { NamedTensors, Unit } from './architecture.js';

/** Added to a variance before its root is taken, torchvision's and timm's default. */
export const epsilon = 1e-5;

/** The values of a tensor that `inferArchitecture` has found in place. */
export function valuesOf(tensors: NamedTensors, name: string): Float32Array {
  const { data } = tensors.get(name) as Tensor;
  return data instanceof Float32Array ? data : Float32Array.from(data as Float64Array);
}

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
