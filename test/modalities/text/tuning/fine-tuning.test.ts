import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { isLacunaError } from '../../../../src/config/errors.js';
import { chooseBackend } from '../../../../src/learning/backend.js';
import { seededRandom, shuffled } from '../../../../src/learning/random.js';
import {
  fineTuneText,
  type LabelledTexts,
  type TextTuningParameters,
} from '../../../../src/modalities/text/tuning/fine-tuning.js';
import { relativeError } from '../../golden-gradients.js';
import { smallNetwork, tokenizer } from './small-xlm-r.js';

const classes = [2, 3];
const words = [
  ['velvet', 'damask'],
  ['lyon', 'genoa', 'valencia'],
];
const filling = 'silk woven ground with soft leaves flowers birds border crown scrolls in two faces'.split(
  ' ',
);

/** Texts in which a word of each task says its class, one of both unknown for every other text or so. */
function texts(rows: number, seed: number): LabelledTexts {
  const random = seededRandom(seed);
  const truth = Array.from({ length: rows }, (_, row) => [row % 2, Math.floor(row / 2) % 3] as const);
  const unknown = truth.map(() => Math.floor(random() * 4));
  return {
    rows,
    classes,
    labels: Int32Array.from(
      truth.flatMap((ofRow, row) => ofRow.map((label, task) => (unknown[row] === task ? -1 : label))),
    ),
    tokens: truth.map((ofRow) => {
      const count = 2 + Math.floor(random() * 6);
      const others = Array.from({ length: count }, () => filling[Math.floor(random() * filling.length)]!);
      const all = shuffled([...others, ...ofRow.map((label, task) => words[task]![label]!)], random);
      return [...tokenizer.before, ...tokenizer.ids(all.join(' ')), ...tokenizer.after];
    }),
  };
}

const nothing: LabelledTexts = { rows: 0, classes, labels: new Int32Array(0), tokens: [] };

const parameters: TextTuningParameters = {
  part: 'everything',
  pooling: 'first',
  dropout: 0,
  strategy: 'focal',
  gamma: 2,
  learningRate: 5e-3,
  warmup: 0.1,
  weightDecay: 0.01,
  clip: 1,
  batchSize: 8,
  accumulate: 1,
  maximumEpochs: 15,
  judgedBy: 'macroF1',
  patience: 15,
  epochsWithoutValidation: 2,
  seed: 5,
};

const { architecture, tensors } = smallNetwork(1);

const backends = [
  { name: 'the fastest backend', choose: () => chooseBackend() },
  { name: 'plain JavaScript', choose: () => tf.setBackend('cpu') },
];

for (const { name: backend, choose } of backends) {
  describe(`fine-tuning on texts, on ${backend}`, () => {
    before(async () => {
      await choose();
    });

    it('learns 32 texts by heart', async () => {
      const before = tf.memory().numTensors;
      const train = texts(32, 1);
      const tuned = await fineTuneText(tensors, architecture, train, train, { ...parameters, dropout: 0.1 });
      assert.equal(tf.memory().numTensors, before, 'nothing is left behind');
      const best = tuned.validations[tuned.bestEpoch - 1]!;
      assert.ok(tuned.validations[0]!.macroF1 < 0.7, 'it did not know them before');
      assert.equal(best.macroF1, 1);
      const changed = (name: string): boolean =>
        relativeError(
          tuned.tensors.get(name)!.data as Float32Array,
          tensors.get(name)!.data as Float32Array,
        ) > 1e-3;
      for (const name of tensors.keys())
        if (/query\.weight|LayerNorm|word/.test(name)) assert.ok(changed(name), name);
    });

    it('takes the same step by parts as at once', async () => {
      const train = texts(24, 2);
      const tune = async (batchSize: number, accumulate: number) =>
        fineTuneText(tensors, architecture, train, nothing, {
          ...parameters,
          learningRate: 1e-3,
          batchSize,
          accumulate,
        });
      const [whole, inParts, other] = await Promise.all([tune(8, 1), tune(2, 4), tune(2, 1)]);
      const distance = (one: typeof whole): number =>
        Math.max(
          ...[...whole.tensors].map(([name, { data }]) =>
            (data as Float32Array).reduce(
              (most, value, at) =>
                Math.max(most, Math.abs(value - (one.tensors.get(name)!.data as Float32Array)[at]!)),
              0,
            ),
          ),
        );
      assert.ok(distance(inParts) < 1e-4, `${distance(inParts)}`);
      assert.ok(distance(other) > 1e-3, `${distance(other)}`);
    });
  });
}

describe('fine-tuning on texts', () => {
  before(async () => {
    await chooseBackend();
  });

  it('leaves what is frozen, and words that were not read, as they are', async () => {
    const train = texts(12, 3);
    const last = await fineTuneText(tensors, architecture, train, nothing, { ...parameters, part: 1 });
    for (const [name, tensor] of tensors) {
      const isSame = Buffer.from(tensor.data.buffer).equals(Buffer.from(last.tensors.get(name)!.data.buffer));
      // Nothing looks at what the keys' bias adds to all products of a token alike, but rounding.
      if (!name.endsWith('key.bias')) assert.equal(isSame, !name.startsWith('encoder.layer.1.'), name);
    }
    const all = await fineTuneText(tensors, architecture, train, nothing, parameters);
    const table = 'embeddings.word_embeddings.weight';
    const [before, after] = [tensors, all.tensors].map((those) => those.get(table)!.data as Float32Array);
    const read = new Set(train.tokens.flat());
    for (let id = 0; id < architecture.vocabulary; id++) {
      const row = (data: Float32Array): Float32Array => data.subarray(id * 32, (id + 1) * 32);
      const isSame = row(before!).every((value, at) => value === row(after!)[at]);
      assert.equal(isSame, !read.has(id), `token ${id}`);
    }
  });

  it('keeps the epoch that did best on validation texts, and stops when none has done better for long', async () => {
    const train = texts(18, 4);
    // Each has the values of the next: nothing that is learnt helps for long.
    const { labels, ...others } = texts(18, 5);
    const validation = { ...others, labels: labels.map((_, at) => labels[(at + 2) % labels.length]!) };
    const eager = { ...parameters, maximumEpochs: 30, patience: 3 };
    const tuned = await fineTuneText(tensors, architecture, train, validation, eager);
    assert.equal(tuned.epochs, tuned.bestEpoch + 3);
    assert.equal(tuned.validations.length, tuned.epochs);
    const best = Math.max(...tuned.validations.map(({ macroF1 }) => macroF1));
    assert.equal(tuned.validations[tuned.bestEpoch - 1]!.macroF1, best);
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const train = texts(12, 7);
    const tune = async (seed: number) =>
      fineTuneText(tensors, architecture, train, nothing, { ...parameters, dropout: 0.2, seed });
    const [first, second, third] = [await tune(1), await tune(1), await tune(2)];
    assert.deepEqual(first.tensors, second.tensors);
    assert.notDeepEqual(first.tensors, third.tensors);
  });

  for (const strategy of ['cross-entropy', 'rescaling', 'uniform-sampling'] as const) {
    it(`learns with the strategy ${strategy}`, async () => {
      const train = texts(24, 8);
      const tuned = await fineTuneText(tensors, architecture, train, train, {
        ...parameters,
        strategy,
        maximumEpochs: 30,
        patience: 30,
        pooling: 'mean',
        accumulate: 2,
        batchSize: 4,
      });
      assert.ok(
        tuned.validations[tuned.bestEpoch - 1]!.macroF1 > 0.9,
        tuned.validations.map(({ macroF1 }) => macroF1.toFixed(2)).join(' '),
      );
    });
  }

  it('stops when it is told to, and leaves nothing behind', async () => {
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    let steps = 0;
    const onStep = (): void => {
      if (++steps === 3) controller.abort();
    };
    const options = { signal: controller.signal, onStep };
    await assert.rejects(
      fineTuneText(tensors, architecture, texts(32, 1), nothing, { ...parameters, accumulate: 2 }, options),
      (error) => isLacunaError(error, 'CANCELLED'),
    );
    assert.equal(steps, 3);
    assert.equal(tf.memory().numTensors, before);
  });
});
