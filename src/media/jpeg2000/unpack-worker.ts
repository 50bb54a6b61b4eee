import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import open from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import { failure } from '../photograph-outcome.js';
import type { UnpackAnswer, UnpackRequest } from './unpack-messages.js';

// Unpacks one picture and ends: an error leaves nothing of OpenJPEG's memory in order.
const { bytes, size, halvings, maximumMemory } = workerData as UnpackRequest;

const program = import.meta.resolve('@cornerstonejs/codec-openjpeg/decodewasm');
const compiled = await WebAssembly.compile(await readFile(fileURLToPath(program)));
const complaints: string[] = [];
let hasOutgrown = false;

/** Lets the memory grow so far and no further; OpenJPEG learns of it as a system that has no more. */
function limited(memory: WebAssembly.Memory): void {
  memory.grow = (pages) => {
    hasOutgrown = memory.buffer.byteLength + pages * 65_536 > maximumMemory;
    if (hasOutgrown) throw new RangeError('no more memory');
    return WebAssembly.Memory.prototype.grow.call(memory, pages);
  };
}

/** Samples of any depth as bytes. */
function eightBits(samples: Uint8ClampedArray, bits: number): Uint8Array {
  if (bits === 8) return new Uint8Array(samples.buffer, samples.byteOffset, samples.length);
  const values = bits < 8 ? samples : new Uint16Array(samples.buffer, samples.byteOffset, samples.length / 2);
  return Uint8Array.from(values, (value) => Math.round((255 * value) / (2 ** bits - 1)));
}

async function unpacked(): Promise<UnpackAnswer> {
  const { J2KDecoder } = await open({
    print: (line) => {
      if (line.startsWith('[ERROR]')) complaints.push(line.slice('[ERROR] '.length).trim());
    },
    printErr: () => undefined,
    instantiateWasm: (imports, done) => {
      void WebAssembly.instantiate(compiled, imports).then((instance) => {
        for (const each of Object.values(instance.exports))
          if (each instanceof WebAssembly.Memory) limited(each);
        done(instance);
      });
      return {};
    },
  });
  const decoder = new J2KDecoder();
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  decoder.decodeSubResolution(halvings, 0);
  const samples = decoder.getDecodedBuffer();
  if (samples.length === 0) throw new Error('nothing came out');
  const { bitsPerSample, componentCount } = decoder.getFrameInfo();
  const data = eightBits(samples, bitsPerSample);
  if (componentCount !== 1 && componentCount !== 3)
    return failure('unsupported-format', `the picture is JPEG 2000 of ${componentCount} colours`);
  if (data.length !== size.width * size.height * componentCount) throw new Error('pixels are missing');
  return { data, ...size, channels: componentCount };
}

function failed(error: unknown): UnpackAnswer {
  if (hasOutgrown) return failure('too-many-pixels', 'the picture takes too much memory to unpack');
  // A number is an exception of C++: the decoder understood the picture and declines it.
  if (typeof error === 'number')
    return failure('unsupported-format', 'the picture is JPEG 2000 of a kind that is not read');
  const detail = complaints[0] ?? (error as Error).message;
  return failure('truncated', `the picture is cut off or damaged (${detail})`);
}

parentPort!.postMessage(await unpacked().catch(failed));
