import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { LacunaError } from '../../../../src/config/errors.js';
import { chooseBackend } from '../../../../src/learning/backend.js';
import { inferArchitecture } from '../../../../src/modalities/image/resnet/architecture.js';
import { networkInputs } from '../../../../src/modalities/image/resnet/network-inputs.js';
import { ResNet } from '../../../../src/modalities/image/resnet/network.js';
import { readSafetensors, writeSafetensors, type Tensor } from '../../../../src/models/safetensors.js';
import { relativeError } from '../../golden-gradients.js';
import { goldenBytes, goldenNetworks, goldenPhotographs, goldenTensors } from './golden-networks.js';

const backends = [
  { name: 'the fastest backend', choose: () => chooseBackend() },
  { name: 'plain JavaScript', choose: () => tf.setBackend('cpu') },
];

for (const { name: backend, choose } of backends) {
  describe(`residual networks on ${backend}`, () => {
    before(async () => {
      await choose();
    });

    for (const golden of goldenNetworks) {
      it(`gives the features of torchvision with ${golden.name} blocks`, () => {
        const network = new ResNet(goldenTensors(golden.name), 'golden');
        const photographs = goldenPhotographs(golden);
        const before = tf.memory().numTensors;
        const features = network.features(photographs);
        assert.equal(tf.memory().numTensors, before + 1, 'nothing but the features is left behind');
        assert.deepEqual(features.shape, [2, network.architecture.features]);
        assert.ok(relativeError(features.dataSync(), golden.features) <= 1e-5);
        tf.dispose([features, photographs]);
        network.dispose();
      });
    }

    it('frees its weights', () => {
      const before = tf.memory().numTensors;
      new ResNet(goldenTensors('basic'), 'golden').dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  });
}

describe('the architecture of a residual network', () => {
  it('is read off the tensors', () => {
    const { kind, blocks, features } = inferArchitecture(goldenTensors('bottleneck'), 'x');
    assert.equal(kind, 'bottleneck');
    assert.equal(features, 128);
    assert.deepEqual(
      blocks.map(({ name, units, shortcut }) => [name, units.map(({ stride }) => stride), shortcut?.stride]),
      [
        ['layer1.0', [1, 1, 1], 1],
        ['layer2.0', [1, 2, 1], 2],
        ['layer2.1', [1, 1, 1], undefined],
        ['layer3.0', [1, 2, 1], 2],
        ['layer4.0', [1, 2, 1], 2],
      ],
    );
    const basic = inferArchitecture(goldenTensors('basic'), 'x');
    assert.equal(basic.kind, 'basic');
    assert.deepEqual(
      basic.blocks.map(({ units, shortcut }) => [units.map(({ stride }) => stride), shortcut?.stride]),
      [
        [[1, 1], undefined],
        [[1, 1], undefined],
        [[2, 1], 2],
        [[2, 1], 2],
        [[2, 1], 2],
      ],
    );
  });

  const problemsWith = (change: (tensors: Map<string, Tensor>) => void): readonly string[] => {
    const tensors = new Map(goldenTensors('basic'));
    change(tensors);
    try {
      inferArchitecture(tensors, 'weights.safetensors');
    } catch (error) {
      assert.ok(error instanceof LacunaError);
      assert.equal(error.code, 'MODEL_INVALID');
      assert.match(error.message, /^weights\.safetensors /);
      for (const problem of error.problems) assert.ok(error.message.includes(problem));
      return error.problems;
    }
    return [];
  };

  it('is told with everything that does not fit, at once', () => {
    const problems = problemsWith((tensors) => {
      tensors.delete('layer2.0.downsample.0.weight');
      tensors.set('bn1.bias', { shape: [5], data: new Float32Array(5) });
      tensors.set('layer1.1.conv2.weight', { shape: [], data: Float32Array.of(1) });
      tensors.set('layer3.0.bn2.running_var', { shape: [16], data: new Float32Array(16).fill(-1) });
      tensors.set('layer3.0.bn1.weight', { shape: [16], data: new Float32Array(16).fill(NaN) });
      tensors.set('layer3.0.bn1.bias', { shape: [16], data: new Int32Array(16) });
      tensors.set('layer4.0.se.fc1.weight', { shape: [1], data: new Float32Array(1) });
    });
    assert.deepEqual([...problems].sort(), [
      'bn1.bias has shape 5 instead of 4',
      'layer1.1.conv2.weight has no shape instead of 4 × 4 × 3 × 3',
      'layer2.0.downsample.0.weight is missing',
      'layer3.0.bn1.bias holds whole numbers',
      'layer3.0.bn1.weight holds numbers that are not finite',
      'layer3.0.bn2.running_var holds negative variances',
      'layer4.0.se.fc1.weight has no place in a residual network',
    ]);
  });

  it('does not look at the classifier, and needs no counters', () => {
    const problems = problemsWith((tensors) => {
      for (const name of tensors.keys()) {
        if (name.startsWith('fc.') || name.endsWith('num_batches_tracked')) tensors.delete(name);
      }
      tensors.set('head.weight', { shape: [1], data: new Float32Array(1) });
    });
    assert.deepEqual(problems, []);
  });

  it('is missed tensor by tensor where a file holds something else', () => {
    const problems = problemsWith((tensors) => tensors.clear());
    assert.ok(problems.includes('conv1.weight is missing'));
    assert.ok(problems.includes('layer4.0.conv2.weight is missing'));
  });
});

it('weights that were read are written again byte for byte', () => {
  const bytes = goldenBytes('bottleneck');
  const { tensors, metadata } = readSafetensors(bytes, 'golden');
  assert.deepEqual(tensors.get('bn1.num_batches_tracked')?.data, BigInt64Array.of(2n));
  assert.deepEqual(Buffer.from(writeSafetensors(tensors, metadata)), bytes);
});

describe('network inputs', () => {
  before(async () => {
    await tf.setBackend('cpu');
  });

  it('have the mean and deviation of ImageNet taken out, channel by channel', () => {
    const data = Uint8Array.of(0, 0, 0, 255, 255, 255);
    const inputs = networkInputs([{ data, width: 2, height: 1 }]);
    assert.deepEqual(inputs.shape, [1, 1, 2, 3]);
    // torchvision.transforms.Normalize(mean, std) of the same two pixels.
    const expected = [-2.1179, -2.0357, -1.8044, 2.2489, 2.4286, 2.64];
    assert.ok(relativeError(inputs.dataSync(), expected) < 1e-4);
    inputs.dispose();
  });

  it('are made of photographs of one size only', () => {
    const data = new Uint8Array(6);
    const [wide, high] = [
      { data, width: 2, height: 1 },
      { data, width: 1, height: 2 },
    ];
    assert.throws(() => networkInputs([wide, high]), /photographs of 2 × 1 and 1 × 2 pixels together/);
  });
});
