import { createHash } from 'node:crypto';
import { isLacunaError, LacunaError } from '../../../config/errors.js';
import type { Pixels } from '../../../media/decode.js';
import { failure } from '../../../media/photograph-outcome.js';
import type { Resize } from '../../../media/resize-plan.js';
import type { Precision } from '../../../models/encoder-folder.js';
import { equalInputs } from '../../../models/onnx/batching.js';
import { Inference } from '../../../models/onnx/inference.js';
import { usualProcess } from '../../../models/onnx/usual-process.js';
import type { EncodeOutcome, Encoder } from './encoder.js';
import { readPhotographEncoder, type EncoderFolder, type EncoderManifest } from './encoder-folder.js';
import { networkInput } from './network-input.js';

/** Where a pretrained encoder lies and how it is run. */
export interface PretrainedOptions {
  /** Absolute path of the folder with `encoder.json` and `model.onnx`. */
  readonly folder: string;
  /** Of which network; fp32 when left out. */
  readonly precision?: Precision | undefined;
  /** Threads of its process; when left out all cores but one, at most 8. */
  readonly threads?: number | undefined;
  /** Photographs that go through it together, at most. */
  readonly batch?: number | undefined;
  /** In place of the process's program, for tests. */
  readonly program?: URL | undefined;
}

const kernels = { bilinear: 'linear', bicubic: 'cubic', lanczos: 'lanczos3' } as const;

function resizeOf({ resize, interpolation, crop }: EncoderManifest): Resize {
  return { fit: resize === 'crop' ? 'cover' : 'fill', kernel: kernels[interpolation], kept: crop };
}

// Counts the ways in which photographs have been prepared; what went through a network in another is of another version.
const preparation = 2;

/**
 * Digest of all that the numbers depend on: what it is called, where it is from and how it was made do not matter, nor the network that
 * is not used.
 */
function versionOf({ manifest, sha256 }: EncoderFolder): string {
  const {
    name: _,
    licence: _licence,
    source: _source,
    tuned: _tuned,
    int8Sha256: _int8,
    ...numeric
  } = manifest;
  return createHash('sha256')
    .update(JSON.stringify({ ...numeric, sha256, preparation }))
    .digest('hex');
}

class PretrainedEncoder implements Encoder {
  readonly tier: Encoder['tier'];
  readonly families = [];
  readonly name: string;
  readonly version: string;
  readonly length: number;
  readonly side: number;
  readonly resize: Resize;
  readonly concurrency: number;
  readonly tunedOn: Encoder['tunedOn'];
  readonly #folder: EncoderFolder;
  readonly #precision: Precision;
  readonly #manifest: EncoderManifest;
  readonly #inference: Inference;

  constructor(folder: EncoderFolder, options: PretrainedOptions) {
    const { manifest, model, tunedOn } = folder;
    const { name, length, size, input, output, pooling, tuned } = manifest;
    const { batch = 8, precision = 'fp32' } = options;
    this.#folder = folder;
    this.#precision = precision;
    this.#manifest = manifest;
    // What started from nothing knows nothing but the collection.
    this.tier = tuned !== undefined && tuned.start === undefined ? 'built-in' : 'pretrained';
    this.tunedOn = tunedOn;
    this.name = name;
    this.version = versionOf(folder);
    this.length = length;
    this.side = size;
    this.resize = resizeOf(manifest);
    // One batch is prepared while another is in the network.
    this.concurrency = 2 * batch;
    this.#inference = new Inference({
      network: { file: model, inputs: [input], output, pooling },
      name: `the encoder "${name}"`,
      batching: equalInputs(input, [3, size, size], batch),
      ...usualProcess(options.threads),
      program: options.program,
    });
  }

  describe(): ReturnType<Encoder['describe']> {
    const { name, licence, tuned } = this.#manifest;
    const { sha256 } = this.#folder;
    const isPretrained = this.tier === 'pretrained';
    const raised = [
      ...(isPretrained ? ['on other pictures'] : []),
      ...(tuned === undefined ? [] : ['on photographs of records of this collection whose values are known']),
    ];
    const what = `${isPretrained ? 'pretrained' : 'small'} network ${name}`;
    const precision = this.#precision === 'fp32' ? '' : `, ${this.#precision}`;
    const known = tuned === undefined ? '' : ', tuned on the collection';
    return {
      encoder: `the ${what} (licence ${licence}${precision}, ${this.length} values${known})`,
      looksAt: `what the network ${name}, which was trained ${raised.join(' and ')}, makes of them`,
      parameters: {
        encoderName: name,
        encoderLicence: licence,
        encoderSha256: sha256,
        encoderPrecision: this.#precision,
        encoderLength: this.length,
        ...(tuned === undefined ? {} : { encoderTunedOn: tuned.records }),
      },
    };
  }

  async encode(pixels: Pixels, signal?: AbortSignal): Promise<EncodeOutcome> {
    const { mean, std } = this.#manifest;
    const outcome = await this.#inference.run(networkInput(pixels, mean, std), signal);
    if (!outcome.ok)
      return failure('encoder-failed', `the encoder "${this.name}" failed at it: ${outcome.reason}`);
    const features = outcome.row;
    if (features.length === this.length && features.every(Number.isFinite)) return { ok: true, features };
    return failure('encoder-failed', `the encoder "${this.name}" gave numbers that are none`);
  }

  /** Looks at a grey picture. @throws LacunaError CONFIG_INVALID when the network is not what the manifest says */
  async try(folder: string): Promise<void> {
    const { input, output, length, pooling, mean, std } = this.#manifest;
    const grey = { data: new Uint8Array(3 * this.side ** 2).fill(128), width: this.side, height: this.side };
    const wrong = (reason: string, cause?: unknown): LacunaError =>
      new LacunaError(
        'CONFIG_INVALID',
        `The encoder in ${folder} (modalities.image.encoder.folder) cannot be used: ${reason} Correct encoder.json or put ` +
          `another network there; encoder.json says: input "${input}" of [batch, 3, ${this.side}, ${this.side}], output ` +
          `"${output}", pooling ${pooling}, length ${length}.`,
        { cause },
      );
    const outcome = await this.#inference.run(networkInput(grey, mean, std)).catch((error: unknown) => {
      throw isLacunaError(error, 'MODEL_INVALID') ? wrong(error.message, error) : error;
    });
    if (!outcome.ok) throw wrong(`${outcome.reason}.`);
    if (outcome.row.length !== length) throw wrong(`it gives ${outcome.row.length} numbers per photograph.`);
  }
}

/**
 * Opens a pretrained encoder: checks its folder, starts its process and lets it look at a grey picture.
 *
 * @throws LacunaError CONFIG_INVALID naming what is missing or wrong, and where it belongs
 */
export async function openPretrainedEncoder(options: PretrainedOptions): Promise<Encoder> {
  const encoder = new PretrainedEncoder(
    await readPhotographEncoder(options.folder, options.precision ?? 'fp32'),
    options,
  );
  await encoder.try(options.folder);
  return encoder;
}
