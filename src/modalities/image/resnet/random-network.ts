import * as tf from '@tensorflow/tfjs-core';
import { normal } from '../../../learning/random.js';
import { valuesOf, type NamedTensors } from '../../../models/named-tensors.js';
import type { Tensor } from '../../../models/safetensors.js';
import {
  blockOutput,
  residualNetwork,
  shapesOf,
  unitsOfBlock,
  type Architecture,
  type Unit,
} from './architecture.js';
import { paddedBy } from './convolution.js';
import { epsilon } from './folded-weights.js';
import { normalised, rectifiedSum } from './layers.js';
import { filterTensor } from './network.js';

const layouts = {
  small: ['basic', 32, [1, 1, 1, 1]],
  'resnet-18': ['basic', 64, [2, 2, 2, 2]],
  'resnet-50': ['bottleneck', 64, [3, 4, 6, 3]],
  'resnet-152': ['bottleneck', 64, [3, 8, 36, 3]],
} as const;

/** The architectures that have a name: three of He et al. 2016, and one that a laptop trains from nothing. */
export const architectureNames = ['small', 'resnet-18', 'resnet-50', 'resnet-152'] as const;

/** Name of an architecture. */
export type ArchitectureName = (typeof architectureNames)[number];

/** The architecture of that name. `small` has four basic blocks of 32 to 256 filters: 1.2 million weights. */
export function namedArchitecture(name: ArchitectureName): Architecture {
  const [kind, width, blocks] = layouts[name];
  return residualNetwork(kind, width, blocks);
}

/**
 * Weights to start from where there are none: filters normal with variance 2 / inputs (He et al. 2015), γ 1 and β 0. The
 * statistics are those of nothing (mean 0, variance 1); see `withStatistics`.
 *
 * @param random numbers in [0, 1)
 */
export function randomTensors({ stem, blocks }: Architecture, random: () => number): NamedTensors {
  const tensors = new Map<string, Tensor>();
  for (const unit of [stem, ...blocks.flatMap(unitsOfBlock)]) {
    const scale = Math.sqrt(2 / (unit.inputs * unit.kernel ** 2));
    for (const [name, shape] of shapesOf(unit)) {
      const length = shape.reduce((product, size) => product * size, 1);
      const ones = name.endsWith('.weight') || name.endsWith('.running_var');
      const data = name.startsWith(`${unit.convolution}.`)
        ? Float32Array.from({ length }, () => normal(random, scale))
        : new Float32Array(length).fill(ones ? 1 : 0);
      tensors.set(name, { shape, data });
    }
  }
  return tensors;
}

/**
 * The tensors with the statistics of every batch normalisation set to mean and variance over some photographs, layer by
 * layer, so that each layer begins with outputs of mean 0 and variance 1 (data-dependent initialisation, Krähenbühl et
 * al. 2016). Training leaves statistics as they are, so a network drawn by lot needs some to start from.
 *
 * @param inputs see `networkInputs`; some dozen photographs
 */
export function withStatistics(
  tensors: NamedTensors,
  { stem, blocks }: Architecture,
  inputs: tf.Tensor4D,
): NamedTensors {
  const found = new Map(tensors);
  const compute = (unit: Unit, x: tf.Tensor4D, rectify: boolean): tf.Tensor4D => {
    const filter = filterTensor(valuesOf(tensors, `${unit.convolution}.weight`), unit);
    const sums = tf.conv2d(paddedBy((unit.kernel - 1) / 2, x), filter, unit.stride, 'valid');
    const { mean, variance } = tf.moments(sums, [0, 1, 2]);
    const keep = (part: string, values: tf.Tensor): void => {
      const data = Float32Array.from(values.dataSync());
      found.set(`${unit.normalisation}.${part}`, { shape: [unit.outputs], data });
    };
    keep('running_mean', mean);
    keep('running_var', variance);
    const of = (part: string): tf.Tensor1D => tf.tensor1d(valuesOf(tensors, `${unit.normalisation}.${part}`));
    const statistics = {
      mean: mean as tf.Tensor1D,
      inverseDeviation: tf.rsqrt(tf.add<tf.Tensor1D>(variance as tf.Tensor1D, epsilon)),
    };
    const outputs = normalised(sums, of('weight'), of('bias'), statistics);
    return rectify ? tf.relu(outputs) : outputs;
  };
  tf.tidy(() => {
    const pooled = tf.maxPool(paddedBy(1, compute(stem, inputs, true)), 3, 2, 'valid');
    blocks.reduce((x, block) => blockOutput(block, x, compute, rectifiedSum), pooled);
  });
  return found;
}
