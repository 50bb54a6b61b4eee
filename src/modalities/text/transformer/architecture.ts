import { z } from 'zod';
import { LacunaError } from '../../../config/errors.js';
import { tensorProblem, type NamedTensors } from '../../../models/named-tensors.js';

const size = z.int().min(1);

/** What of a `config.json` (Hugging Face's transformers) is needed; RoBERTa, XLM-R and CamemBERT are one network. */
const configSchema = z.object({
  model_type: z.enum(['roberta', 'xlm-roberta', 'camembert'], {
    error: 'should be roberta, xlm-roberta or camembert: another network cannot be tuned',
  }),
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  vocab_size: size,
  max_position_embeddings: size,
  type_vocab_size: size.default(1),
  layer_norm_eps: z.number().positive(),
  pad_token_id: z.int().min(0).default(1),
  hidden_act: z.literal('gelu').default('gelu'),
  position_embedding_type: z.literal('absolute').default('absolute'),
});

/** A transformer that reads tokens (Liu et al. 2019, RoBERTa; Conneau et al. 2020, XLM-R), up to a vector per token. */
export interface Architecture {
  readonly layers: number;
  /** Length of a token's vector. */
  readonly width: number;
  /** Heads of attention; they share the width. */
  readonly heads: number;
  /** Units between the two dense layers behind attention. */
  readonly inner: number;
  readonly vocabulary: number;
  /** Rows of the table of positions, of which the first `padding + 1` are no token's. */
  readonly positions: number;
  readonly types: number;
  /** Added to variances. */
  readonly epsilon: number;
  /** Id of the padding token; the first token's position is the number after it. */
  readonly padding: number;
}

/** Names of the tensors before the layers. */
export const embeddingNames = {
  words: 'embeddings.word_embeddings.weight',
  positions: 'embeddings.position_embeddings.weight',
  types: 'embeddings.token_type_embeddings.weight',
  norm: 'embeddings.LayerNorm',
} as const;

/** Names of the parts of a layer; each part is a weight and a bias, `<part>.weight` and `<part>.bias`. */
export function layerNames(index: number) {
  const layer = `encoder.layer.${index}`;
  return {
    query: `${layer}.attention.self.query`,
    key: `${layer}.attention.self.key`,
    value: `${layer}.attention.self.value`,
    attended: `${layer}.attention.output.dense`,
    attendedNorm: `${layer}.attention.output.LayerNorm`,
    inner: `${layer}.intermediate.dense`,
    outer: `${layer}.output.dense`,
    outerNorm: `${layer}.output.LayerNorm`,
  } as const;
}

/** Tokens of a text at most, those around it included. */
export const mostTokens = ({ positions, padding }: Architecture): number => positions - padding - 1;

/** What is wrong with the text of a `config.json`, or the network it describes. @param file its path, for messages */
export function readArchitecture(text: string, file: string): Architecture {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LacunaError('MODEL_INVALID', `${file} is not JSON: ${(cause as Error).message}.`, { cause });
  }
  const checked = configSchema.safeParse(value);
  const problems = checked.success
    ? checked.data.hidden_size % checked.data.num_attention_heads === 0
      ? []
      : ['num_attention_heads: should divide hidden_size']
    : checked.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  if (!checked.success || problems.length > 0) {
    throw new LacunaError('MODEL_INVALID', `${file} does not describe a RoBERTa or XLM-R:`, { problems });
  }
  const { data } = checked;
  return {
    layers: data.num_hidden_layers,
    width: data.hidden_size,
    heads: data.num_attention_heads,
    inner: data.intermediate_size,
    vocabulary: data.vocab_size,
    positions: data.max_position_embeddings,
    types: data.type_vocab_size,
    epsilon: data.layer_norm_eps,
    padding: data.pad_token_id,
  };
}

/** Names and shapes of all tensors. Weights of dense layers are outputs × inputs. */
export function shapesOf(architecture: Architecture): ReadonlyMap<string, readonly number[]> {
  const { layers, width, inner, vocabulary, positions, types } = architecture;
  const dense = (name: string, outputs: number, inputs: number): [string, readonly number[]][] => [
    [`${name}.weight`, [outputs, inputs]],
    [`${name}.bias`, [outputs]],
  ];
  const norm = (name: string): [string, readonly number[]][] => [
    [`${name}.weight`, [width]],
    [`${name}.bias`, [width]],
  ];
  return new Map([
    [embeddingNames.words, [vocabulary, width]],
    [embeddingNames.positions, [positions, width]],
    [embeddingNames.types, [types, width]],
    ...norm(embeddingNames.norm),
    ...Array.from({ length: layers }, (_, index) => layerNames(index)).flatMap((names) => [
      ...[names.query, names.key, names.value, names.attended].flatMap((name) => dense(name, width, width)),
      ...norm(names.attendedNorm),
      ...dense(names.inner, inner, width),
      ...dense(names.outer, width, inner),
      ...norm(names.outerNorm),
    ]),
  ]);
}

// Heads of an earlier training, and a counter that older files hold.
const unused = /^(lm_head|pooler|classifier|qa_outputs)\.|^embeddings\.position_ids$/;

/**
 * The network's tensors under names without the prefix `roberta.` that they have where a head was saved with them; heads are left out.
 *
 * @param file where they come from, for messages
 * @throws LacunaError MODEL_INVALID, naming `file` and every tensor that is missing, of another shape or not understood
 */
export function networkTensors(
  tensors: NamedTensors,
  architecture: Architecture,
  file: string,
): NamedTensors {
  const found = new Map([...tensors].map(([name, tensor]) => [name.replace(/^roberta\./, ''), tensor]));
  const expected = shapesOf(architecture);
  const problems = [
    ...[...expected].flatMap(([name, shape]) => tensorProblem(name, shape, found.get(name)) ?? []),
    ...[...found.keys()]
      .filter((name) => !expected.has(name) && !unused.test(name))
      .map((name) => `${name} has no place in it`),
  ];
  if (problems.length === 0) return new Map([...expected.keys()].map((name) => [name, found.get(name)!]));
  throw new LacunaError(
    'MODEL_INVALID',
    `${file} does not hold the weights of the network that config.json beside it describes:`,
    { problems },
  );
}
