import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { AuxiliaryWeights } from '../../src/learning/auxiliary-losses.js';
import { chooseBackend } from '../../src/learning/backend.js';
import type { HeadsData } from '../../src/learning/batch-tensors.js';
import type { Clustering } from '../../src/learning/clustering.js';
import { colourSimilarityLoss, correlationRows } from '../../src/learning/colour-similarity-loss.js';
import { pairDistances, rowDistances, unitRows } from '../../src/learning/feature-space.js';
import { trainHeads, type HeadsParameters, type HeadsTraining } from '../../src/learning/heads-training.js';
import { headsScores, hiddenShare, type Heads } from '../../src/learning/heads.js';
import { seededRandom } from '../../src/learning/random.js';
import { selfSimilarityLoss } from '../../src/learning/self-similarity-loss.js';
import { semanticSimilarityLoss } from '../../src/learning/semantic-similarity-loss.js';

const parameters: HeadsParameters = {
  hidden: 8,
  branch: 0,
  dropout: 0.2,
  strategy: 'focal',
  gamma: 2,
  learningRate: 0.02,
  weightDecay: 1e-4,
  batchSize: 16,
  maximumEpochs: 15,
  judgedBy: 'loss',
  patience: 15,
  epochsWithoutValidation: 15,
  seed: 3,
};

const rows = 60;
const width = 6;
const bins = 5;
const random = seededRandom(9);
const features = Float32Array.from({ length: rows * width }, () => random() * 2 - 1);
const train: HeadsData = {
  rows,
  width,
  features,
  classes: [2, 3],
  labels: Int32Array.from({ length: rows * 2 }, (_, at) =>
    random() < 0.3 ? -1 : Number((features[(at >> 1) * width + (at & 1)] ?? 0) > 0),
  ),
};
const unlabelled: HeadsData = { ...train, labels: new Int32Array(rows * 2).fill(-1) };
const histograms = Float32Array.from({ length: rows * bins }, () => random());
const views = [1, 2].map(() => features.map((value) => value + (random() - 0.5) * 2));

const none: AuxiliaryWeights = {
  classificationWeight: 1,
  auxiliaryWeight: 1,
  semantic: 0,
  colour: 0,
  self: 0,
};

async function trained(
  weights: AuxiliaryWeights | undefined,
  seen: readonly Float32Array[] = views,
): Promise<HeadsTraining> {
  const clustering: Clustering | undefined =
    weights === undefined ? undefined : { weights, histograms, views: weights.self > 0 ? seen : [] };
  return trainHeads(train, unlabelled, parameters, { clustering });
}

function joint(heads: Heads, inputs: Float32Array): ReturnType<typeof unitRows> {
  const sums = Array.from({ length: rows }, (_, row) => {
    const share = hiddenShare(heads, inputs.subarray(row * width, (row + 1) * width), 0, width);
    return [...share].map((sum, unit) => sum + (heads.hiddenBias[unit] ?? NaN));
  });
  return unitRows(sums.flat(), rows, heads.hidden);
}

const measured = {
  semantic: (heads: Heads) => semanticSimilarityLoss(pairDistances(joint(heads, features)), train).loss,
  colour: (heads: Heads) =>
    colourSimilarityLoss(pairDistances(joint(heads, features)), correlationRows(histograms, rows, bins), rows)
      .loss,
  self: (heads: Heads) =>
    selfSimilarityLoss(rowDistances(joint(heads, features), joint(heads, views[0] as Float32Array))).loss,
};

before(async () => {
  await chooseBackend();
});

describe('trainHeads with auxiliary losses', () => {
  for (const loss of ['semantic', 'colour', 'self'] as const) {
    it(`makes the loss small that it is given: ${loss}`, async () => {
      const without = measured[loss]((await trained(undefined)).heads);
      const given = measured[loss]((await trained({ ...none, [loss]: 2 })).heads);
      assert.ok(given < 0.9 * without, `${given} with it, ${without} without`);
    });
  }

  it('gives the same weights, bit for bit, for losses of no weight as without any', async () => {
    assert.deepEqual(await trained(none), await trained(undefined));
    assert.deepEqual(await trained({ ...none, auxiliaryWeight: 0, semantic: 1 }), await trained(undefined));
  });

  it('gives the same weights for the same seed', async () => {
    const all = { ...none, semantic: 0.5, colour: 0.5, self: 0.5 };
    assert.deepEqual(await trained(all), await trained(all));
  });

  it('looks at every view', async () => {
    const [first, second] = views as [Float32Array, Float32Array];
    const weights = { ...none, self: 0.5 };
    const both = await trained(weights);
    assert.notDeepEqual(both, await trained(weights, [first, first]));
    assert.notDeepEqual(both, await trained(weights, [second, second]));
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await trained({ ...none, semantic: 0.5, colour: 0.5, self: 0.5 });
    assert.equal(tf.memory().numTensors, before);
  });

  it('stops by the classification loss alone', async () => {
    const weights = { ...none, auxiliaryWeight: 20, semantic: 1, colour: 1, self: 1 };
    const { heads, bestEpoch, validations } = await trainHeads(train, train, parameters, {
      clustering: { weights, histograms, views },
    });
    const losses = Array.from({ length: rows }, (_, row) =>
      headsScores(heads, features.subarray(row * width, (row + 1) * width)).flatMap((scores, task) => {
        const score = scores[train.labels[row * 2 + task] ?? -1];
        return score === undefined ? [] : [-((1 - score) ** 2) * Math.log(score)];
      }),
    ).flat();
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const best = validations[bestEpoch - 1]!.loss;
    assert.ok(Math.abs(mean - best) < 1e-5, `${best} is not ${mean}`);
  });
});
