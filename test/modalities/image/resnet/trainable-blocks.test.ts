import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../../src/learning/backend.js';
import { inferArchitecture } from '../../../../src/modalities/image/resnet/architecture.js';
import { ResNet } from '../../../../src/modalities/image/resnet/network.js';
import { TrainableBlocks } from '../../../../src/modalities/image/resnet/trainable-blocks.js';
import { assertProjections, relativeError, weighed } from '../../golden-gradients.js';
import { goldenNetworks, goldenPhotographs, goldenTensors, type GoldenNetwork } from './golden-networks.js';

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
            const { grads } = tf.variableGrads(() => weighed(rest.features(inputs)), variablesOf(rest));
            return gradientsByName(rest, grads);
          }),
        );
        const names = Object.keys(golden.gradients);
        assert.ok(names.length === gradients.size || part !== 'the whole');
        assertProjections(gradients, golden.gradients);
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
