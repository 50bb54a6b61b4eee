import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { chooseBackend } from '../../../../src/learning/backend.js';
import { seededRandom } from '../../../../src/learning/random.js';
import type { Pixels } from '../../../../src/media/decode.js';
import { fineTune, type FineTuningParameters } from '../../../../src/modalities/image/resnet/fine-tuning.js';
import { networkInputs } from '../../../../src/modalities/image/resnet/network-inputs.js';
import { ResNet } from '../../../../src/modalities/image/resnet/network.js';
import { resNetGraph } from '../../../../src/modalities/image/resnet/onnx-graph.js';
import { writeOnnx } from '../../../../src/models/onnx/write-onnx.js';
import type { NamedTensors } from '../../../../src/models/named-tensors.js';
import { relativeError, waves } from '../../golden-gradients.js';
import { goldenNetworks, goldenTensors } from './golden-networks.js';

/** Photographs as ONNX networks take them, colour by colour. @param values row by row, the colours of a pixel side by side */
function planes(values: Float32Array, height: number, width: number): Tensor {
  const size = height * width;
  const moved = values.map((_, index) => {
    const [photograph, channel] = [Math.floor(index / size / 3), Math.floor(index / size) % 3];
    return values[(photograph * size + (index % size)) * 3 + channel]!;
  });
  return new Tensor('float32', moved, [values.length / size / 3, 3, height, width]);
}

async function answer(tensors: NamedTensors, pixels: Tensor): Promise<Tensor> {
  const session = await InferenceSession.create(writeOnnx(resNetGraph(tensors, 'weights')));
  const { features } = await session.run({ pixels });
  return features!;
}

describe('a residual network as an ONNX file', () => {
  before(async () => {
    await chooseBackend();
  });

  for (const { name, height, width, features } of goldenNetworks) {
    it(`gives the features of torchvision with ${name} blocks`, async () => {
      const pixels = planes(waves(2 * height * width * 3, 0.37), height, width);
      const { dims, data } = await answer(goldenTensors(name), pixels);
      assert.deepEqual(dims, [2, features.length / 2]);
      assert.ok(relativeError(data as Float32Array, features) <= 1e-5);
    });
  }

  it('gives the features that the fine-tuned network gives in TensorFlow', async () => {
    const random = seededRandom(4);
    const side = 40;
    const photographs = Array.from({ length: 4 }, (): Pixels => {
      const data = Uint8Array.from({ length: side * side * 3 }, () => 256 * random());
      return { data, width: side, height: side };
    });
    const train = {
      rows: 4,
      classes: [2],
      labels: Int32Array.of(0, 1, 0, 1),
      pixels: (rows: readonly number[]) => rows.map((row) => photographs[row]!),
    };
    const tensors = goldenTensors('bottleneck');
    const parameters: FineTuningParameters = {
      trainableBlocks: 2,
      hidden: 8,
      branch: 0,
      dropout: 0,
      strategy: 'cross-entropy',
      gamma: 0,
      learningRate: 0.01,
      weightDecay: 0,
      batchSize: 4,
      maximumEpochs: 3,
      judgedBy: 'loss',
      patience: 3,
      epochsWithoutValidation: 3,
      seed: 1,
    };
    const nobody = { ...train, rows: 0, labels: new Int32Array(0) };
    const tuned = await fineTune(tensors, 'golden', train, nobody, parameters);
    const [expected, untuned] = [tuned.tensors, tensors].map((weights) => {
      const network = new ResNet(weights, 'weights');
      const features = tf.tidy(() => network.features(networkInputs(photographs)).dataSync());
      network.dispose();
      return features;
    });
    const inputs = tf.tidy(() => networkInputs(photographs).dataSync() as Float32Array);
    const { data } = await answer(tuned.tensors, planes(inputs, side, side));
    assert.ok(relativeError(data as Float32Array, expected!) <= 1e-5);
    assert.ok(relativeError(data as Float32Array, untuned!) > 1e-2);
  });
});
