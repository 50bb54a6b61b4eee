import { embedded, float, floats, joined, text, whole, wholes, type Pieces } from './protobuf.js';

/**
 * Constant values of a network, row by row. 64-bit whole numbers are what shapes and axes are given in, 8-bit ones weights and
 * zero points of quantised networks, 32-bit ones their biases.
 */
export interface OnnxTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int8Array | Uint8Array | Int32Array;
}

/** A setting of a node. The operator says which kind it wants; a number alone does not tell. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly string: string };

/** One operation. Its inputs are inputs of the network, weights, or outputs of earlier nodes; an optional one that is left out is ''. */
export interface OnnxNode {
  /** Name of an operator of `opset`, e.g. `Conv`. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output of a network; a size that is known only when it runs is a word, such as `batch`. */
export interface OnnxValue {
  readonly name: string;
  /** float32 when left out. */
  readonly type?: 'float32' | 'int64';
  readonly shape: readonly (number | string)[];
}

/** A network. */
export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** In the order in which they run. */
  readonly nodes: readonly OnnxNode[];
  readonly weights: ReadonlyMap<string, OnnxTensor>;
}

/** The version of the operators (domain ai.onnx) that nodes are read by; any ONNX Runtime since 1.12 knows it. */
export const opset = 17;

// The version of the format that came with it.
const irVersion = 8;

// TensorProto.DataType and AttributeProto.AttributeType.
const float32 = 1;
const int64 = 7;
const kinds = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;

function attribute(name: string, value: OnnxAttribute): Pieces {
  const kind = (type: keyof typeof kinds): Pieces => whole(20, kinds[type]);
  if ('int' in value) return [...text(1, name), ...whole(3, value.int), ...kind('int')];
  if ('ints' in value) return [...text(1, name), ...wholes(8, value.ints), ...kind('ints')];
  if ('float' in value) return [...text(1, name), ...float(2, value.float), ...kind('float')];
  if ('floats' in value) return [...text(1, name), ...floats(7, value.floats), ...kind('floats')];
  return [...text(1, name), ...text(4, value.string), ...kind('string')];
}

function node({ operator, inputs, outputs, attributes = {} }: OnnxNode): Pieces {
  return [
    ...inputs.flatMap((name) => text(1, name)),
    ...outputs.flatMap((name) => text(2, name)),
    ...text(3, `${operator}:${outputs[0] ?? ''}`),
    ...text(4, operator),
    ...Object.entries(attributes).flatMap(([name, value]) => embedded(5, attribute(name, value))),
  ];
}

function dataType(data: OnnxTensor['data']): number {
  if (data instanceof Uint8Array) return 2;
  if (data instanceof Int8Array) return 3;
  if (data instanceof Int32Array) return 6;
  return data instanceof BigInt64Array ? int64 : float32;
}

function tensor(name: string, { shape, data }: OnnxTensor): Pieces {
  // Raw data are little-endian, as every machine that Node runs on.
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [
    ...wholes(1, shape),
    ...whole(2, dataType(data)),
    ...text(8, name),
    ...embedded(9, [raw]),
  ];
}

function value({ name, shape, type: elements = 'float32' }: OnnxValue): Pieces {
  const sizes = shape.flatMap((size) =>
    embedded(1, typeof size === 'number' ? whole(1, size) : text(2, size)),
  );
  const type = embedded(1, [...whole(1, elements === 'int64' ? int64 : float32), ...embedded(2, sizes)]);
  return [...text(1, name), ...embedded(2, type)];
}

function check({ inputs, outputs, nodes, weights }: OnnxGraph): void {
  const known = new Set<string>(['']);
  const define = (name: string): void => {
    if (name !== '' && known.has(name)) throw new RangeError(`the network gives "${name}" twice`);
    known.add(name);
  };
  for (const { name } of inputs) define(name);
  for (const [name, { shape, data }] of weights) {
    define(name);
    const elements = shape.reduce((product, size) => product * size, 1);
    if (elements !== data.length) {
      throw new RangeError(`weights "${name}": shape [${shape.join(', ')}] does not hold ${data.length} values`);
    }
  }
  for (const { operator, inputs: needed, outputs: given } of nodes) {
    const missing = needed.find((name) => !known.has(name));
    if (missing !== undefined) {
      throw new RangeError(`the node ${operator} needs "${missing}", which nothing before it gives`);
    }
    for (const name of given) define(name);
  }
  const missing = outputs.find(({ name }) => !known.has(name));
  if (missing !== undefined) throw new RangeError(`nothing gives the output "${missing.name}"`);
}

/**
 * Writes a network as an ONNX file: ModelProto of onnx.proto (github.com/onnx/onnx, IR version 8) with the operators of
 * opset 17, weights inside. Equal networks give equal bytes.
 *
 * @throws RangeError when names do not fit together, or weights and their shapes
 */
export function writeOnnx(graph: OnnxGraph): Uint8Array {
  check(graph);
  const { name, inputs, outputs, nodes, weights } = graph;
  const content = [
    ...nodes.flatMap((one) => embedded(1, node(one))),
    ...text(2, name),
    ...[...weights].flatMap(([key, one]) => embedded(5, tensor(key, one))),
    ...inputs.flatMap((one) => embedded(11, value(one))),
    ...outputs.flatMap((one) => embedded(12, value(one))),
  ];
  return joined([
    ...whole(1, irVersion),
    ...text(2, 'Lacuna'),
    ...embedded(7, content),
    ...embedded(8, [...text(1, ''), ...whole(2, opset)]),
  ]);
}
