import * as tf from '@tensorflow/tfjs-core';
import { colourSimilarityLoss } from './colour-similarity-loss.js';
import {
  pairDistances,
  rowDistances,
  throughPairDistances,
  throughRowDistances,
  throughUnitRows,
  unitRows,
} from './feature-space.js';
import type { MultiTaskLabels } from './mini-batches.js';
import { selfSimilarityLoss } from './self-similarity-loss.js';
import { semanticSimilarityLoss } from './semantic-similarity-loss.js';

/** Weights of the parts of the total loss λ_C L_C + λ_aux (α_sem L_sem + α_co L_co + α_slf L_slf); each at least 0. */
export interface AuxiliaryWeights {
  /** λ_C, of the classification loss. */
  readonly classificationWeight: number;
  /** λ_aux, of all three together. */
  readonly auxiliaryWeight: number;
  /** α_sem, of the semantic similarity loss. */
  readonly semantic: number;
  /** α_co, of the colour similarity loss. */
  readonly colour: number;
  /** α_slf, of the self-similarity loss. */
  readonly self: number;
}

/** What the auxiliary losses know of a mini-batch beside its features. */
export interface AuxiliaryBatch {
  readonly labels: MultiTaskLabels;
  /** rows × bins, as `correlationRows` gives them. */
  readonly histograms: Float64Array;
}

interface Evaluated {
  readonly loss: number;
  readonly gradients: readonly Float32Array[];
}

function evaluate(
  [values, viewValues]: readonly Float32Array[],
  width: number,
  { labels, histograms }: AuxiliaryBatch,
  { auxiliaryWeight, semantic, colour, self }: AuxiliaryWeights,
): Evaluated {
  const { rows } = labels;
  const unit = unitRows(values!, rows, width);
  const slopes = new Float64Array(rows * rows);
  let loss = 0;
  if (semantic > 0 || colour > 0) {
    const distances = pairDistances(unit);
    for (const [alpha, part] of [
      [semantic, () => semanticSimilarityLoss(distances, labels)],
      [colour, () => colourSimilarityLoss(distances, histograms, rows)],
    ] as const) {
      if (alpha === 0) continue;
      const found = part();
      loss += auxiliaryWeight * alpha * found.loss;
      for (const [pair, slope] of found.slopes.entries()) slopes[pair]! += auxiliaryWeight * alpha * slope;
    }
  }
  const gradient = throughPairDistances(unit, slopes);
  if (viewValues === undefined) return { loss, gradients: [throughUnitRows(unit, gradient)] };
  const viewUnit = unitRows(viewValues, rows, width);
  const found = selfSimilarityLoss(rowDistances(unit, viewUnit));
  const scale = auxiliaryWeight * self;
  const [own, views] = throughRowDistances(
    unit,
    viewUnit,
    found.slopes.map((slope) => scale * slope),
  );
  for (const [at, value] of own.entries()) gradient[at]! += value;
  return {
    loss: loss + scale * found.loss,
    gradients: [throughUnitRows(unit, gradient), throughUnitRows(viewUnit, views)],
  };
}

/**
 * λ_aux (α_sem L_sem + α_co L_co + α_slf L_slf) of SilkNet (Dorozynski 2022) on the unit-length outputs of the joint
 * layer. Triplets and pairs are gone through in plain arithmetic, in double precision and with the gradient written
 * out: the same on every backend, which only multiplies matrices.
 *
 * @param sums n × width, outputs of the joint layer before its ReLU
 * @param viewSums the same of one augmented view of each sample; without them L_slf is left out
 */
export function auxiliaryLoss(
  sums: tf.Tensor2D,
  viewSums: tf.Tensor2D | undefined,
  batch: AuxiliaryBatch,
  weights: AuxiliaryWeights,
): tf.Scalar {
  const inputs = viewSums === undefined ? [sums] : [sums, viewSums];
  const op = tf.customGrad((...tensorsAndSave) => {
    const save = tensorsAndSave.pop() as unknown as tf.GradSaveFunc;
    const tensors = tensorsAndSave as tf.Tensor2D[];
    const values = tensors.map((tensor) => tensor.dataSync<'float32'>());
    const { loss, gradients } = evaluate(values, sums.shape[1], batch, weights);
    save(gradients.map((gradient) => tf.tensor2d(gradient, sums.shape)));
    return {
      value: tf.scalar(loss),
      gradFunc: (dy: tf.Scalar, saved: tf.Tensor[]) => saved.map((gradient) => tf.mul(dy, gradient)),
    };
  });
  return op(...inputs);
}

/** λ_C times the classification loss plus the weighted auxiliary losses; tfjs-core alone has no gradient of a sum. */
export function totalLoss(
  classification: tf.Scalar,
  auxiliary: tf.Scalar,
  { classificationWeight }: AuxiliaryWeights,
): tf.Scalar {
  const sum = tf.customGrad((first, second) => ({
    value: tf.add<tf.Scalar>(tf.mul(first as tf.Tensor, classificationWeight), second as tf.Tensor),
    gradFunc: (dy: tf.Scalar) => [tf.mul(dy, classificationWeight), tf.clone(dy)],
  }));
  return sum(classification, auxiliary);
}
