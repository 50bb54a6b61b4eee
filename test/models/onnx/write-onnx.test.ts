import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { seededRandom } from '../../../src/learning/random.js';
import { writeOnnx, type OnnxGraph } from '../../../src/models/onnx/write-onnx.js';
import { convolutionGraph, convolutionNetwork, convolved, randomConvolution } from './small-networks.js';

async function answer(file: Uint8Array, shape: readonly number[], data: Float32Array, output: string) {
  const session = await InferenceSession.create(file);
  const results = await session.run({ [session.inputNames[0]!]: new Tensor('float32', data, shape) });
  return results[output]!;
}

describe('writeOnnx', () => {
  const side = 6;
  const convolution = randomConvolution(5, 3);
  const random = seededRandom(8);
  const pictures = Float32Array.from({ length: 2 * 3 * side ** 2 }, () => 2 * random() - 1);

  it('writes a network that ONNX Runtime answers as plain arithmetic does', async () => {
    const { dims, data } = await answer(
      convolutionNetwork(convolution),
      [2, 3, side, side],
      pictures,
      'features',
    );
    assert.deepEqual(dims, [2, 5]);
    const expected = [pictures.subarray(0, 3 * side ** 2), pictures.subarray(3 * side ** 2)].flatMap((one) =>
      convolved(convolution, one, side),
    );
    for (const [index, value] of expected.entries()) {
      assert.ok(Math.abs(Number(data[index]) - value) < 1e-5, `${index}: ${String(data[index])} and ${value}`);
    }
  });

  it('writes every kind of attribute, and weights that are whole numbers', async () => {
    const file = writeOnnx({
      name: 'attributes',
      inputs: [{ name: 'x', shape: ['n', 4] }],
      outputs: [{ name: 'z', shape: [2, 'm'] }],
      nodes: [
        {
          operator: 'LeakyRelu',
          inputs: ['x'],
          outputs: ['leaky'],
          attributes: { alpha: { float: 0.25 } },
        },
        { operator: 'Reshape', inputs: ['leaky', 'shape'], outputs: ['shaped'] },
        {
          operator: 'Pad',
          inputs: ['shaped', 'pads'],
          outputs: ['y'],
          attributes: { mode: { string: 'edge' } },
        },
        { operator: 'Constant', inputs: [], outputs: ['half'], attributes: { value_floats: { floats: [0.5, 2] } } },
        { operator: 'Gather', inputs: ['half', 'first'], outputs: ['factor'] },
        { operator: 'Mul', inputs: ['y', 'factor'], outputs: ['z'] },
      ],
      weights: new Map([
        ['shape', { shape: [2], data: BigInt64Array.of(2n, -1n) }],
        ['pads', { shape: [4], data: BigInt64Array.of(0n, 1n, 0n, 0n) }],
        ['first', { shape: [], data: BigInt64Array.of(0n) }],
      ]),
    });
    const { dims, data } = await answer(file, [1, 4], Float32Array.of(-8, 2, 4, -16), 'z');
    assert.deepEqual(dims, [2, 3]);
    assert.deepEqual([...(data as Float32Array)], [-1, -1, 1, 2, 2, -2]);
  });

  it('gives equal bytes for equal networks', () => {
    assert.deepEqual(convolutionNetwork(convolution), convolutionNetwork(randomConvolution(5, 3)));
    assert.notDeepEqual(convolutionNetwork(convolution), convolutionNetwork(randomConvolution(5, 4)));
  });

  it('refuses networks whose parts do not fit together', () => {
    const graph = convolutionGraph(convolution);
    const cases: readonly (readonly [Partial<OnnxGraph>, RegExp])[] = [
      [{ nodes: graph.nodes.slice(1) }, /the node Relu needs "sums", which nothing before it gives/],
      [{ outputs: [{ name: 'logits', shape: [1] }] }, /nothing gives the output "logits"/],
      [{ nodes: [...graph.nodes, graph.nodes[1]!] }, /the network gives "map" twice/],
      [
        { weights: new Map([['kernel', { shape: [5, 3], data: convolution.kernel }]]) },
        /weights "kernel": shape \[5, 3\] does not hold 135 values/,
      ],
    ];
    for (const [change, message] of cases) {
      assert.throws(() => writeOnnx({ ...graph, ...change }), { name: 'RangeError', message });
    }
  });
});
