import path from 'node:path';
import { z } from 'zod';
import {
  manifestKeys,
  manifestName,
  networkDigest,
  networkNames,
  readEncoderFolder,
  word,
  type FolderKind,
  type Precision,
} from '../../../models/encoder-folder.js';
import type { Split } from '../../../learning/splits/split.js';
import { poolings } from '../../../models/onnx/pooling.js';
import { readTunedOn, recordsName, tunedFiles, tunedSchema } from '../../tuned-encoder/tuned-facts.js';

const threeNumbers = z.tuple([z.number(), z.number(), z.number()]);

/** Schema of `encoder.json`; docs/encoders.md explains its keys. */
const manifestSchema = z.strictObject({
  ...manifestKeys,
  /** Side of the square input, pixels. */
  size: z.int().min(8).max(2048),
  /** Share of the side that is kept, around the middle. */
  crop: z.number().min(0.1).max(1).default(1),
  /** Whether what does not fit the square is cropped, or squashed into it. */
  resize: z.enum(['crop', 'squash']).default('crop'),
  interpolation: z.enum(['bilinear', 'bicubic', 'lanczos']).default('bicubic'),
  /** Mean and standard deviation of red, green and blue in [0, 1]. */
  mean: threeNumbers,
  std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
  input: word,
  pooling: z.enum(poolings).default('none'),
  tuned: tunedSchema.optional(),
});

/** What `encoder.json` says. */
export type EncoderManifest = z.output<typeof manifestSchema>;

/** A folder whose files belong together. */
export interface EncoderFolder {
  readonly manifest: EncoderManifest;
  /** Absolute path of the network. */
  readonly model: string;
  /** SHA-256 of that file. */
  readonly sha256: string;
  /** What each record was for when the network was tuned on the collection, by object; undefined where it was not. */
  readonly tunedOn: ReadonlyMap<string, Split> | undefined;
}

function kindOf(precision: Precision): FolderKind<EncoderManifest> {
  const model = networkNames[precision];
  const key = precision === 'int8' ? 'int8Sha256' : 'sha256';
  return {
    key: 'modalities.image.encoder',
    schema: manifestSchema,
    contents:
      `two files into that folder: ${model}, the network with its weights, and ${manifestName}, which describes it ` +
      `(name, licence, ${key}, size, mean, std, input, output, length); \`lacuna tune\` writes a third, ${recordsName}`,
    files: (manifest) => ({
      [model]: networkDigest(manifest, precision),
      ...tunedFiles(manifest.tuned),
    }),
  };
}

/**
 * Reads and checks the folder of a pretrained encoder of photographs: `encoder.json`, and the network of that precision and the other
 * files against their checksums.
 *
 * @throws LacunaError CONFIG_INVALID naming the file, all problems at once, and what to put where
 */
export async function readPhotographEncoder(folder: string, precision: Precision): Promise<EncoderFolder> {
  const manifest = await readEncoderFolder(kindOf(precision), folder);
  return {
    manifest,
    model: path.join(folder, networkNames[precision]),
    // A file that nothing vouches for has been refused.
    sha256: networkDigest(manifest, precision)!,
    tunedOn: await readTunedOn(folder, manifest.tuned),
  };
}
