import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { packageRoot } from '../../../../src/config/package-root.js';
import type { NamedTensors } from '../../../../src/modalities/image/resnet/architecture.js';
import { readSafetensors } from '../../../../src/models/safetensors.js';

/** What `golden/resnet.py` wrote with torchvision. */
export interface GoldenNetwork {
  readonly name: 'basic' | 'bottleneck';
  readonly height: number;
  readonly width: number;
  /** Of two photographs, one after the other. */
  readonly features: readonly number[];
  /** By parameter: the gradient of Σ features · waves(0.91), projected on waves(0.53) and waves(1.7). */
  readonly gradients: Readonly<Record<string, readonly [number, number]>>;
}

const folder = path.join(packageRoot, 'test/modalities/image/resnet/golden');

export const goldenNetworks = JSON.parse(
  readFileSync(path.join(folder, 'resnet.json'), 'utf8'),
) as readonly GoldenNetwork[];

export const goldenBytes = (name: GoldenNetwork['name']): Buffer =>
  readFileSync(path.join(folder, `${name}.safetensors`));

export const goldenTensors = (name: GoldenNetwork['name']): NamedTensors =>
  readSafetensors(goldenBytes(name), `${name}.safetensors`).tensors;

export const waves = (count: number, frequency: number): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => Math.sin(index * frequency));

/** The two photographs the golden numbers were computed from. */
export const goldenPhotographs = ({ height, width }: GoldenNetwork): tf.Tensor4D =>
  tf.tensor4d(waves(2 * height * width * 3, 0.37), [2, height, width, 3]);

/** Largest difference as a share of the largest expected number. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length)
    throw new Error(`${found.length} numbers instead of ${expected.length}`);
  const largest = (values: number[]): number =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const differences = Array.from(found, (value, index) => value - (expected[index] as number));
  if (differences.some(Number.isNaN)) return Infinity;
  return largest(differences) / largest(Array.from(expected));
}
