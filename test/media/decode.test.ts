import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { decodePhotograph, type DecodeOptions, type Pixels } from '../../src/media/decode.js';
import { sizeBeforeCrop, type Resize } from '../../src/media/resize-plan.js';
import { pngChunk } from './png-chunk.js';

const options: DecodeOptions = { width: 16, height: 16, maximumBytes: 5_000_000, maximumPixels: 1_000_000 };

function plain(background: string | object, width = 40, height = 40, channels: 3 | 4 = 3) {
  return sharp({ create: { width, height, channels, background: background as string } });
}

async function pixelsOf(bytes: Uint8Array, changed: Partial<DecodeOptions> = {}): Promise<Pixels> {
  const outcome = await decodePhotograph(bytes, { ...options, ...changed });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  assert.equal(outcome.pixels.data.length, outcome.pixels.width * outcome.pixels.height * 3);
  return outcome.pixels;
}

async function reasonOf(bytes: Uint8Array, changed: Partial<DecodeOptions> = {}): Promise<string> {
  const outcome = await decodePhotograph(bytes, { ...options, ...changed });
  return outcome.ok ? 'ok' : outcome.reason;
}

function assertColour(
  { data, width }: Pixels,
  x: number,
  y: number,
  expected: readonly number[],
  tolerance = 6,
): void {
  const found = [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
  for (const [channel, value] of expected.entries()) {
    assert.ok(Math.abs((found[channel] ?? -99) - value) <= tolerance, `(${x}, ${y}) is ${found.join(' ')}`);
  }
}

function pngClaiming(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('decodePhotograph', () => {
  for (const format of ['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const) {
    it(`decodes ${format} to the size asked for`, async () => {
      const pixels = await pixelsOf(await plain('rgb(200, 40, 60)', 50, 30)[format]().toBuffer());
      assert.deepEqual([pixels.width, pixels.height], [16, 16]);
      assertColour(pixels, 8, 8, [200, 40, 60]);
    });
  }

  it('turns a photograph upright', async () => {
    const left = await plain('red', 20, 40).png().toBuffer();
    const sideways = await plain('blue', 40, 40)
      .composite([{ input: left, left: 0, top: 0 }])
      .withMetadata({ orientation: 6 })
      .jpeg({ chromaSubsampling: '4:4:4' })
      .toBuffer();
    const pixels = await pixelsOf(sideways);
    assertColour(pixels, 8, 2, [255, 0, 0]);
    assertColour(pixels, 8, 13, [0, 0, 255]);
  });

  it('shows what is transparent on white', async () => {
    assertColour(
      await pixelsOf(await plain({ r: 0, g: 0, b: 0, alpha: 0 }, 40, 40, 4).png().toBuffer()),
      3,
      3,
      [255, 255, 255],
    );
    assertColour(
      await pixelsOf(
        await plain({ r: 0, g: 0, b: 0, alpha: 0.5 }, 40, 40, 4).webp({ lossless: true }).toBuffer(),
      ),
      3,
      3,
      [127, 127, 127],
    );
  });

  it('brings CMYK, grey, 16 bits and palettes to eight-bit sRGB', async () => {
    assertColour(
      await pixelsOf(await plain('white').toColourspace('cmyk').jpeg().toBuffer()),
      5,
      5,
      [255, 255, 255],
      10,
    );
    assertColour(
      await pixelsOf(await plain('rgb(90,90,90)').greyscale().png().toBuffer()),
      5,
      5,
      [90, 90, 90],
    );
    assertColour(
      await pixelsOf(await plain('rgb(250,128,0)').toColourspace('rgb16').png().toBuffer()),
      5,
      5,
      [250, 128, 0],
    );
    assertColour(
      await pixelsOf(await plain('rgb(250,128,0)').png({ palette: true }).toBuffer()),
      5,
      5,
      [250, 128, 0],
    );
    assertColour(
      await pixelsOf(await plain('rgb(90,90,90)').toColourspace('grey16').png().toBuffer()),
      5,
      5,
      [90, 90, 90],
    );
  });

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(20 * 20 * 3, 255), Buffer.alloc(20 * 20 * 3, 0)]);
    const animation = await sharp(frames, { raw: { width: 20, height: 40, channels: 3, pageHeight: 20 } })
      .gif({ delay: [10, 10] })
      .toBuffer();
    assert.equal((await sharp(animation).metadata()).pages, 2);
    assertColour(await pixelsOf(animation), 8, 8, [255, 255, 255]);
  });

  it('crops to the middle and keeps proportions', async () => {
    const middle = await plain('lime', 40, 40).png().toBuffer();
    const wide = await plain('red', 120, 40)
      .composite([{ input: middle, left: 40, top: 0 }])
      .png()
      .toBuffer();
    const pixels = await pixelsOf(wide);
    assertColour(pixels, 8, 8, [0, 255, 0]);
    assertColour(pixels, 2, 2, [0, 255, 0]);
  });

  it('refuses what is no picture', async () => {
    assert.equal(
      await reasonOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')),
      'not-an-image',
    );
    assert.equal(await reasonOf(new Uint8Array()), 'not-an-image');
    assert.equal(
      await reasonOf(Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), Buffer.alloc(500, 65)])),
      'not-an-image',
    );
    assert.equal(await reasonOf(Buffer.from('GIF89a and then some prose')), 'not-an-image');
  });

  it('calls a picture that breaks off truncated', async () => {
    const noise = Buffer.from(Array.from({ length: 90 * 90 * 3 }, (_, index) => (index * 7919) % 251));
    const picture = sharp(noise, { raw: { width: 90, height: 90, channels: 3 } });
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const whole = await picture.clone()[format]().toBuffer();
      assert.equal(await reasonOf(whole), 'ok');
      assert.equal(await reasonOf(whole.subarray(0, Math.floor(whole.length / 2))), 'truncated', format);
    }
  });

  it('does not unpack a picture that claims to be enormous', async () => {
    assert.equal(await reasonOf(pngClaiming(30_000, 30_000)), 'too-many-pixels');
    assert.equal(await reasonOf(await plain('red', 1001, 1000).png().toBuffer()), 'too-many-pixels');
    assert.equal(await reasonOf(await plain('red', 1000, 1000).png().toBuffer()), 'ok');
  });

  it('refuses files over the byte limit', async () => {
    const bytes = await plain('red').png().toBuffer();
    assert.equal(await reasonOf(bytes, { maximumBytes: bytes.length - 1 }), 'too-large');
    assert.equal(await reasonOf(bytes, { maximumBytes: bytes.length }), 'ok');
  });
});

describe('resizing', () => {
  /** Red on the left, blue on the right, 80 × 20, with a green middle of 20 × 20. */
  async function flag(): Promise<Buffer> {
    const part = (background: string, width: number) => ({
      create: { width, height: 20, channels: 3 as const, background },
    });
    const overlays = [
      { input: part('red', 30), left: 0, top: 0 },
      { input: part('blue', 30), left: 50, top: 0 },
    ];
    return sharp(part('lime', 80)).composite(overlays).png().toBuffer();
  }

  const colours = async (resize: Resize | undefined, size = 8): Promise<Set<string>> => {
    const outcome = await decodePhotograph(await flag(), {
      width: size,
      height: size,
      maximumBytes: 1e6,
      maximumPixels: 1e6,
      resize,
    });
    assert.ok(outcome.ok);
    const { data, width, height } = outcome.pixels;
    assert.deepEqual([width, height, data.length], [size, size, 3 * size ** 2]);
    const middle = (size >> 1) * size;
    return new Set(
      Array.from({ length: size }, (_, x) => {
        const pixel = data.subarray(3 * (middle + x), 3 * (middle + x) + 3);
        return ['red', 'green', 'blue'][pixel.indexOf(Math.max(...pixel))]!;
      }),
    );
  };

  it('crops what stands out, or squashes it in', async () => {
    assert.deepEqual(await colours(undefined), new Set(['green']));
    assert.deepEqual(await colours({ fit: 'cover', kernel: 'cubic', kept: 1 }), new Set(['green']));
    assert.deepEqual(
      await colours({ fit: 'fill', kernel: 'linear', kept: 1 }),
      new Set(['red', 'green', 'blue']),
    );
  });

  it('keeps a share around the middle', async () => {
    assert.deepEqual(await colours({ fit: 'fill', kernel: 'cubic', kept: 0.2 }), new Set(['green']));
    assert.deepEqual(sizeBeforeCrop({ width: 224, height: 224 }), { width: 224, height: 224 });
    const resize: Resize = { fit: 'cover', kernel: 'cubic', kept: 0.875 };
    assert.deepEqual(sizeBeforeCrop({ width: 224, height: 224, resize }), { width: 256, height: 256 });
  });

  it('is of the photograph upright, white where it is transparent, in eight-bit sRGB', async () => {
    const resize: Resize = { fit: 'cover', kernel: 'cubic', kept: 1 };
    for (const [width, height] of [
      [200, 150],
      [12, 10],
    ] as const) {
      const left = await plain('red', width / 2, height)
        .png()
        .toBuffer();
      const sideways = await plain('blue', width, height)
        .composite([{ input: left, left: 0, top: 0 }])
        .withMetadata({ orientation: 6 })
        .jpeg({ chromaSubsampling: '4:4:4' })
        .toBuffer();
      const upright = await pixelsOf(sideways, { resize });
      assertColour(upright, 8, 1, [255, 0, 0]);
      assertColour(upright, 8, 14, [0, 0, 255]);
      const clear = { r: 0, g: 0, b: 0, alpha: 0.5 };
      const half = await plain(clear, width, height, 4).png().toBuffer();
      assertColour(await pixelsOf(half, { resize }), 3, 3, [127, 127, 127]);
      for (const space of ['rgb16', 'cmyk', 'b-w']) {
        const grey = plain('rgb(90,90,90)', width, height).toColourspace(space);
        const file = await (space === 'cmyk' ? grey.jpeg() : grey.png()).toBuffer();
        assertColour(await pixelsOf(file, { resize }), 3, 3, [90, 90, 90], 16);
      }
    }
  });

  it('takes no more memory over a photograph that is one pixel wide', async () => {
    const resize: Resize = { fit: 'cover', kernel: 'lanczos3', kept: 1 };
    const thread = await plain('rgb(200, 40, 60)', 1, 40_000).png().toBuffer();
    // Covering 224 × 224 it would be 224 × 8,960,000.
    const pixels = await pixelsOf(thread, { width: 224, height: 224, resize });
    assertColour(pixels, 100, 100, [200, 40, 60]);
  });
});
