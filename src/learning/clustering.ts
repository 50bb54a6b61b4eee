import * as tf from '@tensorflow/tfjs-core';
import type { AuxiliaryBatch, AuxiliaryWeights } from './auxiliary-losses.js';
import type { HeadsData } from './batch-tensors.js';
import { correlationRows } from './colour-similarity-loss.js';
import { seededRandom } from './random.js';

/** What training needs for the auxiliary losses that cluster the features of the joint layer. */
export interface Clustering {
  readonly weights: AuxiliaryWeights;
  /** rows × bins: histogram on the polar grid of hue and saturation of every training sample, for the colour loss. */
  readonly histograms: Float32Array;
  /** Augmented views of the training samples for the self-similarity loss, each rows × width like the features. */
  readonly views: readonly Float32Array[];
}

/** Draws what the auxiliary losses need for one mini-batch after the other. */
export class ClusteringBatches {
  readonly #train: HeadsData;
  readonly #clustering: Clustering;
  readonly #histograms: Float64Array;
  readonly #bins: number;
  readonly #random: () => number;

  /** Draws views from a stream of its own, so that batches and dropout are those of training without auxiliary losses. */
  constructor(train: HeadsData, clustering: Clustering, seed: number) {
    this.#train = train;
    this.#clustering = clustering;
    this.#bins = clustering.histograms.length / train.rows;
    this.#histograms = correlationRows(clustering.histograms, train.rows, this.#bins);
    this.#random = seededRandom(seed);
  }

  get weights(): AuxiliaryWeights {
    return this.#clustering.weights;
  }

  /** Labels and histograms of the rows of a mini-batch. */
  batch(rows: readonly number[]): AuxiliaryBatch {
    const { classes, labels } = this.#train;
    const bins = this.#bins;
    const histograms = new Float64Array(rows.length * bins);
    const known = new Int32Array(rows.length * classes.length);
    for (const [index, row] of rows.entries()) {
      histograms.set(this.#histograms.subarray(row * bins, (row + 1) * bins), index * bins);
      known.set(labels.subarray(row * classes.length, (row + 1) * classes.length), index * classes.length);
    }
    return { labels: { rows: rows.length, classes, labels: known }, histograms };
  }

  /** One view of each row of a mini-batch, drawn at random, n × width; undefined where no loss looks at views. */
  views(rows: readonly number[]): tf.Tensor2D | undefined {
    const { views, weights } = this.#clustering;
    if (weights.self === 0) return undefined;
    const { width } = this.#train;
    const values = new Float32Array(rows.length * width);
    for (const [index, row] of rows.entries()) {
      const view = views[Math.floor(this.#random() * views.length)]!;
      values.set(view.subarray(row * width, (row + 1) * width), index * width);
    }
    return tf.tensor2d(values, [rows.length, width]);
  }
}
