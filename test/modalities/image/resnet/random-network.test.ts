import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../../src/learning/backend.js';
import { seededRandom } from '../../../../src/learning/random.js';
import {
  inferArchitecture,
  residualNetwork,
  unitsOfBlock,
} from '../../../../src/modalities/image/resnet/architecture.js';
import { maxPooled } from '../../../../src/modalities/image/resnet/max-pooling.js';
import {
  architectureNames,
  namedArchitecture,
  randomTensors,
  withStatistics,
} from '../../../../src/modalities/image/resnet/random-network.js';
import { waves } from '../../golden-gradients.js';
import {} from './golden-networks.js';

before(async () => {
  await chooseBackend();
});

test('named architectures have the blocks and features of He et al. 2016', () => {
  const found = architectureNames.map((name) => {
    const { kind, blocks, features } = namedArchitecture(name);
    return [name, kind, blocks.length, features];
  });
  assert.deepEqual(found, [
    ['small', 'basic', 4, 256],
    ['resnet-18', 'basic', 8, 512],
    ['resnet-50', 'bottleneck', 16, 2048],
    ['resnet-152', 'bottleneck', 50, 2048],
  ]);
});

for (const kind of ['basic', 'bottleneck'] as const) {
  test(`weights drawn by lot are those of the architecture, and the same for the same seed (${kind})`, () => {
    const architecture = residualNetwork(kind, 4, [2, 1, 1, 1]);
    const tensors = randomTensors(architecture, seededRandom(1));
    assert.deepEqual(inferArchitecture(tensors, 'drawn'), architecture);
    assert.deepEqual(randomTensors(architecture, seededRandom(1)), tensors);
    assert.notDeepEqual(randomTensors(architecture, seededRandom(2)), tensors);
  });

  test(`statistics taken over photographs normalise every layer there (${kind})`, () => {
    const architecture = residualNetwork(kind, 4, [1, 2, 1, 1]);
    const drawn = randomTensors(architecture, seededRandom(3));
    const inputs = tf.tensor4d(waves(4 * 64 * 64 * 3, 0.37), [4, 64, 64, 3]);
    const count = tf.memory().numTensors;
    const once = withStatistics(drawn, architecture, inputs);
    assert.equal(tf.memory().numTensors, count, 'nothing is left behind');
    inferArchitecture(once, 'with statistics');
    for (const { normalisation } of [architecture.stem, ...architecture.blocks.flatMap(unitsOfBlock)]) {
      const variance = once.get(`${normalisation}.running_var`)!.data as Float32Array;
      assert.ok(
        variance.some((value) => Math.abs(value - 1) > 1e-3),
        normalisation,
      );
    }
    // Taken again over the same photographs they are the same: each layer is normalised by what the one before gives then.
    assert.deepEqual(withStatistics(once, architecture, inputs), once);
    inputs.dispose();
  });
}

test('pixels that are equally bright share the gradient of what was pooled', () => {
  const even = tf.ones<tf.Rank.R4>([1, 4, 4, 1]);
  const slopes = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
  const gradient = tf.tidy(() =>
    tf
      .grad((x) => maxPooled(x as tf.Tensor4D))(even, slopes)
      .dataSync(),
  );
  // The four windows have 4, 6, 6 and 9 pixels of the picture.
  const shares = [1 / 4, 2 / 6, 3 / 6, 4 / 9];
  const windows = [
    [0, 1, 0, 1],
    [0, 1, 1, 3],
    [1, 3, 0, 1],
    [1, 3, 1, 3],
  ] as const;
  const expected = Array.from({ length: 16 }, (_, place) => {
    const [row, column] = [Math.floor(place / 4), place % 4];
    return windows.reduce((sum, [top, bottom, left, right], at) => {
      const isInside = row >= top && row <= bottom && column >= left && column <= right;
      return sum + (isInside ? shares[at]! : 0);
    }, 0);
  });
  for (const [place, value] of expected.entries())
    assert.ok(Math.abs(gradient[place]! - value) < 1e-6, `${place}`);
  tf.dispose([even, slopes]);
});
