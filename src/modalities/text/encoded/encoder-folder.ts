import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import {
  manifestKeys,
  manifestName,
  networkDigest,
  networkNames,
  readEncoderFolder,
  sha256,
  tokenizerName,
  word,
  type FolderKind,
  type Precision,
} from '../../../models/encoder-folder.js';
import type { Split } from '../../../learning/splits/split.js';
import { isScaledByBatch } from '../../../models/onnx/dynamic-quantisation.js';
import { poolings } from '../../../models/onnx/pooling.js';
import { readTokenizer, type Tokenizer } from '../../../models/tokenizer/tokenizer.js';
import { readTunedOn, recordsName, tunedFiles, tunedSchema } from '../../tuned-encoder/tuned-facts.js';

/** Schema of `encoder.json`; docs/encoders.md explains its keys. */
const manifestSchema = z
  .strictObject({
    ...manifestKeys,
    /** SHA-256 of tokenizer.json. */
    tokenizerSha256: sha256,
    /** Languages it was trained on, as BCP 47 tags. */
    languages: z
      .array(z.string().regex(/^[A-Za-z]{2,3}(-[\w-]+)?$/, 'should be a language tag such as fr'))
      .min(1),
    /** Tokens it reads at a time, those around the text included. */
    maximumLength: z.int().min(8).max(65_536),
    /** Tokens that a window of a long text shares with the one before. */
    overlap: z.int().min(0).default(64),
    pooling: z.enum(poolings).default('mean'),
    inputs: z
      .strictObject({
        ids: word.default('input_ids'),
        mask: word.nullable().default('attention_mask'),
        types: word.nullable().default(null),
      })
      .prefault({}),
    /** What is put before every text, such as `query: `. */
    prefix: z.string().default(''),
    tuned: tunedSchema.optional(),
  })
  .refine(({ overlap, maximumLength }) => 2 * overlap < maximumLength, {
    path: ['overlap'],
    error: 'should be less than half of maximumLength',
  });

/** What `encoder.json` says. */
export type TextEncoderManifest = z.output<typeof manifestSchema>;

/** A folder whose files belong together. */
export interface TextEncoderFolder {
  readonly manifest: TextEncoderManifest;
  /** Absolute path of the network, and its SHA-256. */
  readonly model: string;
  readonly digest: string;
  readonly tokenizer: Tokenizer;
  /** Whether the network scales numbers by the largest of a whole batch, as dynamic quantisation does. */
  readonly isScaledByBatch: boolean;
  /** What each record was for when the network was tuned on the collection, by object; undefined where it was not. */
  readonly tunedOn: ReadonlyMap<string, Split> | undefined;
}

/** Key of the configuration that names the folder. */
export const encoderKey = 'modalities.text.encoder';

function kindFor(precision: Precision): FolderKind<TextEncoderManifest> {
  const name = networkNames[precision];
  return {
    key: encoderKey,
    schema: manifestSchema,
    contents:
      `three files into that folder: ${name}, the network with its weights; ${tokenizerName}, its tokenizer; and ` +
      `${manifestName}, which describes them (name, licence, sha256, tokenizerSha256, languages, maximumLength, output, length); \`lacuna tune\` writes a fourth, ${recordsName}`,
    files: (manifest) => ({
      [name]: networkDigest(manifest, precision),
      [tokenizerName]: manifest.tokenizerSha256,
      ...tunedFiles(manifest.tuned),
    }),
  };
}

/**
 * Reads and checks the folder of a pretrained encoder of texts: `encoder.json`, and the network and the tokenizer against their
 * checksums.
 *
 * @throws LacunaError CONFIG_INVALID naming the files, all problems at once, and what to put where
 */
export async function readTextEncoder(folder: string, precision: Precision): Promise<TextEncoderFolder> {
  const manifest = await readEncoderFolder(kindFor(precision), folder);
  const file = path.join(folder, tokenizerName);
  const model = path.join(folder, networkNames[precision]);
  return {
    manifest,
    model,
    digest: networkDigest(manifest, precision)!,
    tokenizer: readTokenizer(await readFile(file, 'utf8'), file),
    isScaledByBatch: await isScaledByBatch(model),
    tunedOn: await readTunedOn(folder, manifest.tuned),
  };
}
