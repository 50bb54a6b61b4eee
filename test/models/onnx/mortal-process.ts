/*
 * The process that runs networks, but mortal: it notes its id in the file LACUNA_TEST_PIDS, dies of some inputs, and sleeps
 * over others. Compiled, it takes the place of inference-worker.js.
 */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import '../../../src/models/onnx/inference-worker.js';
import type { InferenceRequest } from '../../../src/models/onnx/inference-messages.js';
import { deadly, deadlyOnce, sleepy } from './mortal-inputs.js';

const pids = process.env['LACUNA_TEST_PIDS'] ?? '';
appendFileSync(pids, `${process.pid}\n`);
process.on('message', (request: InferenceRequest) => {
  if (request.kind !== 'run') return;
  const numbers = Object.values(request.feeds.tensors).flatMap(({ data }) => Array.from(data, Number));
  if (numbers.includes(sleepy)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  const isFirst = !existsSync(`${pids}.once`);
  if (numbers.includes(deadlyOnce) && isFirst) writeFileSync(`${pids}.once`, '');
  else if (!numbers.includes(deadly)) return;
  process.kill(process.pid, 'SIGKILL');
});
