import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dynamicNetwork, randomInt8, staticNetwork } from '../../../models/onnx/int8-networks.js';
import { convolutionNetwork, randomConvolution } from '../../../models/onnx/small-networks.js';

/** Side of the pictures that the network of `writeEncoder` takes. */
export const encoderSide = 64;
/** Features it gives. */
export const encoderLength = 24;

/**
 * Writes the folder of a pretrained encoder: a small random network of its own for every seed.
 *
 * @param changes keys of encoder.json that are to be different
 */
export async function writeEncoder(
  folder: string,
  seed: number,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const model = convolutionNetwork(randomConvolution(encoderLength, seed));
  const manifest = {
    name: `random-${seed}`,
    licence: 'CC0-1.0',
    sha256: createHash('sha256').update(model).digest('hex'),
    size: encoderSide,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    input: 'pixels',
    output: 'features',
    length: encoderLength,
    ...changes,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'model.onnx'), model);
  await writeFile(path.join(folder, 'encoder.json'), JSON.stringify(manifest));
  return folder;
}

/** Lays a network in int8 beside the one of `writeEncoder`, and says so. */
export async function addInt8(
  folder: string,
  seed: number,
  kind: 'static' | 'dynamic' = 'static',
): Promise<string> {
  const write = kind === 'static' ? staticNetwork : dynamicNetwork;
  const model = write(randomInt8(encoderLength, seed));
  const file = path.join(folder, 'encoder.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
  const int8Sha256 = createHash('sha256').update(model).digest('hex');
  await writeFile(path.join(folder, 'model_int8.onnx'), model);
  await writeFile(file, JSON.stringify({ ...manifest, int8Sha256 }));
  return folder;
}
