import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../../src/config/package-root.js';
import {
  networkTensors,
  readArchitecture,
  type Architecture,
} from '../../../../src/modalities/text/transformer/architecture.js';
import type { TokenPooling } from '../../../../src/modalities/text/transformer/token-inputs.js';
import type { NamedTensors } from '../../../../src/models/named-tensors.js';
import { readSafetensors } from '../../../../src/models/safetensors.js';

/** What `golden/transformer.py` wrote with transformers. */
export interface GoldenTransformer {
  readonly name: 'xlm-roberta' | 'roberta';
  /** Tokens of each text. */
  readonly texts: readonly (readonly number[])[];
  readonly poolings: Readonly<
    Record<
      TokenPooling,
      {
        /** Of the texts, one after the other. */
        readonly features: readonly number[];
        /** See `assertProjections`. */
        readonly gradients: Readonly<Record<string, readonly number[]>>;
      }
    >
  >;
}

const folder = path.join(packageRoot, 'test/modalities/text/transformer/golden');

const read = (name: string): Buffer => readFileSync(path.join(folder, name));

export const goldenTransformers = JSON.parse(
  read('transformers.json').toString(),
) as readonly GoldenTransformer[];

export const goldenConfig = (name: GoldenTransformer['name']): string => read(`${name}.json`).toString();

export const goldenBytes = (name: GoldenTransformer['name']): Buffer => read(`${name}.safetensors`);

/** The network and its weights. */
export function goldenNetwork(name: GoldenTransformer['name']): {
  readonly architecture: Architecture;
  readonly tensors: NamedTensors;
} {
  const architecture = readArchitecture(goldenConfig(name), 'config.json');
  const { tensors } = readSafetensors(goldenBytes(name), 'model.safetensors');
  return { architecture, tensors: networkTensors(tensors, architecture, 'model.safetensors') };
}
