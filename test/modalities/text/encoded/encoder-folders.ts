import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deadly } from '../../../models/onnx/mortal-inputs.js';
import {
  randomTransformer,
  transformerNetwork,
  type Transformer,
} from '../../../models/onnx/small-transformer.js';

/** Numbers per text that the network of `writeTextEncoder` gives. */
export const encoderLength = 24;

const words =
  'tejido español de valencia tissu français lyon italian silk from genoa woven in two faces with a damassé ground soft cut pile ' +
  'terciopelo flowers birds border pomegranates scrolls crown leaves lions textile unknown making velvet damask of and the';
const pieces = [
  '<s>',
  '<pad>',
  '</s>',
  '<unk>',
  '▁',
  ...Array.from('abcdefghijklmnopqrstuvwxyzñçéè.,'),
  ...new Set(words.split(' ').map((word) => `▁${word}`)),
];

/** A token of its own, which mortal processes die of. */
export const deadlyWord = '☠';

/** A tokenizer that knows some words, and letters. */
export const smallTokenizer = JSON.stringify({
  version: '1.0',
  added_tokens: [
    ...pieces.slice(0, 4).map((content, id) => ({ id, content })),
    { id: deadly, content: deadlyWord },
  ],
  normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Lowercase' }] },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'WhitespaceSplit' },
      { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    ],
  },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '<s>', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '</s>', type_id: 0 } },
    ],
    special_tokens: { '<s>': { id: '<s>', ids: [0] }, '</s>': { id: '</s>', ids: [2] } },
  },
  model: { type: 'Unigram', unk_id: 3, vocab: pieces.map((piece, id) => [piece, id < 4 ? 0 : -id / 10 - 1]) },
});

/** The network of `writeTextEncoder`. */
export const networkOf = (seed: number): Transformer => randomTransformer(pieces.length, encoderLength, seed);

const digest = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/**
 * Writes the folder of a pretrained encoder of texts: a small random network of its own for every seed, in both precisions.
 *
 * @param changes keys of encoder.json that are to be different
 */
export async function writeTextEncoder(
  folder: string,
  seed: number,
  changes: Readonly<Record<string, unknown>> = {},
  options: Parameters<typeof transformerNetwork>[1] = {},
): Promise<string> {
  const named = { name: `random-${seed}`, ...changes };
  return writeTextEncoderOf(folder, networkOf(seed), smallTokenizer, named, options);
}

/** Writes the folder of an encoder of texts with this network, in both precisions, and this tokenizer.json. */
export async function writeTextEncoderOf(
  folder: string,
  network: Transformer,
  tokenizer: string,
  changes: Readonly<Record<string, unknown>>,
  options: Parameters<typeof transformerNetwork>[1] = {},
): Promise<string> {
  const model = transformerNetwork(network, options);
  const int8 = transformerNetwork(network, { ...options, isQuantised: true });
  const manifest = {
    licence: 'CC0-1.0',
    sha256: digest(model),
    int8Sha256: digest(int8),
    tokenizerSha256: digest(tokenizer),
    languages: ['en', 'es', 'fr'],
    maximumLength: 64,
    overlap: 8,
    output: 'hidden',
    length: network.width,
    ...changes,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'model.onnx'), model);
  await writeFile(path.join(folder, 'model_int8.onnx'), int8);
  await writeFile(path.join(folder, 'tokenizer.json'), tokenizer);
  await writeFile(path.join(folder, 'encoder.json'), JSON.stringify(manifest));
  return folder;
}
