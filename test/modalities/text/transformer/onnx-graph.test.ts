import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { chooseBackend } from '../../../../src/learning/backend.js';
import type { Architecture } from '../../../../src/modalities/text/transformer/architecture.js';
import { TransformerNetwork } from '../../../../src/modalities/text/transformer/network.js';
import { graphNames, transformerGraph } from '../../../../src/modalities/text/transformer/onnx-graph.js';
import { fineTuneText } from '../../../../src/modalities/text/tuning/fine-tuning.js';
import type { NamedTensors } from '../../../../src/models/named-tensors.js';
import { pooled } from '../../../../src/models/onnx/pooling.js';
import { writeOnnx } from '../../../../src/models/onnx/write-onnx.js';
import { relativeError } from '../../golden-gradients.js';
import { smallNetwork } from '../tuning/small-xlm-r.js';
import { goldenNetwork, goldenTransformers } from './golden-transformers.js';

type Texts = readonly (readonly number[])[];

/** What the network makes of texts. */
async function rowsOf(
  tensors: NamedTensors,
  architecture: Architecture,
  texts: Texts,
): Promise<Readonly<Record<'first' | 'mean', Float32Array>>> {
  const session = await InferenceSession.create(writeOnnx(transformerGraph(tensors, architecture)));
  // As many as RoBERTa's golden network has positions for; what fills up must not count.
  const tokens = 9;
  const feed = (value: (text: readonly number[], at: number) => number): Tensor =>
    new Tensor(
      'int64',
      BigInt64Array.from(
        texts.flatMap((text) => Array.from({ length: tokens }, (_, at) => BigInt(value(text, at)))),
      ),
      [texts.length, tokens],
    );
  const outputs = await session.run({
    [graphNames.ids]: feed((text, at) => text[at] ?? architecture.padding),
    [graphNames.mask]: feed(({ length }, at) => Number(at < length)),
  });
  const { data, dims } = outputs[graphNames.output]!;
  const lengths = texts.map(({ length }) => length);
  const row = (pooling: 'first' | 'mean') => pooled(data as Float32Array, dims, pooling, lengths);
  return { first: row('first'), mean: row('mean') };
}

describe('a transformer as an ONNX file', () => {
  before(async () => {
    await chooseBackend();
  });

  for (const { name, texts, poolings } of goldenTransformers) {
    it(`gives the features of transformers: ${name}`, async () => {
      const { architecture, tensors } = goldenNetwork(name);
      const rows = await rowsOf(tensors, architecture, texts);
      for (const pooling of ['first', 'mean'] as const)
        assert.ok(relativeError(rows[pooling], poolings[pooling].features) <= 1e-5);
    });
  }

  it('gives the features that the fine-tuned network gives in TensorFlow', async () => {
    const { architecture, tensors } = smallNetwork(2);
    const texts: Texts = [
      [0, 5, 40, 9, 2],
      [0, 12, 41, 42, 7, 6, 2],
      [0, 41, 2],
      [0, 50, 44, 40, 2],
    ];
    const train = { rows: 4, classes: [2], labels: Int32Array.of(0, 1, 1, 0), tokens: texts };
    const nobody = { rows: 0, classes: [2], labels: new Int32Array(0), tokens: [] };
    const tuned = await fineTuneText(tensors, architecture, train, nobody, {
      part: 'everything',
      pooling: 'mean',
      dropout: 0,
      strategy: 'cross-entropy',
      gamma: 0,
      learningRate: 0.01,
      warmup: 0,
      weightDecay: 0,
      clip: 1,
      batchSize: 4,
      accumulate: 1,
      maximumEpochs: 4,
      judgedBy: 'macroF1',
      patience: 4,
      epochsWithoutValidation: 4,
      seed: 1,
    });
    const [expected, untuned] = [tuned.tensors, tensors].map((weights) => {
      const network = new TransformerNetwork(weights, architecture, texts.flat(), 'everything');
      const features = tf.tidy(() => network.features(network.inputs(texts, 'mean'), undefined).dataSync());
      network.dispose();
      return features;
    });
    const { mean } = await rowsOf(tuned.tensors, architecture, texts);
    assert.ok(relativeError(mean, expected!) <= 1e-5);
    assert.ok(relativeError(mean, untuned!) > 1e-2);
  });
});
