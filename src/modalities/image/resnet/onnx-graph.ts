import type { NamedTensors } from '../../../models/named-tensors.js';
import { GraphBuilder } from '../../../models/onnx/graph-builder.js';
import type { OnnxGraph } from '../../../models/onnx/write-onnx.js';
import { blockOutput, inferArchitecture, type Unit } from './architecture.js';
import { foldedWeights } from './folded-weights.js';

const square = (size: number): { readonly ints: readonly number[] } => ({ ints: [size, size] });

const frame = (size: number): { readonly ints: readonly number[] } => ({ ints: [size, size, size, size] });

/**
 * A residual network up to the feature vector as an ONNX network, batch normalisation folded into the convolutions:
 * ONNX Runtime computes it many times faster than TensorFlow.js on a CPU. `writeOnnx` writes the file.
 *
 * Input `pixels`, batch × 3 × height × width, normalised as `networkInputs` does; output `features`, batch × features.
 *
 * @param tensors by torchvision's names, as `readSafetensors` or `fineTune` give them
 * @param file where they come from, for messages
 * @throws LacunaError MODEL_INVALID when they are not the weights of a ResNet
 */
export function resNetGraph(tensors: NamedTensors, file: string): OnnxGraph {
  const { stem, blocks, features } = inferArchitecture(tensors, file);
  const graph = new GraphBuilder();

  const compute = (unit: Unit, x: string, rectify: boolean): string => {
    const { convolution: name, inputs, outputs, kernel, stride } = unit;
    const { filter, bias } = foldedWeights(tensors, unit);
    const weights = graph.weight(`${name}.weight`, [outputs, inputs, kernel, kernel], filter);
    const sums = graph.add('Conv', [x, weights, graph.weight(`${name}.bias`, [outputs], bias)], name, {
      kernel_shape: square(kernel),
      strides: square(stride),
      pads: frame((kernel - 1) / 2),
    });
    return rectify ? graph.add('Relu', [sums], `${name}.relu`) : sums;
  };
  const join = (path: string, shortcut: string): string =>
    graph.add('Relu', [graph.add('Add', [path, shortcut], `${path}.sum`)], `${path}.joined`);

  const pooled = graph.add('MaxPool', [compute(stem, 'pixels', true)], 'pooled', {
    kernel_shape: square(3),
    strides: square(2),
    pads: frame(1),
  });
  const last = blocks.reduce((x, block) => blockOutput(block, x, compute, join), pooled);
  graph.add('Flatten', [graph.add('GlobalAveragePool', [last], 'means')], 'features', { axis: { int: 1 } });
  return {
    name: 'resnet',
    inputs: [{ name: 'pixels', shape: ['batch', 3, 'height', 'width'] }],
    outputs: [{ name: 'features', shape: ['batch', features] }],
    ...graph.parts,
  };
}
