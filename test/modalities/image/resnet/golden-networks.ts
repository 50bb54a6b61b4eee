import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { packageRoot } from '../../../../src/config/package-root.js';
import type { NamedTensors } from '../../../../src/models/named-tensors.js';
import { readSafetensors } from '../../../../src/models/safetensors.js';
import { waves } from '../../golden-gradients.js';

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

/** The two photographs the golden numbers were computed from. */
export const goldenPhotographs = ({ height, width }: GoldenNetwork): tf.Tensor4D =>
  tf.tensor4d(waves(2 * height * width * 3, 0.37), [2, height, width, 3]);
