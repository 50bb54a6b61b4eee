import { seededRandom } from '../../../src/learning/random.js';
import { writeOnnx, type OnnxGraph, type OnnxTensor } from '../../../src/models/onnx/write-onnx.js';

/** Weights of a convolution of 3 × 3 over three channels, padded to keep the size: [filters, 3, 3, 3] and one bias each. */
export interface Convolution {
  readonly filters: number;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** Random weights in [-0.5, 0.5). */
export function randomConvolution(filters: number, seed: number): Convolution {
  const random = seededRandom(seed);
  const draw = (length: number) => Float32Array.from({ length }, () => random() - 0.5);
  return { filters, kernel: draw(filters * 27), bias: draw(filters) };
}

/** A network that convolves, cuts off below zero and, unless `isMap`, takes the mean over the picture: [batch, filters]. */
export function convolutionGraph(
  { filters, kernel, bias }: Convolution,
  { batch = 'batch', isMap = false }: { batch?: number | string; isMap?: boolean } = {},
): OnnxGraph {
  const weights = new Map<string, OnnxTensor>([
    ['kernel', { shape: [filters, 3, 3, 3], data: kernel }],
    ['bias', { shape: [filters], data: bias }],
  ]);
  const map = isMap ? 'features' : 'map';
  return {
    name: 'convolution',
    inputs: [{ name: 'pixels', shape: [batch, 3, 'height', 'width'] }],
    outputs: [{ name: 'features', shape: isMap ? [batch, filters, 'height', 'width'] : [batch, filters] }],
    nodes: [
      {
        operator: 'Conv',
        inputs: ['pixels', 'kernel', 'bias'],
        outputs: ['sums'],
        attributes: { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } },
      },
      { operator: 'Relu', inputs: ['sums'], outputs: [map] },
      ...(isMap
        ? []
        : [
            { operator: 'GlobalAveragePool', inputs: [map], outputs: ['means'] },
            {
              operator: 'Flatten',
              inputs: ['means'],
              outputs: ['features'],
              attributes: { axis: { int: -3 } },
            },
          ]),
    ],
    weights,
  };
}

/** The file of `convolutionGraph`. */
export function convolutionNetwork(...[convolution, options]: Parameters<typeof convolutionGraph>): Uint8Array {
  return writeOnnx(convolutionGraph(convolution, options));
}

/** What the network answers for one picture [3, side, side], by plain arithmetic. */
export function convolved({ filters, kernel, bias }: Convolution, pixels: Float32Array, side: number): number[] {
  const at = (channel: number, y: number, x: number): number =>
    y < 0 || x < 0 || y >= side || x >= side ? 0 : pixels[(channel * side + y) * side + x]!;
  return Array.from({ length: filters }, (_, filter) => {
    let total = 0;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let sum = bias[filter]!;
        for (let channel = 0; channel < 3; channel++) {
          for (let tap = 0; tap < 9; tap++) {
            const weight = kernel[(filter * 3 + channel) * 9 + tap]!;
            sum += weight * at(channel, y + Math.floor(tap / 3) - 1, x + (tap % 3) - 1);
          }
        }
        total += Math.max(0, sum);
      }
    }
    return total / side ** 2;
  });
}
