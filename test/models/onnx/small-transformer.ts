import { seededRandom } from '../../../src/learning/random.js';
import { writeOnnx, type OnnxNode, type OnnxTensor } from '../../../src/models/onnx/write-onnx.js';

/** Weights of one layer of attention with one head over embedded tokens, and a dense layer behind it. */
export interface Transformer {
  readonly vocabulary: number;
  readonly width: number;
  /** vocabulary × width. */
  readonly embeddings: Float32Array;
  /** width × width. */
  readonly dense: Float32Array;
}

/** Random weights in [-1, 1). */
export function randomTransformer(vocabulary: number, width: number, seed: number): Transformer {
  const random = seededRandom(seed);
  const draw = (length: number) => Float32Array.from({ length }, () => 2 * random() - 1);
  return { vocabulary, width, embeddings: draw(vocabulary * width), dense: draw(width * width) };
}

const node = (operator: string, inputs: string[], output: string, attributes?: OnnxNode['attributes']): OnnxNode => ({
  operator,
  inputs,
  outputs: [output],
  ...(attributes === undefined ? {} : { attributes }),
});

/**
 * The network as an ONNX file: tanh((softmax(X·Xᵀ/√width + mask)·X + X)·W) for embedded tokens X, [batch, tokens, width].
 *
 * @param options `isQuantised` passes X·W through whole numbers of 8 bits, scaled by the largest of the batch; `hasTypes` adds an
 * input of token types, which is added
 */
export function transformerNetwork(
  { vocabulary, width, embeddings, dense }: Transformer,
  { isQuantised = false, hasTypes = false }: { isQuantised?: boolean; hasTypes?: boolean } = {},
): Uint8Array {
  const scalar = (value: number): OnnxTensor => ({ shape: [], data: Float32Array.of(value) });
  const tokens = (name: string) => ({ name, type: 'int64', shape: ['batch', 'tokens'] }) as const;
  const toFloat = { to: { int: 1 } };
  return writeOnnx({
    name: 'transformer',
    inputs: [tokens('input_ids'), tokens('attention_mask'), ...(hasTypes ? [tokens('token_type_ids')] : [])],
    outputs: [{ name: 'hidden', shape: ['batch', 'tokens', width] }],
    nodes: [
      node('Gather', ['embeddings', 'input_ids'], 'embedded'),
      ...(hasTypes
        ? [
            node('Cast', ['token_type_ids'], 'types', toFloat),
            node('Unsqueeze', ['types', 'last'], 'typesOfUnits'),
            node('Add', ['embedded', 'typesOfUnits'], 'x'),
          ]
        : [node('Identity', ['embedded'], 'x')]),
      node('Cast', ['attention_mask'], 'mask', toFloat),
      node('Sub', ['mask', 'one'], 'absent'),
      node('Mul', ['absent', 'large'], 'penalty'),
      node('Unsqueeze', ['penalty', 'middle'], 'penalties'),
      node('Transpose', ['x'], 'turned', { perm: { ints: [0, 2, 1] } }),
      node('MatMul', ['x', 'turned'], 'products'),
      node('Mul', ['products', 'scale'], 'scaled'),
      node('Add', ['scaled', 'penalties'], 'masked'),
      node('Softmax', ['masked'], 'attention', { axis: { int: -1 } }),
      node('MatMul', ['attention', 'x'], 'attended'),
      node('Add', ['attended', 'x'], 'sum'),
      node('MatMul', ['sum', 'dense'], 'outcome'),
      ...(isQuantised
        ? [
            { operator: 'DynamicQuantizeLinear', inputs: ['outcome'], outputs: ['whole', 'factor', 'zero'] },
            node('DequantizeLinear', ['whole', 'factor', 'zero'], 'rounded'),
          ]
        : [node('Identity', ['outcome'], 'rounded')]),
      node('Tanh', ['rounded'], 'hidden'),
    ],
    weights: new Map<string, OnnxTensor>([
      ['embeddings', { shape: [vocabulary, width], data: embeddings }],
      ['dense', { shape: [width, width], data: dense }],
      ['one', scalar(1)],
      ['large', scalar(1e4)],
      ['scale', scalar(1 / Math.sqrt(width))],
      ['middle', { shape: [1], data: BigInt64Array.of(1n) }],
      ['last', { shape: [1], data: BigInt64Array.of(2n) }],
    ]),
  });
}

/** What the network makes of one text's tokens, by plain arithmetic: one row per token. */
export function transformed({ width, embeddings, dense }: Transformer, ids: readonly number[]): number[][] {
  const x = ids.map((id) => Array.from(embeddings.subarray(id * width, (id + 1) * width)));
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  return x.map((own) => {
    const powers = x.map((other) => Math.exp(dot(own, other) / Math.sqrt(width)));
    const total = powers.reduce((sum, power) => sum + power, 0);
    const sums = own.map(
      (value, unit) => value + x.reduce((sum, other, index) => sum + (powers[index]! / total) * other[unit]!, 0),
    );
    return own.map((_, unit) =>
      Math.tanh(sums.reduce((sum, value, from) => sum + value * dense[from * width + unit]!, 0)),
    );
  });
}
