import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { decodePhotograph } from '../../src/media/decode.js';
import { createPhotographReader } from '../../src/media/photograph-reader.js';
import { failureReasons } from '../../src/media/photograph-outcome.js';
import { startHostileServer, type HostileServer } from './hostile-server.js';
import { readerSettings } from './reader-settings.js';

const side = 24;
const formats = ['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const;
const samples = new Map<string, Buffer>();
let served: Buffer = Buffer.alloc(0);
let claimed = 0;
let server: HostileServer;

before(async () => {
  const noise = Buffer.from(Array.from({ length: 60 * 50 * 3 }, (_, index) => (index * 7919) % 251));
  const picture = sharp(noise, { raw: { width: 60, height: 50, channels: 3 } });
  for (const format of formats) samples.set(format, await picture.clone()[format]().toBuffer());
  server = await startHostileServer(() => (_request, response) => {
    response.writeHead(200, { 'content-length': String(served.length + claimed) });
    if (claimed === 0) response.end(served);
    else response.write(served, () => response.destroy());
  });
});

after(async () => server.close());

type Change = (bytes: Buffer) => Buffer;

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const html = Buffer.from('<!doctype html><script>alert(1)</script>'.repeat(20));

const change: fc.Arbitrary<Change> = fc.oneof(
  position.map(
    (share): Change =>
      (bytes) =>
        bytes.subarray(0, Math.floor(bytes.length * share)),
  ),
  fc
    .array(fc.tuple(position, fc.nat(255)), { minLength: 1, maxLength: 20 })
    .map((flips): Change => (bytes) => {
      const changed = Buffer.from(bytes);
      for (const [share, value] of flips)
        if (changed.length > 0) changed[Math.floor(changed.length * share)] = value;
      return changed;
    }),
  // Sizes and lengths stand near the beginning.
  fc
    .tuple(fc.nat(200), fc.constantFrom(0, 0x7fffffff, 0xffffffff, 0xffff))
    .map(([at, value]): Change => (bytes) => {
      const changed = Buffer.from(bytes);
      if (at + 4 <= changed.length) changed.writeUInt32BE(value, at);
      return changed;
    }),
  fc.constantFrom<Change>(
    (bytes) => Buffer.concat([bytes, html]),
    (bytes) => Buffer.concat([bytes.subarray(0, 30), html]),
    (bytes) => Buffer.concat([html, bytes]),
    (bytes) => Buffer.concat([bytes, bytes]),
    (bytes) => Buffer.concat([Buffer.from('GIF89a/*'), html, bytes]),
    (bytes) => Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(5000), bytes.subarray(100)]),
  ),
  fc.tuple(fc.constantFrom(...formats), fc.nat(64)).map(
    ([other, length]): Change =>
      (bytes) =>
        Buffer.concat([samples.get(other)?.subarray(0, length) ?? html, bytes.subarray(length)]),
  ),
);

const hostile = fc
  .tuple(fc.constantFrom(...formats), fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([format, changes]) => changes.reduce((bytes, apply) => apply(bytes), samples.get(format) ?? html));

const known: ReadonlySet<string> = new Set(failureReasons);

describe('hostile files', () => {
  it('become pixels or a counted reason, never a crash', async () => {
    const limits = { width: side, height: side, maximumBytes: 200_000, maximumPixels: 1_000_000 };
    await fc.assert(
      fc.asyncProperty(hostile, async (bytes) => {
        const outcome = await decodePhotograph(bytes, limits);
        if (outcome.ok) assert.equal(outcome.pixels.data.length, side * side * 3);
        else assert.ok(known.has(outcome.reason), outcome.reason);
      }),
      { numRuns: 500 },
    );
  });

  it('are taken from a server whole or not at all', async () => {
    const reader = createPhotographReader({
      ...readerSettings,
      concurrency: 1,
      maximumBytes: 4000,
      maximumPixels: 1_000_000,
      gate: { retries: 0, unreachableBeforeGivingUp: Infinity, sleep: async () => undefined },
    });
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(hostile, fc.constantFrom(0, 0, 500, 1e9), async (bytes, more) => {
        served = bytes;
        claimed = more;
        asked++;
        const outcome = await reader.read(`${server.origin}/${asked}`);
        if (!outcome.ok) return;
        assert.ok(Buffer.from(outcome.bytes).equals(bytes));
        assert.ok(more === 0 && bytes.length <= 4000);
      }),
      { numRuns: 200 },
    );
    const { read, failed } = reader.counts();
    assert.equal(read + failed, asked);
    reader.close();
  });
});
