import * as tf from '@tensorflow/tfjs-core';
import type { MultiTaskLabels } from '../../../learning/mini-batches.js';
import type { Pixels } from '../../../media/decode.js';
import { networkInputs } from './network-inputs.js';

/** Photographs and their labels. */
export interface LabelledPhotographs extends MultiTaskLabels {
  /** In how many ways each can be shown turned, cropped or tinted; 0 or left out: only as it is. */
  readonly views?: number | undefined;
  /**
   * The photographs of some rows, all of one size whatever the row. They may be read when they are asked for.
   *
   * @param views which of its views to show of each; as they are when left out
   */
  readonly pixels: (
    rows: readonly number[],
    views?: readonly number[],
  ) => readonly Pixels[] | Promise<readonly Pixels[]>;
}

/** What comes before the trained part of a network, and stays as it is. */
export interface FrozenPart {
  /** Its output, n × height × width × channels. @param inputs see `networkInputs` */
  activations(inputs: tf.Tensor4D): tf.Tensor4D;
}

/** Photographs that go through the frozen blocks at a time; the first layers take megabytes for each. */
const atOnce = 16;

/**
 * What the frozen blocks make of photographs and their views. It never changes while the blocks behind them are trained, so
 * it is kept in memory for the next epoch, as far as there is room.
 */
export class FrozenActivations {
  readonly #network: FrozenPart;
  readonly #photographs: LabelledPhotographs;
  readonly #keptBytes: number;
  readonly #kept = new Map<number, Float32Array>();
  #bytes = 0;
  #shape: [number, number, number] = [0, 0, 0];

  /**
   * Computes nothing yet.
   *
   * @param network the frozen blocks
   * @param keptBytes how much may be kept
   */
  constructor(network: FrozenPart, photographs: LabelledPhotographs, keptBytes: number) {
    this.#network = network;
    this.#photographs = photographs;
    this.#keptBytes = keptBytes;
  }

  /**
   * Activations of some rows, n × height × width × channels, in their order. The caller disposes them.
   *
   * @param views which of its views to look at of each; at the photographs as they are when left out
   */
  async of(rows: readonly number[], views?: readonly number[]): Promise<tf.Tensor4D> {
    const count = this.#photographs.views ?? 0;
    const keys = views === undefined ? rows : rows.map((row, index) => row * count + views[index]!);
    const values = new Map<number, Float32Array>();
    for (const key of keys) {
      const kept = this.#kept.get(key);
      if (kept !== undefined) values.set(key, kept);
    }
    const missing = [...new Map(keys.map((key, index) => [key, index]))].filter(([key]) => !values.has(key));
    for (let start = 0; start < missing.length; start += atOnce) {
      const some = missing.slice(start, start + atOnce);
      const at = <T>(items: readonly T[]): T[] => some.map(([, index]) => items[index]!);
      const pixels = await this.#photographs.pixels(at(rows), views && at(views));
      for (const [index, computed] of this.#compute(pixels).entries()) {
        const [key] = some[index]!;
        values.set(key, computed);
        this.#keep(key, computed);
      }
    }
    const [height, width, channels] = this.#shape;
    const size = height * width * channels;
    const all = new Float32Array(rows.length * size);
    for (const [index, key] of keys.entries()) all.set(values.get(key)!, index * size);
    return tf.tensor4d(all, [rows.length, height, width, channels]);
  }

  #compute(pixels: readonly Pixels[]): readonly Float32Array[] {
    const inputs = networkInputs(pixels);
    const activations = this.#network.activations(inputs);
    const all = activations.dataSync();
    const [, ...shape] = activations.shape;
    this.#shape = shape;
    tf.dispose([inputs, activations]);
    const size = all.length / pixels.length;
    return pixels.map((_, index) => Float32Array.from(all.subarray(index * size, (index + 1) * size)));
  }

  #keep(key: number, values: Float32Array): void {
    if (this.#bytes + values.byteLength > this.#keptBytes) return;
    this.#kept.set(key, values);
    this.#bytes += values.byteLength;
  }
}
