import * as tf from '@tensorflow/tfjs-core';
import type { MultiTaskLabels } from '../../../learning/mini-batches.js';
import type { Pixels } from '../../../media/decode.js';
import { networkInputs } from './network-inputs.js';
import type { ResNet } from './network.js';

/** Photographs and their labels. */
export interface LabelledPhotographs extends MultiTaskLabels {
  /** The photographs of some rows, all of one size whatever the row. They may be read when they are asked for. */
  readonly pixels: (rows: readonly number[]) => readonly Pixels[] | Promise<readonly Pixels[]>;
}

/** Photographs that go through the frozen blocks at a time; the first layers take megabytes for each. */
const atOnce = 16;

/**
 * What the frozen blocks make of photographs. It never changes while the blocks behind them are trained, so it is kept
 * in memory for the next epoch, as far as there is room.
 */
export class FrozenActivations {
  readonly #network: ResNet;
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
  constructor(network: ResNet, photographs: LabelledPhotographs, keptBytes: number) {
    this.#network = network;
    this.#photographs = photographs;
    this.#keptBytes = keptBytes;
  }

  /** Activations of some rows, n × height × width × channels, in their order. The caller disposes them. */
  async of(rows: readonly number[]): Promise<tf.Tensor4D> {
    const values = new Map<number, Float32Array>();
    for (const row of rows) {
      const kept = this.#kept.get(row);
      if (kept !== undefined) values.set(row, kept);
    }
    const missing = [...new Set(rows)].filter((row) => !values.has(row));
    for (let start = 0; start < missing.length; start += atOnce) {
      const some = missing.slice(start, start + atOnce);
      const pixels = await this.#photographs.pixels(some);
      for (const [index, computed] of this.#compute(pixels).entries()) {
        const row = some[index]!;
        values.set(row, computed);
        this.#keep(row, computed);
      }
    }
    const [height, width, channels] = this.#shape;
    const size = height * width * channels;
    const all = new Float32Array(rows.length * size);
    for (const [index, row] of rows.entries()) all.set(values.get(row)!, index * size);
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

  #keep(row: number, values: Float32Array): void {
    if (this.#bytes + values.byteLength > this.#keptBytes) return;
    this.#kept.set(row, values);
    this.#bytes += values.byteLength;
  }
}
