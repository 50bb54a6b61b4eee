import path from 'node:path';
import { z } from 'zod';
import {
  manifestKeys,
  manifestName,
  readEncoderFolder,
  sha256,
  type FolderKind,
} from '../../../models/encoder-folder.js';
import { poolings } from '../../../models/onnx/pooling.js';

const modelName = 'model.onnx';

const threeNumbers = z.tuple([z.number(), z.number(), z.number()]);

/** Schema of `encoder.json`; docs/encoders.md explains its keys. */
const manifestSchema = z.strictObject({
  ...manifestKeys,
  /** SHA-256 of model.onnx. */
  sha256,
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
  input: z.string().min(1, 'is empty'),
  pooling: z.enum(poolings).default('none'),
});

/** What `encoder.json` says. */
export type EncoderManifest = z.output<typeof manifestSchema>;

/** A folder whose files belong together. */
export interface EncoderFolder {
  readonly manifest: EncoderManifest;
  /** Absolute path of the network. */
  readonly model: string;
}

const kind: FolderKind<EncoderManifest> = {
  key: 'modalities.image.encoder',
  schema: manifestSchema,
  contents:
    `two files into that folder: ${modelName}, the network with its weights, and ${manifestName}, which describes it ` +
    '(name, licence, sha256, size, mean, std, input, output, length)',
  files: (manifest) => ({ [modelName]: manifest.sha256 }),
};

/**
 * Reads and checks the folder of a pretrained encoder of photographs: `encoder.json`, and `model.onnx` against its checksum.
 *
 * @throws LacunaError CONFIG_INVALID naming the file, all problems at once, and what to put where
 */
export async function readPhotographEncoder(folder: string): Promise<EncoderFolder> {
  return { manifest: await readEncoderFolder(kind, folder), model: path.join(folder, modelName) };
}
