import * as tf from '@tensorflow/tfjs-core';
import type { Trained } from '../../../learning/adam.js';
import { fullyConnected } from '../../../learning/fully-connected.js';
import { valuesOf, type NamedTensors } from '../../../models/named-tensors.js';
import type { Tensor } from '../../../models/safetensors.js';
import { copiedTensor } from '../../copied-tensor.js';
import { embeddingNames, layerNames, shapesOf, type Architecture } from './architecture.js';
import { thinned, type Dropout } from './dropout.js';
import { attention, embedded, gelu, layerNorm, sum, summedTokens } from './layers.js';
import { tokenInputs, type TokenInputs, type TokenPooling } from './token-inputs.js';

/** Which part of a network is trained: its last layers, or all of it with the tables of words and positions. */
export type TrainedPart = number | 'everything';

const isUndecayed = (name: string): boolean => name.endsWith('.bias') || name.includes('LayerNorm');

/**
 * A RoBERTa or XLM-R while it is trained, on the current TensorFlow.js backend: normalisation behind each part of a layer,
 * exact GELU, dropout where transformers has it.
 *
 * Of the table of words only the rows that are needed are held: it is most of the network, and a collection uses little of it.
 */
export class TransformerNetwork {
  readonly #architecture: Architecture;
  readonly #tensors: NamedTensors;
  readonly #part: TrainedPart;
  /** Row of the table that is held, by the token's id. */
  readonly #rows: ReadonlyMap<number, number>;
  readonly #weights = new Map<string, tf.Tensor>();

  /**
   * Puts the weights on the backend.
   *
   * @param tensors found sound by `networkTensors`
   * @param ids tokens of all texts that it will read
   * @param part layers to train, from the last on, 0 to all of them; or everything
   */
  constructor(tensors: NamedTensors, architecture: Architecture, ids: Iterable<number>, part: TrainedPart) {
    if (part !== 'everything' && !(part >= 0 && part <= architecture.layers)) {
      throw new RangeError(`${part} layers are to be trained, the network has ${architecture.layers}`);
    }
    this.#architecture = architecture;
    this.#tensors = tensors;
    this.#part = part;
    this.#rows = new Map([...new Set(ids)].sort((a, b) => a - b).map((id, row) => [id, row]));
    tf.tidy(() => {
      for (const [name, shape] of shapesOf(architecture)) this.#weights.set(name, this.#created(name, shape));
    });
  }

  #created(name: string, shape: readonly number[]): tf.Tensor {
    const values = valuesOf(this.#tensors, name);
    const tensor =
      name === embeddingNames.words
        ? tf.tensor2d(this.#compact(values), [this.#rows.size, this.#architecture.width])
        : tf.tensor(values, [...shape]);
    return this.#isTrained(name) ? tf.variable(tensor) : tf.keep(tensor);
  }

  #compact(table: Float32Array): Float32Array {
    const { width } = this.#architecture;
    const held = new Float32Array(this.#rows.size * width);
    for (const [id, row] of this.#rows) held.set(table.subarray(id * width, (id + 1) * width), row * width);
    return held;
  }

  get #frozenLayers(): number {
    return this.#part === 'everything' ? 0 : this.#architecture.layers - this.#part;
  }

  #isTrained(name: string): boolean {
    if (this.#part === 'everything') return true;
    const layer = /^encoder\.layer\.(\d+)\./.exec(name)?.[1];
    return layer !== undefined && Number(layer) >= this.#frozenLayers;
  }

  /** All that is trained. @param decay weight decay of tables and of the weights of dense layers; biases and normalisations have none */
  trained(decay: number): readonly Trained[] {
    return [...this.#weights].flatMap(([name, variable]) =>
      variable instanceof tf.Variable ? [{ variable, decay: isUndecayed(name) ? 0 : decay }] : [],
    );
  }

  /** Texts as the network takes them. @param texts ids of their tokens; those around them included */
  inputs(texts: readonly (readonly number[])[], pooling: TokenPooling): TokenInputs {
    const rows = texts.map((ids) => ids.map((id) => this.#rows.get(id)!));
    return tokenInputs(rows, this.#architecture.padding, pooling);
  }

  /** What the layers that stay as they are make of texts, (texts · tokens) × width; undefined where there are none. */
  frozen(inputs: TokenInputs): tf.Tensor2D | undefined {
    if (this.#part === 'everything') return undefined;
    return tf.tidy(() => this.#through(0, this.#frozenLayers, this.#embedded(inputs), inputs));
  }

  /**
   * Feature vectors, texts × width, with gradients for what is trained.
   *
   * @param frozen see `frozen`
   * @param dropout in training only
   */
  features(inputs: TokenInputs, frozen: tf.Tensor2D | undefined, dropout?: Dropout): tf.Tensor2D {
    const start = frozen ?? this.#embedded(inputs, dropout);
    const { layers } = this.#architecture;
    return summedTokens(
      this.#through(this.#frozenLayers, layers, start, inputs, dropout),
      inputs,
      inputs.shares,
    );
  }

  #of<T extends tf.Tensor>(name: string): T {
    return this.#weights.get(name) as T;
  }

  #dense(x: tf.Tensor2D, name: string): tf.Tensor2D {
    return fullyConnected(x, this.#of(`${name}.weight`), this.#of(`${name}.bias`), false);
  }

  #normalised(x: tf.Tensor2D, name: string): tf.Tensor2D {
    return layerNorm(x, this.#of(`${name}.weight`), this.#of(`${name}.bias`), this.#architecture.epsilon);
  }

  #embedded({ words, places }: TokenInputs, dropout?: Dropout): tf.Tensor2D {
    const { words: word, positions, types, norm } = embeddingNames;
    const tables = {
      words: this.#of<tf.Tensor2D>(word),
      positions: this.#of<tf.Tensor2D>(positions),
      types: this.#of<tf.Tensor2D>(types),
    };
    return thinned(this.#normalised(embedded(tables, words, places), norm), dropout);
  }

  #through(
    from: number,
    to: number,
    start: tf.Tensor2D,
    inputs: TokenInputs,
    dropout?: Dropout,
  ): tf.Tensor2D {
    let x = start;
    for (let index = from; index < to; index++) x = this.#layer(index, x, inputs, dropout);
    return x;
  }

  #layer(index: number, x: tf.Tensor2D, inputs: TokenInputs, dropout: Dropout | undefined): tf.Tensor2D {
    const names = layerNames(index);
    const { heads } = this.#architecture;
    const { texts, tokens, bias } = inputs;
    const attended = attention(
      this.#dense(x, names.query),
      this.#dense(x, names.key),
      this.#dense(x, names.value),
      inputs,
      heads,
      bias,
      dropout?.factors<tf.Rank.R4>([texts, heads, tokens, tokens]),
    );
    const seen = thinned(this.#dense(attended, names.attended), dropout);
    const middle = this.#normalised(sum(seen, x), names.attendedNorm);
    const outer = thinned(this.#dense(gelu(this.#dense(middle, names.inner)), names.outer), dropout);
    return this.#normalised(sum(outer, middle), names.outerNorm);
  }

  /** A copy of what is trained as it is now; of the table of words the rows that are held. */
  snapshot(): NamedTensors {
    return new Map(
      [...this.#weights].flatMap(([name, weight]): [string, Tensor][] =>
        weight instanceof tf.Variable ? [[name, copiedTensor(weight as tf.Tensor)]] : [],
      ),
    );
  }

  /** All tensors of the network, those of a snapshot in the place of what they were. */
  completed(snapshot: NamedTensors): NamedTensors {
    const { words } = embeddingNames;
    const table = snapshot.get(words);
    if (table === undefined) return new Map([...this.#tensors, ...snapshot]);
    const { width } = this.#architecture;
    const data = Float32Array.from(valuesOf(this.#tensors, words));
    const held = valuesOf(snapshot, words);
    for (const [id, row] of this.#rows) data.set(held.subarray(row * width, (row + 1) * width), id * width);
    return new Map([
      ...this.#tensors,
      ...snapshot,
      [words, { shape: this.#tensors.get(words)!.shape, data }],
    ]);
  }

  /** Frees everything. */
  dispose(): void {
    tf.dispose([...this.#weights.values()]);
  }
}
