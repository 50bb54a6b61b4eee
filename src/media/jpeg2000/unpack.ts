import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import PQueue from 'p-queue';
import type { Size } from '../image-information.js';
import { failure, type PhotographFailure } from '../photograph-outcome.js';
import { readJpeg2000Header } from './header.js';
import type { UnpackAnswer, Unpacked, UnpackRequest } from './unpack-messages.js';

/** What may be unpacked, and how large it need be. */
export interface UnpackOptions {
  /** Pixels that are enough, at least; the picture comes out no smaller than this and, where it can be halved, not much larger. */
  readonly enough: Size;
  readonly maximumPixels: number;
  readonly timeoutMs?: number | undefined;
  /** The program of the thread; another one in tests. */
  readonly program?: URL | undefined;
}

/** An unpacked picture, and the size it has as it is stored. */
export interface UnpackedPicture extends Unpacked {
  readonly stored: Size;
}

// OpenJPEG computes with four bytes per sample, in up to two copies, beside the file and the outcome.
const mostSamples = 48_000_000;
const maximumMemory = 768 * 2 ** 20;
const usualTimeoutMs = 60_000;
const atOnce = new PQueue({ concurrency: 2 });
const usualProgram = new URL('./unpack-worker.js', import.meta.url);

/** How often a picture may be halved and still be large enough. */
function halvingsFor({ width, height }: Size, enough: Size, most: number): number {
  const spare = Math.min(width / enough.width, height / enough.height);
  return Math.max(0, Math.min(most, Math.floor(Math.log2(spare))));
}

async function inThread(program: URL, request: UnpackRequest, timeoutMs: number): Promise<UnpackAnswer> {
  const worker = new Worker(program, { workerData: request });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void worker.terminate();
  }, timeoutMs);
  try {
    const ended = once(worker, 'exit').then(() =>
      isLate
        ? failure('timed-out', `the picture took more than ${timeoutMs / 1000} seconds to unpack`)
        : failure('truncated', 'the picture ended the thread that unpacked it'),
    );
    const answered = once(worker, 'message').then(([answer]) => answer as UnpackAnswer);
    return await Promise.race([answered, ended]);
  } catch (error) {
    return failure('truncated', `the picture cannot be unpacked (${(error as Error).message})`);
  } finally {
    clearTimeout(timer);
    void worker.terminate();
  }
}

/**
 * Unpacks a JPEG 2000 file or codestream by OpenJPEG as WebAssembly, in a thread of its own for each picture, at most two at
 * a time. The header is read first; what claims more than `maximumPixels`, or cannot be halved far enough for the memory
 * that is granted, is never unpacked.
 *
 * @returns the picture, or `not-an-image`, `unsupported-format`, `truncated`, `too-many-pixels` or `timed-out`
 */
export async function unpackJpeg2000(
  bytes: Uint8Array,
  { enough, maximumPixels, timeoutMs = usualTimeoutMs, program = usualProgram }: UnpackOptions,
): Promise<UnpackedPicture | PhotographFailure> {
  const header = readJpeg2000Header(bytes);
  if ('reason' in header) return header;
  const { width, height, components } = header;
  const claims = `the picture claims ${width} × ${height} pixels`;
  if (width * height > maximumPixels)
    return failure('too-many-pixels', `${claims}, more than ${maximumPixels}`);
  const halvings = halvingsFor(header, enough, header.halvings);
  const size = { width: Math.ceil(width / 2 ** halvings), height: Math.ceil(height / 2 ** halvings) };
  if (size.width * size.height * components > mostSamples)
    return failure('too-many-pixels', `${claims}, and cannot be unpacked smaller`);
  const request = { bytes, size, halvings, maximumMemory };
  const answer = await atOnce.add(async () => inThread(program, request, timeoutMs), {
    throwOnTimeout: true,
  });
  return 'reason' in answer ? answer : { ...answer, stored: { width, height } };
}
