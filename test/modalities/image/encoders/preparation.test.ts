import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { packageRoot } from '../../../../src/config/package-root.js';
import { decodePhotograph, type Pixels } from '../../../../src/media/decode.js';
import type { Kernel } from '../../../../src/media/resample.js';
import type { Resize } from '../../../../src/media/resize-plan.js';
import { networkInput, type PerChannel } from '../../../../src/modalities/image/encoders/network-input.js';

/** What `golden/preparation.py` wrote. */
interface Golden {
  readonly torchvision: readonly {
    readonly picture: PictureName;
    readonly resize: 'crop' | 'squash';
    readonly interpolation: 'bilinear' | 'bicubic' | 'lanczos';
    readonly crop: number;
    /** RGB, in base64. */
    readonly bytes: string;
  }[];
  readonly huggingFace: readonly {
    readonly picture: PictureName;
    readonly resize: 'crop' | 'squash';
    readonly mean: PerChannel;
    readonly std: PerChannel;
    /** The network's input, float32, in base64. */
    readonly numbers: string;
  }[];
}

const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/modalities/image/encoders/golden/preparation.json'), 'utf8'),
) as Golden;

const side = 16;
const kernels = { bilinear: 'linear', bicubic: 'cubic', lanczos: 'lanczos3' } as const;

type Formula = (x: number, y: number, channel: number) => number;

const noise: Formula = (x, y, c) => {
  const value = (x * 7919 + y * 104729 + c * 1299709 + 12345) % 2147483647;
  return (((value * 48271) % 2147483647) >> 8) & 255;
};

/** The pictures of the script: width, height and formula. */
const pictures = {
  checkerboard: [45, 30, (x, y) => ((Math.floor(x / 7) + Math.floor(y / 7)) % 2) * 255],
  gradient: [129, 65, (x, y, c) => Math.floor([(x * 255) / 128, (y * 255) / 64, ((x + y) * 255) / 192][c]!)],
  noise: [37, 51, noise],
  'as large as wanted': [16, 16, noise],
  tiny: [5, 7, noise],
  thin: [3, 40, (x, y, c) => ((Math.floor(y / 3) + x + c) % 3) * 127],
  large: [640, 427, (x, y, c) => Math.abs(((3 * x + 2 * y + 40 * c) % 510) - 255)],
} as const satisfies Record<string, readonly [number, number, Formula]>;

type PictureName = keyof typeof pictures;

async function prepared(
  name: PictureName,
  fit: 'crop' | 'squash',
  kernel: Kernel,
  kept: number,
): Promise<Pixels> {
  const [width, height, value] = pictures[name];
  const raw = Uint8Array.from({ length: width * height * 3 }, (_, byte) => {
    const pixel = Math.floor(byte / 3);
    return value(pixel % width, Math.floor(pixel / width), byte % 3);
  });
  const bytes = await sharp(raw, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  const resize: Resize = { fit: fit === 'crop' ? 'cover' : 'fill', kernel, kept };
  const outcome = await decodePhotograph(bytes, {
    width: side,
    height: side,
    maximumBytes: 1e7,
    maximumPixels: 1e6,
    resize,
  });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.pixels;
}

function distances(found: ArrayLike<number>, expected: ArrayLike<number>): { most: number; mean: number } {
  assert.equal(found.length, expected.length);
  const all = Array.from(found, (value, at) => Math.abs(value - expected[at]!));
  return { most: Math.max(...all), mean: all.reduce((sum, one) => sum + one, 0) / all.length };
}

/** At most so far apart, of 255, where a picture is shrunk; libvips counts in other steps and other order than Pillow. */
const limits: Readonly<Record<PictureName, { readonly most: number; readonly mean: number }>> = {
  checkerboard: { most: 28, mean: 4 },
  gradient: { most: 2, mean: 0.5 },
  noise: { most: 10, mean: 1.2 },
  'as large as wanted': { most: 0, mean: 0 },
  tiny: { most: 0, mean: 0 },
  thin: { most: 18, mean: 1.2 },
  large: { most: 8, mean: 2.5 },
};

function assertClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  name: PictureName,
  slack = 0,
): void {
  const { most, mean } = distances(found, expected);
  const limit = limits[name];
  assert.ok(
    most <= limit.most + slack && mean <= limit.mean + slack / 10,
    `at most ${most}, on average ${mean}`,
  );
}

describe('photographs prepared for a network', () => {
  for (const { picture, resize, interpolation, crop, bytes } of golden.torchvision) {
    it(`are torchvision's: ${picture}, ${resize}, ${interpolation}, crop ${crop}`, async () => {
      const { data } = await prepared(picture, resize, kernels[interpolation], crop);
      assertClose(data, Buffer.from(bytes, 'base64'), picture);
    });
  }

  for (const { picture, resize, mean, std, numbers } of golden.huggingFace) {
    it(`are Hugging Face's: ${picture}, ${resize}`, async () => {
      const input = networkInput(await prepared(picture, resize, 'cubic', 1), mean, std);
      const expected = new Float32Array(Uint8Array.from(Buffer.from(numbers, 'base64')).buffer);
      // Channels one after the other; back to 0 to 255.
      const levels = (values: Float32Array): Float32Array =>
        values.map((value, at) => {
          const channel = Math.floor(at / side ** 2);
          return 255 * (value * std[channel]! + mean[channel]!);
        });
      // Their processors enlarge by torchvision's arithmetic, a step off Pillow's here and there.
      assertClose(levels(input), levels(expected), picture, 1.01);
    });
  }
});
