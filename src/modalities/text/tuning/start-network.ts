import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LacunaError } from '../../../config/errors.js';
import { tokenizerName } from '../../../models/encoder-folder.js';
import type { NamedTensors } from '../../../models/named-tensors.js';
import { readSafetensors } from '../../../models/safetensors.js';
import { readTokenizer, type Tokenizer } from '../../../models/tokenizer/tokenizer.js';
import type { Origin } from '../../tuned-encoder/tuning.js';
import {
  mostTokens,
  networkTensors,
  readArchitecture,
  shapesOf,
  type Architecture,
} from '../transformer/architecture.js';

/** A network that reads texts and was trained before, and what is to be known of it. */
export interface StartFolder extends Origin {
  /** Absolute path of a folder as transformers writes it. */
  readonly folder: string;
  /** Languages it was trained on, as BCP 47 tags. */
  readonly languages: readonly string[];
}

/** What training starts from. */
export interface TextStart {
  readonly origin: StartFolder;
  readonly architecture: Architecture;
  readonly tensors: NamedTensors;
  /** SHA-256 of the weights' file. */
  readonly sha256: string;
  readonly tokenizer: Tokenizer;
  /** Its file. */
  readonly tokenizerBytes: Uint8Array;
  /** Tokens that are read of a text, those around them included. */
  readonly maximumTokens: number;
}

/** What decides the network to start from. */
export interface TextStartSettings {
  readonly weights?: StartFolder | undefined;
  /** Layers to train, from the last on; everything when left out. */
  readonly blocks?: number | undefined;
  readonly maximumTokens?: number | undefined;
}

const section = 'modalities.text.tune';
const names = ['config.json', 'model.safetensors', tokenizerName] as const;

const advice =
  `Put three files of a RoBERTa or XLM-R into that folder, as transformers saves them: ${names[0]}, what the network is; ${names[1]}, ` +
  `its weights in 32-bit numbers; ${names[2]}, its tokenizer. docs/encoders.md shows how.`;

// ONNX files end at 2 GiB; some room is left for what is not weights.
const mostBytes = 2 ** 31 - 2 ** 24;
const usualTokens = 256;

async function filesOf(folder: string): Promise<readonly Buffer[]> {
  const read = await Promise.allSettled(names.map(async (name) => readFile(path.join(folder, name))));
  const problems = read.flatMap((one, index) => {
    if (one.status === 'fulfilled') return [];
    const { code, message } = one.reason as NodeJS.ErrnoException;
    return [
      `${names[index]!} ${code === 'ENOENT' || code === 'ENOTDIR' ? 'is not there' : `cannot be read: ${message}`}`,
    ];
  });
  if (problems.length > 0) {
    const message = `${section}.weights.folder names ${folder}, and not all is there. ${advice}`;
    throw new LacunaError('INPUT_INVALID', message, { problems });
  }
  return read.map((one) => (one as PromiseFulfilledResult<Buffer>).value);
}

function problemsOf(
  { architecture, tokenizer, maximumTokens }: Pick<TextStart, 'architecture' | 'tokenizer' | 'maximumTokens'>,
  { blocks }: TextStartSettings,
): string[] {
  const { layers, vocabulary } = architecture;
  const weights = [...shapesOf(architecture).values()].map((shape) =>
    shape.reduce((all, size) => all * size, 1),
  );
  const bytes = 4 * weights.reduce((sum, count) => sum + count, 0);
  const problems: string[] = [];
  if (blocks !== undefined && blocks > layers)
    problems.push(`${section}.blocks: the network has ${layers} layers, and ${blocks} are to be trained`);
  if (maximumTokens > mostTokens(architecture))
    problems.push(
      `${section}.maximumTokens: the network reads at most ${mostTokens(architecture)} tokens at a time`,
    );
  if (tokenizer.size > vocabulary)
    problems.push(
      `${tokenizerName} has ${tokenizer.size} tokens, and the network knows ${vocabulary}: it is another network's`,
    );
  if (bytes > mostBytes)
    problems.push(
      `its weights take ${(bytes / 2 ** 30).toFixed(1)} GiB, and an ONNX file holds 2 GiB: start from a smaller one, such as XLM-R base`,
    );
  return problems;
}

/**
 * The network that training starts from.
 *
 * @throws LacunaError CONFIG_INVALID, INPUT_INVALID or MODEL_INVALID with every problem of folder and settings
 */
export async function startNetwork(settings: TextStartSettings): Promise<TextStart> {
  const { weights: origin } = settings;
  if (origin === undefined) {
    const message = `${section}.weights is missing: a network for texts is tuned from one that was trained on others. Give { folder, licence }. ${advice}`;
    throw new LacunaError('CONFIG_INVALID', message);
  }
  const { folder } = origin;
  const [config, weights, tokenizerBytes] = (await filesOf(folder)) as [Buffer, Buffer, Buffer];
  const [configFile, weightsFile, tokenizerFile] = names.map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  const architecture = readArchitecture(config.toString(), configFile);
  const tokenizer = readTokenizer(tokenizerBytes.toString(), tokenizerFile);
  const maximumTokens = settings.maximumTokens ?? Math.min(usualTokens, mostTokens(architecture));
  const problems = problemsOf({ architecture, tokenizer, maximumTokens }, settings);
  if (problems.length > 0) {
    throw new LacunaError(
      'CONFIG_INVALID',
      `The network in ${folder} cannot be trained as ${section} says:`,
      {
        problems,
      },
    );
  }
  return {
    origin,
    architecture,
    tensors: networkTensors(readSafetensors(weights, weightsFile).tensors, architecture, weightsFile),
    sha256: createHash('sha256').update(weights).digest('hex'),
    tokenizer,
    tokenizerBytes,
    maximumTokens,
  };
}
