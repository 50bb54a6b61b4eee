import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { decodePhotograph } from '../../src/media/decode.js';
import { readJpeg2000Header } from '../../src/media/jpeg2000/header.js';
import { unpackJpeg2000, type UnpackOptions } from '../../src/media/jpeg2000/unpack.js';
import { goldenPicture, goldenPictures, jpeg2000Claiming, unsupportedPictures } from './golden-jpeg2000.js';

const options: UnpackOptions = { enough: { width: 12, height: 9 }, maximumPixels: 1_000_000 };

async function reasonOf(bytes: Uint8Array, changed: Partial<UnpackOptions> = {}): Promise<string> {
  const unpacked = await unpackJpeg2000(bytes, { ...options, ...changed });
  return 'reason' in unpacked ? unpacked.reason : 'read';
}

/** A program for the thread that is used in place of the decoder. */
const program = (source: string): URL => new URL(`data:text/javascript,${encodeURIComponent(source)}`);
const none = program('throw new Error("nothing should be unpacked")');

describe('unpackJpeg2000', () => {
  for (const { name, file, width, height, pixels } of goldenPictures) {
    it(`gives the pixels that Pillow gives: ${name}`, async () => {
      const unpacked = await unpackJpeg2000(file, { ...options, enough: { width, height } });
      assert.ok(!('reason' in unpacked), JSON.stringify(unpacked));
      assert.deepEqual(unpacked.stored, { width: 48, height: 36 });
      assert.deepEqual([unpacked.width, unpacked.height], [width, height]);
      assert.equal(unpacked.data.length, pixels.length);
      const apart = pixels.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - unpacked.data[at]!)),
        0,
      );
      // Both compute sYCC in their own way.
      assert.ok(
        apart <= (name.endsWith('colours') || name.includes('half the colours') ? 1 : 0),
        `${apart} apart`,
      );
    });
  }

  it('halves no further than the size that is enough, and not what does not begin at the origin', async () => {
    const sizeFor = async (name: string, width: number, height: number): Promise<string> => {
      const unpacked = await unpackJpeg2000(goldenPicture(name).file, {
        ...options,
        enough: { width, height },
      });
      return 'reason' in unpacked ? unpacked.reason : `${unpacked.width} × ${unpacked.height}`;
    };
    assert.equal(await sizeFor('in tiles', 24, 18), '24 × 18');
    assert.equal(await sizeFor('in tiles', 25, 1), '48 × 36');
    assert.equal(await sizeFor('in order of position', 1, 1), '12 × 9');
    assert.equal(await sizeFor('not from the origin', 1, 1), '48 × 36');
    assert.equal(await sizeFor('with a quarter of the colours', 1, 1), '48 × 36');
  });

  for (const [name, file] of unsupportedPictures) {
    it(`says of a picture that it is not read: ${name}`, async () => {
      assert.equal(await reasonOf(file, { program: none }), 'unsupported-format');
    });
  }

  it('never unpacks what is cut off, wherever', async () => {
    for (const name of ['a file without loss', 'a codestream without loss']) {
      const { file } = goldenPicture(name);
      const reasons = new Set<string>();
      for (let length = 0; length < file.length; length++)
        reasons.add(await reasonOf(file.subarray(0, length), { program: none }));
      assert.deepEqual([...reasons], ['not-an-image', 'truncated'], name);
    }
  });

  it('never unpacks what claims too many pixels, nor what would take too much memory', async () => {
    const unseen = { program: none, maximumPixels: 1e8 };
    assert.equal(await reasonOf(jpeg2000Claiming(2 ** 32 - 1), unseen), 'too-many-pixels');
    assert.equal(await reasonOf(jpeg2000Claiming(10_001), unseen), 'too-many-pixels');
    const large = { ...unseen, enough: { width: 5_001, height: 5_001 } };
    assert.equal(await reasonOf(jpeg2000Claiming(10_000), large), 'too-many-pixels');
    assert.equal(await reasonOf(jpeg2000Claiming(0), unseen), 'not-an-image');
  });

  it('stops the decoder where it would take more memory than it is granted', async () => {
    const many = { maximumPixels: 1e8, enough: { width: 4000, height: 4000 } };
    assert.equal(await reasonOf(jpeg2000Claiming(4000, 16), many), 'too-many-pixels');
  });

  it('counts rubbish after a sound header, and reads coded samples whatever they are', async () => {
    const { file } = goldenPicture('a file without loss');
    const rubbishFrom = (marker: number): Buffer => {
      const rubbish = Buffer.from(file);
      const start = rubbish.indexOf(Buffer.from([0xff, marker])) + 2;
      for (let at = start; at < rubbish.length - 2; at++) rubbish[at] = (at * 7919) % 251;
      return rubbish;
    };
    const [siz, sot, sod] = [0x51, 0x90, 0x93].map(rubbishFrom) as [Buffer, Buffer, Buffer];
    assert.equal(await reasonOf(siz, { program: none }), 'not-an-image');
    assert.equal(await reasonOf(sot), 'truncated');
    assert.equal(await reasonOf(sod), 'read');
    assert.equal(await reasonOf(sod.subarray(0, -2)), 'truncated');
  });

  it('ends a thread that does not end by itself, and outlives one that ends too soon', async () => {
    const { file } = goldenPicture('grey');
    assert.equal(await reasonOf(file, { program: program('for (;;);'), timeoutMs: 50 }), 'timed-out');
    assert.equal(await reasonOf(file, { program: program('process.exit(1)') }), 'truncated');
    assert.equal(await reasonOf(file, { program: program('throw new Error("no")') }), 'truncated');
  });
});

describe('readJpeg2000Header', () => {
  it('knows how often a picture can be halved', () => {
    const halvings = (name: string) => readJpeg2000Header(goldenPicture(name).file);
    const size = { width: 48, height: 36 };
    assert.deepEqual(halvings('in order of position'), { ...size, components: 3, halvings: 2 });
    assert.deepEqual(halvings('not from the origin'), { ...size, components: 3, halvings: 0 });
    assert.deepEqual(halvings('with a palette'), { ...size, components: 1, halvings: 5 });
  });
});

describe('decodePhotograph of JPEG 2000', () => {
  it('goes on as with any other format', async () => {
    for (const name of ['a file without loss', 'grey of 16 bits', 'with a palette']) {
      const { file, width, height, pixels } = goldenPicture(name);
      const size = { width: 24, height: 18, maximumBytes: 1e6, maximumPixels: 1e6 };
      const raw = { width, height, channels: name.startsWith('grey') ? (1 as const) : (3 as const) };
      const png = await sharp(pixels, { raw }).png().toBuffer();
      const [found, expected] = [await decodePhotograph(file, size), await decodePhotograph(png, size)];
      assert.ok(found.ok && expected.ok);
      assert.deepEqual(found, expected, name);
    }
  });

  it('keeps to the limit of bytes', async () => {
    const { file } = goldenPicture('grey');
    const size = { width: 24, height: 18, maximumBytes: 100, maximumPixels: 1e6 };
    const outcome = await decodePhotograph(file, size);
    assert.equal(outcome.ok ? 'read' : outcome.reason, 'too-large');
  });
});
