import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../../src/learning/backend.js';
import { seededRandom } from '../../../../src/learning/random.js';
import { Dropout } from '../../../../src/modalities/text/transformer/dropout.js';
import { TransformerNetwork, type TrainedPart } from '../../../../src/modalities/text/transformer/network.js';
import type { NamedTensors } from '../../../../src/models/named-tensors.js';
import { assertProjections, relativeError, weighed } from '../../golden-gradients.js';
import { goldenNetwork, goldenTransformers, type GoldenTransformer } from './golden-transformers.js';

const parts: readonly TrainedPart[] = ['everything', 3, 2, 0];
const poolings = ['first', 'mean'] as const;

function networkOf({ name, texts }: GoldenTransformer, part: TrainedPart): TransformerNetwork {
  const { architecture, tensors } = goldenNetwork(name);
  return new TransformerNetwork(tensors, architecture, texts.flat(), part);
}

const variablesOf = (network: TransformerNetwork): tf.Variable[] =>
  network.trained(0).map(({ variable }) => variable);

/** Gradients of the features' weighed sum by name, by way of a network that holds them as weights. */
function gradientsOf(
  network: TransformerNetwork,
  { texts }: GoldenTransformer,
  pooling: (typeof poolings)[number],
): NamedTensors {
  tf.tidy(() => {
    const inputs = network.inputs(texts, pooling);
    const frozen = network.frozen(inputs);
    const { grads } = tf.variableGrads(() => weighed(network.features(inputs, frozen)), variablesOf(network));
    for (const variable of variablesOf(network)) variable.assign(grads[variable.name]!);
  });
  const whole = network.completed(network.snapshot());
  return new Map([...network.snapshot().keys()].map((name) => [name, whole.get(name)!]));
}

const backends = [
  { name: 'the fastest backend', choose: () => chooseBackend() },
  { name: 'plain JavaScript', choose: () => tf.setBackend('cpu') },
];

for (const { name: backend, choose } of backends) {
  describe(`a transformer on ${backend}`, () => {
    before(async () => {
      await choose();
    });

    for (const golden of goldenTransformers) {
      for (const pooling of poolings) {
        const { features, gradients } = golden.poolings[pooling];

        it(`gives the features of transformers: ${golden.name}, ${pooling}, whatever is trained`, () => {
          for (const part of parts) {
            const network = networkOf(golden, part);
            const found = tf.tidy(() => {
              const inputs = network.inputs(golden.texts, pooling);
              return network.features(inputs, network.frozen(inputs)).dataSync();
            });
            assert.ok(relativeError(found, features) <= 1e-5, `${part}`);
            network.dispose();
          }
        });

        it(`has the gradients of PyTorch: ${golden.name}, ${pooling}`, () => {
          for (const part of parts.slice(0, 3)) {
            const network = networkOf(golden, part);
            const found = gradientsOf(network, golden, pooling);
            const layers = typeof part === 'number' ? part * 16 : Object.keys(gradients).length;
            assert.equal(found.size, layers);
            assertProjections(
              new Map(
                [...found].map(([name, { data }]) => [
                  name,
                  withoutUnread(name, data as Float32Array, golden),
                ]),
              ),
              gradients,
            );
            network.dispose();
          }
        });
      }

      it(`makes of each text alone what it makes of it among others: ${golden.name}`, () => {
        const network = networkOf(golden, 'everything');
        const alone = golden.texts.flatMap((text) =>
          Array.from(tf.tidy(() => network.features(network.inputs([text], 'mean'), undefined).dataSync())),
        );
        assert.ok(relativeError(alone, golden.poolings.mean.features) <= 1e-5);
        network.dispose();
      });
    }

    it('leaves nothing behind, and gives back what it was made of', () => {
      const before = tf.memory().numTensors;
      const golden = goldenTransformers[0]!;
      const network = networkOf(golden, 'everything');
      const { tensors } = goldenNetwork(golden.name);
      assert.deepEqual(new Map(network.completed(network.snapshot())), new Map(tensors));
      network.dispose();
      assert.equal(tf.memory().numTensors, before);
    });

    it('switches off a share of the numbers in training, otherwise in every step', () => {
      const golden = goldenTransformers[0]!;
      const network = networkOf(golden, 'everything');
      const dropout = new Dropout(0.25, seededRandom(1));
      const feature = (used?: Dropout): number[] =>
        Array.from(
          tf.tidy(() => network.features(network.inputs(golden.texts, 'mean'), undefined, used).dataSync()),
        );
      const [plain, first, second] = [feature(), feature(dropout), feature(dropout)];
      assert.ok(relativeError(first, plain) > 0.05);
      assert.ok(relativeError(second, first) > 0.05);
      assert.deepEqual(feature(new Dropout(0, seededRandom(1))), plain);
      const factors = tf.tidy(() => dropout.factors([200, 200])!.dataSync());
      const kept = factors.filter((factor) => Math.abs(factor - 4 / 3) < 1e-6).length;
      assert.equal(kept + factors.filter((factor) => factor === 0).length, factors.length);
      assert.ok(Math.abs(kept / factors.length - 0.75) < 0.01);
      network.dispose();
    });
  });
}

/** PyTorch has a gradient of 0 for words that were not read, where `completed` has their weights. */
function withoutUnread(
  name: string,
  data: Float32Array,
  { texts, name: network }: GoldenTransformer,
): Float32Array {
  if (!name.startsWith('embeddings.word')) return data;
  const { width } = goldenNetwork(network).architecture;
  const read = new Set(texts.flat());
  return data.map((value, index) => (read.has(Math.floor(index / width)) ? value : 0));
}
