import { valuesOf, type NamedTensors } from '../../../models/named-tensors.js';
import { GraphBuilder } from '../../../models/onnx/graph-builder.js';
import type { OnnxGraph } from '../../../models/onnx/write-onnx.js';
import { embeddingNames, layerNames, type Architecture } from './architecture.js';

/** Names of the network's inputs and of its output, as Hugging Face's exporter calls them. */
export const graphNames = {
  ids: 'input_ids',
  mask: 'attention_mask',
  output: 'last_hidden_state',
} as const;

/** A matrix the other way round. */
function turned(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column]!;
  return result;
}

const whole = (...values: number[]): BigInt64Array => BigInt64Array.from(values, BigInt);

/**
 * A RoBERTa or XLM-R as an ONNX network: ONNX Runtime computes it many times faster than TensorFlow.js on a processor.
 * `writeOnnx` writes the file.
 *
 * Inputs `input_ids` and `attention_mask`, int64 [batch, tokens], texts filled up behind; output `last_hidden_state`, [batch, tokens,
 * width].
 *
 * @param tensors as `networkTensors` gives them
 */
export function transformerGraph(tensors: NamedTensors, architecture: Architecture): OnnxGraph {
  const { layers, width, heads, inner, vocabulary, positions, epsilon, padding } = architecture;
  const graph = new GraphBuilder();
  const values = (name: string): Float32Array => valuesOf(tensors, name);
  const norm = (x: string, name: string): string => {
    const factors = graph.weight(`${name}.weight`, [width], values(`${name}.weight`));
    const shifts = graph.weight(`${name}.bias`, [width], values(`${name}.bias`));
    return graph.add('LayerNormalization', [x, factors, shifts], name, {
      axis: { int: -1 },
      epsilon: { float: epsilon },
    });
  };
  const dense = (x: string, name: string, inputs: number, outputs: number): string => {
    const matrix = turned(values(`${name}.weight`), outputs, inputs);
    const product = graph.add(
      'MatMul',
      [x, graph.weight(`${name}.weight`, [inputs, outputs], matrix)],
      `${name}.product`,
    );
    const bias = graph.weight(`${name}.bias`, [outputs], values(`${name}.bias`));
    return graph.add('Add', [product, bias], name);
  };
  const number = (name: string, value: number): string => graph.weight(name, [], Float32Array.of(value));
  const apart = graph.weight('apart', [4], whole(0, 0, heads, width / heads));
  const together = graph.weight('together', [3], whole(0, 0, width));
  const one = number('one', 1);
  const half = number('half', 0.5);
  const root = number('root', Math.SQRT2);
  const scale = number('scale', 1 / Math.sqrt(width / heads));

  const gelu = (x: string, name: string): string => {
    const share = graph.add('Erf', [graph.add('Div', [x, root], `${name}.scaled`)], `${name}.error`);
    const doubled = graph.add('Mul', [x, graph.add('Add', [share, one], `${name}.share`)], `${name}.doubled`);
    return graph.add('Mul', [doubled, half], `${name}.gelu`);
  };
  const bias = (): string => {
    const mask = graph.add('Cast', [graphNames.mask], 'present', { to: { int: 1 } });
    const absent = graph.add('Sub', [mask, one], 'absent');
    const penalty = graph.add('Mul', [absent, number('large', 1e30)], 'penalty');
    return graph.add('Unsqueeze', [penalty, graph.weight('middle', [2], whole(1, 2))], 'penalties');
  };
  const embedded = (): string => {
    // Every token is of the first type: its row goes with every position.
    const type = values(embeddingNames.types);
    const places = values(embeddingNames.positions).map((value, index) => value + type[index % width]!);
    const counted = graph.add('CumSum', [graphNames.mask, graph.weight('second', [], whole(1))], 'counted');
    const inside = graph.add('Mul', [counted, graphNames.mask], 'inside');
    const place = graph.add('Add', [inside, graph.weight('padding', [], whole(padding))], 'place');
    const words = graph.weight(embeddingNames.words, [vocabulary, width], values(embeddingNames.words));
    const table = graph.weight(embeddingNames.positions, [positions, width], places);
    const sum = graph.add(
      'Add',
      [graph.add('Gather', [words, graphNames.ids], 'words'), graph.add('Gather', [table, place], 'places')],
      'embedded',
    );
    return norm(sum, embeddingNames.norm);
  };
  const penalties = bias();
  const attention = (x: string, names: ReturnType<typeof layerNames>): string => {
    const part = (name: string, perm: readonly number[]): string =>
      graph.add(
        'Transpose',
        [graph.add('Reshape', [dense(x, name, width, width), apart], `${name}.apart`)],
        `${name}.heads`,
        { perm: { ints: perm } },
      );
    const query = part(names.query, [0, 2, 1, 3]);
    const key = part(names.key, [0, 2, 3, 1]);
    const value = part(names.value, [0, 2, 1, 3]);
    const name = names.attended;
    const products = graph.add('MatMul', [query, key], `${name}.products`);
    const scaled = graph.add('Mul', [products, scale], `${name}.scaled`);
    const masked = graph.add('Add', [scaled, penalties], `${name}.masked`);
    const shares = graph.add('Softmax', [masked], `${name}.shares`, { axis: { int: -1 } });
    const seen = graph.add('MatMul', [shares, value], `${name}.seen`);
    const side = graph.add('Transpose', [seen], `${name}.side`, { perm: { ints: [0, 2, 1, 3] } });
    return dense(graph.add('Reshape', [side, together], `${name}.together`), name, width, width);
  };

  let x = embedded();
  for (let index = 0; index < layers; index++) {
    const names = layerNames(index);
    const seen = graph.add('Add', [attention(x, names), x], `${names.attended}.sum`);
    const middle = norm(seen, names.attendedNorm);
    const within = gelu(dense(middle, names.inner, width, inner), names.inner);
    const outer = graph.add('Add', [dense(within, names.outer, inner, width), middle], `${names.outer}.sum`);
    x = norm(outer, names.outerNorm);
  }
  graph.add('Identity', [x], graphNames.output);
  const tokens = (name: string) => ({ name, type: 'int64', shape: ['batch', 'tokens'] }) as const;
  return {
    name: 'transformer',
    inputs: [tokens(graphNames.ids), tokens(graphNames.mask)],
    outputs: [{ name: graphNames.output, shape: ['batch', 'tokens', width] }],
    ...graph.parts,
  };
}
