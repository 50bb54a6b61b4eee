import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isLacunaError } from '../../../src/config/errors.js';
import { seededRandom } from '../../../src/learning/random.js';
import { equalInputs } from '../../../src/models/onnx/batching.js';
import { Inference, type InferenceOptions } from '../../../src/models/onnx/inference.js';
import type { Network } from '../../../src/models/onnx/inference-messages.js';
import { takeCareOf } from '../../stores/care.js';
import { deadly, deadlyOnce, sleepy } from './mortal-inputs.js';
import { convolutionNetwork, convolved, randomConvolution } from './small-networks.js';

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-onnx-'));
after(() => rm(scratch, { recursive: true, force: true }));

const side = 5;
const convolution = randomConvolution(4, 2);
const program = new URL('./mortal-process.js', import.meta.url);

async function written(name: string, bytes: Uint8Array): Promise<Network> {
  const file = path.join(scratch, name);
  await writeFile(file, bytes);
  return { file, inputs: ['pixels'], output: 'features', pooling: 'none' };
}

const usual = await written('usual.onnx', convolutionNetwork(convolution));

function inference(network: Network, options: Partial<InferenceOptions<Float32Array>> = {}): Inference {
  return new Inference({
    network,
    name: 'the network of the test',
    batching: equalInputs(network.inputs[0]!, [3, side, side], 4),
    threads: 1,
    limitMs: 60_000,
    restMs: 60_000,
    ...options,
  });
}

let files = 0;
/** A file that mortal processes note their ids in. */
function pidFile(): string {
  return (process.env['LACUNA_TEST_PIDS'] = path.join(scratch, `pids-${files++}`));
}

async function pidsIn(file: string): Promise<number[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(Number);
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await pause(10);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function inputs(count: number, seed = 1): Float32Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    Float32Array.from({ length: 3 * side ** 2 }, () => 2 * random() - 1),
  );
}

const beginningWith = (value: number): Float32Array => inputs(1)[0]!.with(0, value);

async function assertAnswers(runner: Inference, pictures: readonly Float32Array[]): Promise<void> {
  const outcomes = await Promise.all(pictures.map(async (picture) => runner.run(picture)));
  for (const [index, outcome] of outcomes.entries()) {
    assert.ok(outcome.ok, `${index}: ${outcome.ok ? '' : outcome.reason}`);
    const expected = convolved(convolution, pictures[index]!, side);
    assert.equal(outcome.row.length, expected.length);
    for (const [unit, value] of expected.entries())
      assert.ok(Math.abs(outcome.row[unit]! - value) < 1e-5, `${index}, ${unit}`);
  }
}

async function refusal(network: Network): Promise<string> {
  const error = await inference(network)
    .run(inputs(1)[0]!)
    .catch((refused: unknown) => refused);
  assert.ok(isLacunaError(error, 'MODEL_INVALID'), String(error));
  return error.message;
}

describe('Inference', () => {
  it('gives every input its own row, whatever goes together', async () => {
    const runner = inference(usual);
    await assertAnswers(runner, inputs(11));
    await assertAnswers(runner, inputs(1, 5));
  });

  it('runs networks that were exported for one input at a time', async () => {
    const single = await written('single.onnx', convolutionNetwork(convolution, { batch: 1 }));
    await assertAnswers(inference(single), inputs(6));
  });

  it('takes the mean over places', async () => {
    const map = await written('map.onnx', convolutionNetwork(convolution, { isMap: true }));
    await assertAnswers(inference({ ...map, pooling: 'mean' }), inputs(6));
  });

  it('says what does not fit the network', async () => {
    assert.match(await refusal({ ...usual, inputs: ['x'] }), /has no input "x"; its inputs are "pixels"/);
    assert.match(await refusal({ ...usual, output: 'y' }), /has no output "y"; its outputs are "features"/);
    const three = await written('three.onnx', convolutionNetwork(convolution, { batch: 3 }));
    assert.match(await refusal(three), /takes exactly 3 inputs at a time/);
    assert.match(await refusal(await written('text.onnx', Buffer.from('no network'))), /text\.onnx cannot be used/);
  });

  it('fails at an input, and at no other, when the network does', async () => {
    const map = await written('map.onnx', convolutionNetwork(convolution, { isMap: true }));
    const outcome = await inference(map).run(inputs(1)[0]!);
    assert.match(outcome.ok ? '' : outcome.reason, /pooling "none" wants \[batch, length\]/);
  });

  it('goes on when its process is killed, and loses nothing', async () => {
    const file = pidFile();
    const runner = inference(usual, { program });
    await assertAnswers(runner, inputs(2));
    process.kill((await pidsIn(file))[0]!, 'SIGKILL');
    await assertAnswers(runner, inputs(9));
    const pictures = [...inputs(5, 3), beginningWith(deadlyOnce), ...inputs(5, 4)];
    await assertAnswers(runner, pictures);
    assert.equal((await pidsIn(file)).length, 3);
  });

  it('loses the input that takes the process down, and no other', async () => {
    const file = pidFile();
    const runner = inference(usual, { program });
    const sound = inputs(6, 7);
    const [bad] = await Promise.all([runner.run(beginningWith(deadly)), assertAnswers(runner, sound)]);
    assert.match(bad.ok ? '' : bad.reason, /its process ended by SIGKILL/);
    // Once together with others, once alone.
    assert.equal((await pidsIn(file)).length, 3);
  });

  it('kills a process that does not answer', async () => {
    const file = pidFile();
    const runner = inference(usual, { program, limitMs: 4000 });
    const outcome = await runner.run(beginningWith(sleepy));
    assert.match(outcome.ok ? '' : outcome.reason, /no answer within 4 s/);
    await assertAnswers(runner, inputs(2));
    const [first = 0] = await pidsIn(file);
    await until(() => !isAlive(first));
  });

  it('gives up after five processes in a row that end without an answer, and can be asked again', async () => {
    const broken = path.join(scratch, 'broken.mjs');
    await writeFile(broken, 'process.exit(3);');
    const runner = inference(usual, { program: new URL(`file://${broken}`) });
    for (let round = 0; round < 2; round++) {
      const results = await Promise.allSettled(inputs(6).map(async (input) => runner.run(input)));
      for (const result of results) {
        assert.equal(result.status, 'rejected');
        assert.ok(isLacunaError(result.reason, 'MODEL_INVALID'));
        assert.match(result.reason.message, /ended 5 times in a row .* by itself, status 3/);
      }
    }
  });

  it('can be cancelled, and answers the others', async () => {
    const runner = inference(usual);
    const controller = new AbortController();
    const cancelled = runner.run(inputs(1)[0]!, controller.signal);
    const others = assertAnswers(runner, inputs(5));
    controller.abort(new Error('enough'));
    await assert.rejects(cancelled, /enough/);
    await others;
    await assert.rejects(runner.run(inputs(1)[0]!, controller.signal), /enough/);
  });

  it('ends its process with this one, and keeps this one alive only while it waits', async () => {
    const file = pidFile();
    const module = new URL('../../../src/models/onnx/inference.js', import.meta.url).href;
    const batching = new URL('../../../src/models/onnx/batching.js', import.meta.url).href;
    const script = (end: string) => `
      import { Inference } from ${JSON.stringify(module)};
      import { equalInputs } from ${JSON.stringify(batching)};
      const runner = new Inference({ network: ${JSON.stringify(usual)}, name: 'it',
        batching: equalInputs('pixels', [3, 5, 5], 4), threads: 1,
        limitMs: 60000, restMs: 60000, program: new URL(${JSON.stringify(program.href)}) });
      const outcome = await runner.run(new Float32Array(75));
      if (!outcome.ok) throw new Error(outcome.reason);
      ${end}`;
    for (const end of ['', 'setInterval(() => undefined, 1000);']) {
      const parent = spawn(process.execPath, ['--input-type=module', '-e', script(end)], { stdio: 'inherit' });
      takeCareOf(parent);
      const exited = once(parent, 'exit');
      const before = (await pidsIn(file)).length;
      if (end !== '') {
        await until(async () => (await pidsIn(file)).length > before);
        parent.kill('SIGKILL');
      }
      const [status] = (await exited) as [number | null];
      assert.equal(status, end === '' ? 0 : null);
      const children = await pidsIn(file);
      await until(() => !children.some(isAlive));
    }
  });

  it('ends a process that has nothing to do', async () => {
    const file = pidFile();
    const runner = inference(usual, { program, restMs: 1 });
    await assertAnswers(runner, inputs(2));
    await until(async () => !(await pidsIn(file)).some(isAlive));
    await assertAnswers(runner, inputs(2));
    assert.equal((await pidsIn(file)).length, 2);
  });
});
