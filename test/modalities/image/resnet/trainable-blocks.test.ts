import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../../src/learning/backend.js';
import { inferArchitecture } from '../../../../src/modalities/image/resnet/architecture.js';
import { ResNet } from '../../../../src/modalities/image/resnet/network.js';
import { TrainableBlocks } from '../../../../src/modalities/image/resnet/trainable-blocks.js';
import {
  goldenNetworks,
  goldenPhotographs,
  goldenTensors,
  relativeError,
  waves,
  type GoldenNetwork,
} from './golden-networks.js';

/** Of the golden networks, how many blocks are trained where not everything is. */
const trained = { basic: 4, bottleneck: 3 };

/** Frozen blocks, the trainable rest, and what the first gives the second. */
function split(golden: GoldenNetwork) {
  const tensors = goldenTensors(golden.name);
  const whole = new ResNet(tensors, 'golden');
  const { blocks } = whole.architecture;
  whole.dispose();
  const kept = blocks.length - trained[golden.name];
  const frozen = new ResNet(tensors, 'golden', kept);
  const inputs = tf.tidy(() => frozen.activations(goldenPhotographs(golden)));
  frozen.dispose();
  return { tensors, inputs, rest: new TrainableBlocks(tensors, blocks.slice(kept)) };
}

/** Σ features · waves: every feature has a gradient of its own. */
function weigh(features: tf.Tensor2D): tf.Scalar {
  const factors = tf.tensor2d(waves(features.size, 0.91), features.shape);
  return tf.customGrad<tf.Scalar>((input, save) => {
    (save as tf.GradSaveFunc)([factors]);
    return {
      value: tf.sum<tf.Scalar>(tf.mul(input as tf.Tensor, factors)),
      gradFunc: (dy: tf.Scalar, saved: tf.Tensor[]) => tf.mul(dy, saved[0]!),
    };
  })(features);
}

/** The whole network, first layer included, and the photographs it takes. */
function whole(golden: GoldenNetwork) {
  const tensors = goldenTensors(golden.name);
  const { stem, blocks } = inferArchitecture(tensors, 'golden');
  return { inputs: goldenPhotographs(golden), rest: new TrainableBlocks(tensors, blocks, stem) };
}

const parts = [
  ['the last blocks', split],
  ['the whole', whole],
] as const;

const variablesOf = (blocks: TrainableBlocks): tf.Variable[] =>
  blocks.trained(0).map(({ variable }) => variable);

const backends = [
  { name: 'the fastest backend', choose: () => chooseBackend() },
  { name: 'plain JavaScript', choose: () => tf.setBackend('cpu') },
];

for (const { name: backend, choose } of backends) {
  describe(`trainable blocks on ${backend}`, () => {
    before(async () => {
      await choose();
    });

    for (const [golden, part, made] of goldenNetworks.flatMap((one) =>
      parts.map(([name, make]) => [one, name, make] as const),
    )) {
      it(`give the features of torchvision with ${golden.name} blocks, ${part} trained`, () => {
        const { inputs, rest } = made(golden);
        const found = tf.tidy(() => rest.features(inputs).dataSync());
        assert.ok(relativeError(found, golden.features) <= 1e-5);
        rest.dispose();
        inputs.dispose();
      });

      it(`have the gradients of torchvision with ${golden.name} blocks, ${part} trained`, () => {
        const { inputs, rest } = made(golden);
        const gradients = new Map(
          tf.tidy(() => {
            const { grads } = tf.variableGrads(() => weigh(rest.features(inputs)), variablesOf(rest));
            return gradientsByName(rest, grads);
          }),
        );
        const names = Object.keys(golden.gradients);
        assert.ok(names.length === gradients.size || part !== 'the whole');
        for (const [name, gradient] of gradients) {
          const expected = golden.gradients[name]!;
          const projections = [0.53, 1.7].map((frequency) => {
            const pattern = waves(gradient.length, frequency);
            return gradient.reduce((sum, value, index) => sum + value * pattern[index]!, 0);
          });
          // Projections can be near 0 by chance: they are judged by the length of what is projected.
          const length = Math.hypot(...gradient);
          for (const [index, value] of projections.entries()) {
            assert.ok(
              Math.abs(value - expected[index]!) <= 1e-4 * length,
              `${name}: ${value}, ${expected[index]}`,
            );
          }
        }
        rest.dispose();
        inputs.dispose();
      });
    }

    it('leave nothing behind, and give back what they were made of', () => {
      const before = tf.memory().numTensors;
      const { tensors, inputs, rest } = split(goldenNetworks[1]!);
      const snapshot = rest.snapshot();
      assert.equal(snapshot.size, variablesOf(rest).length);
      for (const [name, tensor] of snapshot) assert.deepEqual(tensor, tensors.get(name), name);
      rest.dispose();
      inputs.dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  });
}

/** Gradients in torchvision's names and layout, by way of blocks that hold them as weights. */
function gradientsByName(rest: TrainableBlocks, grads: tf.NamedTensorMap): [string, number[]][] {
  for (const variable of variablesOf(rest)) variable.assign(grads[variable.name]!);
  return [...rest.snapshot()].map(([name, { data }]) => [name, Array.from(data as Float32Array)]);
}
