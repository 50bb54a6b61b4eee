import { seededRandom } from '../../../src/learning/random.js';
import { writeOnnx, type OnnxNode, type OnnxTensor } from '../../../src/models/onnx/write-onnx.js';

/**
 * A network in int8 over three channels: per filter a convolution of 1 × 1 with whole numbers, then the mean over the picture.
 * Its steps are powers of two, so that plain arithmetic gives what it gives to the last bit of its whole numbers.
 */
export interface Int8Convolution {
  readonly filters: number;
  /** [filters, 3], −63 to 63: half the range, for sums of two products to hold in 16 bits on any processor. */
  readonly weights: Int8Array;
  /** One per filter, in inputStep · weightStep. */
  readonly bias: Int32Array;
}

/** Steps of the whole numbers. */
export const steps = { input: 1 / 32, weight: 1 / 64, sum: 1 / 16 } as const;

const zero = 128;

/** Random weights. */
export function randomInt8(filters: number, seed: number): Int8Convolution {
  const random = seededRandom(seed);
  return {
    filters,
    weights: Int8Array.from({ length: 3 * filters }, () => Math.floor(random() * 127) - 63),
    bias: Int32Array.from({ length: filters }, () => Math.floor(random() * 2001) - 1000),
  };
}

function file(nodes: readonly OnnxNode[], filters: number, weights: ReadonlyMap<string, OnnxTensor>): Uint8Array {
  return writeOnnx({
    name: 'int8',
    inputs: [{ name: 'pixels', shape: ['batch', 3, 'height', 'width'] }],
    outputs: [{ name: 'features', shape: ['batch', filters] }],
    nodes: [
      ...nodes,
      { operator: 'GlobalAveragePool', inputs: ['map'], outputs: ['means'] },
      { operator: 'Flatten', inputs: ['means'], outputs: ['features'] },
    ],
    weights,
  });
}

const scalar = (value: number): OnnxTensor => ({ shape: [], data: Float32Array.of(value) });

/** As `quantize_static` of onnxruntime writes networks (QDQ): the steps of what goes through are fixed in the file. */
export function staticNetwork({ filters, weights, bias }: Int8Convolution): Uint8Array {
  const node = (operator: string, inputs: readonly string[], output: string): OnnxNode => ({
    operator,
    inputs,
    outputs: [output],
  });
  return file(
    [
      node('QuantizeLinear', ['pixels', 'inputStep', 'zero'], 'pixels8'),
      node('DequantizeLinear', ['pixels8', 'inputStep', 'zero'], 'x'),
      node('DequantizeLinear', ['weights', 'weightStep', 'none'], 'w'),
      node('DequantizeLinear', ['bias', 'biasStep'], 'b'),
      node('Conv', ['x', 'w', 'b'], 'sums'),
      node('QuantizeLinear', ['sums', 'sumStep', 'zero'], 'sums8'),
      node('DequantizeLinear', ['sums8', 'sumStep', 'zero'], 'map'),
    ],
    filters,
    new Map<string, OnnxTensor>([
      ['weights', { shape: [filters, 3, 1, 1], data: weights }],
      ['bias', { shape: [filters], data: bias }],
      ['inputStep', scalar(steps.input)],
      ['weightStep', scalar(steps.weight)],
      ['biasStep', scalar(steps.input * steps.weight)],
      ['sumStep', scalar(steps.sum)],
      ['zero', { shape: [], data: Uint8Array.of(zero) }],
      ['none', { shape: [], data: Int8Array.of(0) }],
    ]),
  );
}

/** As `quantize_dynamic` writes them: the step of what goes through is chosen by all that goes through together. */
export function dynamicNetwork({ filters, weights }: Int8Convolution): Uint8Array {
  return file(
    [
      {
        operator: 'DynamicQuantizeLinear',
        inputs: ['pixels'],
        outputs: ['pixels8', 'inputStep', 'inputZero'],
      },
      { operator: 'ConvInteger', inputs: ['pixels8', 'weights', 'inputZero', 'none'], outputs: ['sums'] },
      { operator: 'Cast', inputs: ['sums'], outputs: ['floats'], attributes: { to: { int: 1 } } },
      { operator: 'Mul', inputs: ['inputStep', 'weightStep'], outputs: ['step'] },
      { operator: 'Mul', inputs: ['floats', 'step'], outputs: ['map'] },
    ],
    filters,
    new Map<string, OnnxTensor>([
      ['weights', { shape: [filters, 3, 1, 1], data: weights }],
      ['weightStep', scalar(steps.weight)],
      ['none', { shape: [], data: Int8Array.of(0) }],
    ]),
  );
}

/** Halves go to the even neighbour, as ONNX rounds. */
function rounded(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** Whole number of 8 bits for a value, without its zero point. */
const quantised = (value: number, step: number): number =>
  Math.min(255, Math.max(0, rounded(value / step) + zero)) - zero;

/** What `staticNetwork` answers for one picture [3, …], by plain arithmetic. */
export function staticallyConvolved(
  { filters, weights, bias }: Int8Convolution,
  pixels: Float32Array,
): number[] {
  const places = pixels.length / 3;
  return Array.from({ length: filters }, (_, filter) => {
    let total = 0;
    for (let place = 0; place < places; place++) {
      let sum = bias[filter]!;
      for (let channel = 0; channel < 3; channel++)
        sum += weights[3 * filter + channel]! * quantised(pixels[channel * places + place]!, steps.input);
      total += quantised(sum * steps.input * steps.weight, steps.sum) * steps.sum;
    }
    return total / places;
  });
}
