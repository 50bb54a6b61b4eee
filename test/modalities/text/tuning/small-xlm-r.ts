import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { normal, seededRandom } from '../../../../src/learning/random.js';
import {
  networkTensors,
  readArchitecture,
  shapesOf,
  type Architecture,
} from '../../../../src/modalities/text/transformer/architecture.js';
import type { NamedTensors } from '../../../../src/models/named-tensors.js';
import { writeSafetensors } from '../../../../src/models/safetensors.js';
import { readTokenizer } from '../../../../src/models/tokenizer/tokenizer.js';
import { smallTokenizer } from '../encoded/encoder-folders.js';

/** The tokenizer that the networks of this file read by. */
export const tokenizer = readTokenizer(smallTokenizer, 'tokenizer.json');

/** A config.json of an XLM-R of 2 layers and 32 units. @param changes keys that are to be different */
export const smallConfig = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    model_type: 'xlm-roberta',
    hidden_size: 32,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    intermediate_size: 64,
    vocab_size: tokenizer.size,
    max_position_embeddings: 66,
    layer_norm_eps: 1e-5,
    pad_token_id: 1,
    ...changes,
  });

/** Weights as transformers draws them: normal of deviation 0.02, γ 1, biases 0. */
function drawn(architecture: Architecture, seed: number): NamedTensors {
  const random = seededRandom(seed);
  return new Map(
    [...shapesOf(architecture)].map(([name, shape]) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const value = name.endsWith('.bias') ? 0 : 1;
      const data =
        name.endsWith('.bias') || name.includes('LayerNorm')
          ? new Float32Array(length).fill(value)
          : Float32Array.from({ length }, () => normal(random, 0.02));
      return [name, { shape, data }];
    }),
  );
}

/** A small XLM-R with weights drawn by lot. */
export function smallNetwork(seed: number): {
  readonly architecture: Architecture;
  readonly tensors: NamedTensors;
} {
  const architecture = readArchitecture(smallConfig(), 'config.json');
  return { architecture, tensors: networkTensors(drawn(architecture, seed), architecture, 'drawn') };
}

/** Writes it as transformers would, with the prefix and a head of an earlier training. */
export async function writeSmallNetwork(folder: string, seed: number): Promise<void> {
  const { tensors } = smallNetwork(seed);
  const named = new Map([...tensors].map(([name, tensor]) => [`roberta.${name}`, tensor]));
  named.set('lm_head.bias', { shape: [3], data: Float32Array.of(1, 2, 3) });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'model.safetensors'), writeSafetensors(named, { format: 'pt' }));
  await writeFile(path.join(folder, 'config.json'), smallConfig());
  await writeFile(path.join(folder, 'tokenizer.json'), smallTokenizer);
}
