import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { seededRandom } from '../../../src/learning/random.js';
import { equalInputs } from '../../../src/models/onnx/batching.js';
import { Inference } from '../../../src/models/onnx/inference.js';
import { dynamicNetwork, randomInt8, staticallyConvolved, staticNetwork, steps } from './int8-networks.js';

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-int8-'));
after(() => rm(scratch, { recursive: true, force: true }));

const side = 6;
const network = randomInt8(7, 2);

async function opened(name: string, bytes: Uint8Array, batch: number): Promise<Inference> {
  const file = path.join(scratch, name);
  await writeFile(file, bytes);
  return new Inference({
    network: { file, inputs: ['pixels'], output: 'features', pooling: 'none' },
    name: 'the network',
    batching: equalInputs('pixels', [3, side, side], batch),
    threads: 1,
    limitMs: 60_000,
    restMs: 60_000,
  });
}

function pictures(count: number, range: number): Float32Array[] {
  const random = seededRandom(count);
  return Array.from({ length: count }, () =>
    Float32Array.from({ length: 3 * side ** 2 }, () => (2 * random() - 1) * range),
  );
}

async function rows(inference: Inference, inputs: readonly Float32Array[]): Promise<Float32Array[]> {
  return Promise.all(
    inputs.map(async (input) => {
      const outcome = await inference.run(input);
      assert.ok(outcome.ok, JSON.stringify(outcome));
      return outcome.row;
    }),
  );
}

describe('networks in int8', () => {
  it('answer as plain arithmetic with whole numbers does', async () => {
    // Beyond ±4 the eight bits are at their end.
    const inputs = pictures(6, 5);
    const found = await rows(await opened('static.onnx', staticNetwork(network), 4), inputs);
    for (const [index, row] of found.entries()) {
      const expected = staticallyConvolved(network, inputs[index]!);
      for (const [filter, value] of expected.entries()) {
        // A sum that lies in the middle of two steps may be rounded either way in one place.
        const slack = steps.sum / side ** 2 + 1e-5;
        assert.ok(Math.abs(row[filter]! - value) <= slack, `${index}, ${filter}: ${row[filter]} and ${value}`);
      }
    }
  });

  it('give the same in any company, even where they choose their steps by what they see', async () => {
    const [faint, strong] = [pictures(1, 1)[0]!, pictures(2, 40)[1]!];
    const bytes = dynamicNetwork(network);
    // ONNX Runtime itself answers for both together.
    const session = await InferenceSession.create(bytes);
    const both = new Tensor('float32', Float32Array.of(...faint, ...strong), [2, 3, side, side]);
    const { features } = await session.run({ pixels: both });
    const inference = await opened('dynamic.onnx', bytes, 2);
    const [alone] = await rows(inference, [faint]);
    const [together] = await rows(inference, [faint, strong]);
    assert.deepEqual(together, alone);
    assert.notDeepEqual((features!.data as Float32Array).slice(0, 7), alone);
  });
});
