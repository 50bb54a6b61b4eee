import { createHash } from 'node:crypto';
import { isLacunaError, LacunaError } from '../../../config/errors.js';
import type { Precision } from '../../../models/encoder-folder.js';
import { Inference, type InferenceOutcome } from '../../../models/onnx/inference.js';
import { tokenBatching, type Tokens } from '../../../models/onnx/token-batching.js';
import { usualProcess } from '../../../models/onnx/usual-process.js';
import type { Tokenizer } from '../../../models/tokenizer/tokenizer.js';
import type { ModalityDescription } from '../../modality.js';
import {
  encoderKey,
  readTextEncoder,
  type TextEncoderFolder,
  type TextEncoderManifest,
} from './encoder-folder.js';
import { hideableText, type HideableText } from './hidden-words.js';
import { meanOfWindows, windowsOf } from './windows.js';

/** Where a pretrained encoder lies and how it is run. */
export interface TextEncoderOptions {
  /** Absolute path of the folder with `encoder.json`, the network and `tokenizer.json`. */
  readonly folder: string;
  readonly precision: Precision;
  /** Threads of its process; when left out all cores but one, at most 8. */
  readonly threads?: number | undefined;
  /** Tokens that go through it together, at most. */
  readonly batchTokens?: number | undefined;
  /** In place of the process's program, for tests. */
  readonly program?: URL | undefined;
}

const usualBatchTokens = 1024;

/** Digest of all that the numbers depend on: what it is called and where it is from do not matter. */
function versionOf({ manifest, digest }: TextEncoderFolder): string {
  const { tokenizerSha256, maximumLength, overlap, pooling, inputs, prefix, output, length } = manifest;
  const numeric = {
    digest,
    tokenizerSha256,
    maximumLength,
    overlap,
    pooling,
    inputs,
    prefix,
    output,
    length,
  };
  return createHash('sha256').update(JSON.stringify(numeric)).digest('hex');
}

function namesOf({ inputs: { ids, mask, types } }: TextEncoderManifest): string[] {
  return [ids, mask, types].filter((name) => name !== null);
}

/** Describes texts by numbers, by a network that was pretrained on others. */
export class TextEncoder {
  readonly name: string;
  readonly version: string;
  /** Numbers per text. */
  readonly length: number;
  /** What each record was for when it was tuned on the collection, by object: it knows the values of those it learnt from. */
  readonly tunedOn: TextEncoderFolder['tunedOn'];
  readonly #folder: TextEncoderFolder;
  readonly #precision: Precision;
  readonly #tokenizer: Tokenizer;
  readonly #prefix: readonly number[];
  readonly #inference: Inference<Tokens>;

  /** Starts nothing yet. */
  constructor(folder: TextEncoderFolder, options: TextEncoderOptions) {
    const { manifest, model, tokenizer, isScaledByBatch } = folder;
    const { ids, mask, types } = manifest.inputs;
    this.name = manifest.name;
    this.version = versionOf(folder);
    this.length = manifest.length;
    this.tunedOn = folder.tunedOn;
    this.#folder = folder;
    this.#precision = options.precision;
    this.#tokenizer = tokenizer;
    this.#prefix = tokenizer.ids(manifest.prefix);
    this.#inference = new Inference({
      network: { file: model, inputs: namesOf(manifest), output: manifest.output, pooling: manifest.pooling },
      name: `the encoder "${manifest.name}"`,
      batching: tokenBatching({
        inputs: { ids, mask: mask ?? undefined, types: types ?? undefined },
        padding: tokenizer.padding,
        most: options.batchTokens ?? usualBatchTokens,
        isTogether: !isScaledByBatch && mask !== null,
      }),
      ...usualProcess(options.threads),
      program: options.program,
    });
  }

  /** What it is, for the model card: a noun phrase; what it knows, for the agent's description; and facts. */
  describe(): {
    readonly encoder: string;
    readonly trainedOn: string;
    readonly parameters: ModalityDescription['parameters'];
  } {
    const { manifest, digest } = this.#folder;
    const { licence, tuned } = manifest;
    const known = tuned === undefined ? '' : ', tuned on the collection';
    return {
      encoder: `the pretrained network ${this.name} (licence ${licence}, ${this.length} values${known})`,
      trainedOn: `other texts${tuned === undefined ? '' : ' and descriptions of records of this collection whose values are known'}`,
      parameters: {
        encoderName: this.name,
        encoderLicence: licence,
        encoderSha256: digest,
        encoderPrecision: this.#precision,
        encoderLanguages: manifest.languages.join(', '),
        encoderLength: this.length,
        ...(tuned === undefined ? {} : { encoderTunedOn: tuned.records }),
      },
    };
  }

  /** Tokens of one window beside the text's own. */
  get #frame(): number {
    const { before, after } = this.#tokenizer;
    return before.length + this.#prefix.length + after.length;
  }

  /** Tokens of a text that are read at a time. */
  get #room(): number {
    return this.#folder.manifest.maximumLength - this.#frame;
  }

  async #row(ids: Tokens, signal: AbortSignal | undefined): Promise<InferenceOutcome> {
    const { before, after } = this.#tokenizer;
    return this.#inference.run([...before, ...this.#prefix, ...ids, ...after], signal);
  }

  #isSound(row: Float32Array): boolean {
    return row.length === this.length && row.every(Number.isFinite);
  }

  async #rows(text: string, signal: AbortSignal | undefined): Promise<Float32Array | string> {
    const windows = windowsOf(this.#tokenizer.ids(text), this.#room, this.#folder.manifest.overlap);
    const outcomes = await Promise.all(windows.map(async ({ ids }) => this.#row(ids, signal)));
    const failed = outcomes.find(({ ok }) => !ok);
    if (failed?.ok === false) return failed.reason;
    return meanOfWindows(
      windows,
      outcomes.flatMap((outcome) => (outcome.ok ? [outcome.row] : [])),
    );
  }

  /**
   * Features of a text; a long one is read in windows. What is asked for while others are worked on goes together with them where that is
   * faster. Undefined when the network fails at it.
   *
   * Rejects with LacunaError MODEL_INVALID when the network cannot be run, and with the signal's reason when aborted.
   */
  async encode(text: string, signal?: AbortSignal): Promise<Float32Array | undefined> {
    const features = await this.#rows(text, signal);
    return typeof features !== 'string' && this.#isSound(features) ? features : undefined;
  }

  /**
   * A text to be read with words hidden, which rejects as `encode` does.
   *
   * @param words which put together are the text, with the blanks before them
   */
  hideable(words: readonly string[], signal?: AbortSignal): HideableText {
    return hideableText(
      words.map((word) => this.#tokenizer.ids(word)),
      {
        mask: this.#tokenizer.mask,
        room: this.#room,
        overlap: this.#folder.manifest.overlap,
        row: async (ids) => {
          const outcome = await this.#row(ids, signal);
          return outcome.ok && this.#isSound(outcome.row) ? outcome.row : undefined;
        },
      },
    );
  }

  /** Reads a word. @throws LacunaError CONFIG_INVALID when the network is not what the manifest says */
  async try(folder: string): Promise<void> {
    const { manifest } = this.#folder;
    const { output, pooling, length, overlap } = manifest;
    const wrong = (reason: string, cause?: unknown): LacunaError =>
      new LacunaError(
        'CONFIG_INVALID',
        `The encoder in ${folder} (${encoderKey}.folder) cannot be used: ${reason} Correct encoder.json or put other files ` +
          `there; encoder.json says: inputs ${namesOf(manifest).join(', ')} of [batch, tokens], output "${output}", pooling ` +
          `${pooling}, length ${length}.`,
        { cause },
      );
    if (this.#room <= overlap)
      throw wrong(`maximumLength leaves no room for texts beside the prefix and the overlap.`);
    const features = await this.#rows('silk', undefined).catch((error: unknown) => {
      throw isLacunaError(error, 'MODEL_INVALID') ? wrong(error.message, error) : error;
    });
    if (typeof features === 'string') throw wrong(`${features}.`);
    if (features.length !== length) throw wrong(`it gives ${features.length} numbers per text.`);
  }
}

/**
 * Opens a pretrained encoder of texts: checks its folder, starts its process and lets it read a word.
 *
 * @throws LacunaError CONFIG_INVALID naming what is missing or wrong, and where it belongs
 */
export async function openTextEncoder(options: TextEncoderOptions): Promise<TextEncoder> {
  const encoder = new TextEncoder(await readTextEncoder(options.folder, options.precision), options);
  await encoder.try(options.folder);
  return encoder;
}
