import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseIiifAddress } from '../../src/media/iiif-address.js';
import { imageAddresses, type Need } from '../../src/media/iiif-choice.js';
import { parseImageInformation, type ImageInformation } from '../../src/media/image-information.js';

const base = 'https://museum.example/iiif/id';

function information(given: Record<string, unknown>): ImageInformation {
  const parsed = parseImageInformation(`${base}/info.json`, Buffer.from(JSON.stringify(given)));
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed;
}

const v2 = (level: number, more: Record<string, unknown> = {}, profile: Record<string, unknown> = {}) =>
  information({
    '@context': 'http://iiif.io/api/image/2/context.json',
    profile: [`http://iiif.io/api/image/2/level${level}.json`, profile],
    width: 4000,
    height: 3000,
    ...more,
  });
const v3 = (level: number, more: Record<string, unknown> = {}) =>
  information({
    '@context': 'http://iiif.io/api/image/3/context.json',
    type: 'ImageService3',
    profile: `level${level}`,
    width: 4000,
    height: 3000,
    ...more,
  });
const v1 = (level: number, more: Record<string, unknown> = {}) =>
  information({
    profile: `http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level${level}`,
    width: 4000,
    height: 3000,
    ...more,
  });

const need: Need = { least: { width: 224, height: 224 }, maximumPixels: 100_000_000 };

function chosen(
  given: ImageInformation,
  changed: Partial<Need> = {},
  address = `${base}/full/full/0/default.jpg`,
): string[] {
  const image = parseIiifAddress(address);
  assert.ok(image);
  return imageAddresses(image, given, { ...need, ...changed }).map((one) => one.slice(base.length + 1));
}

describe('imageAddresses', () => {
  it('asks in the canonical form of each version for the smallest size that covers the need', () => {
    assert.deepEqual(chosen(v1(1)), ['full/299,/0/native.jpg']);
    assert.deepEqual(chosen(v2(1)), ['full/299,/0/default.jpg']);
    assert.deepEqual(chosen(v2(2)), ['full/299,/0/default.jpg', 'full/!299,224/0/default.jpg']);
    assert.deepEqual(chosen(v3(1)), ['full/299,224/0/default.jpg', 'full/299,/0/default.jpg']);
    assert.deepEqual(chosen(v3(2)), ['full/299,224/0/default.jpg', 'full/!299,224/0/default.jpg']);
  });

  it('writes !w,h where a server offers that alone', () => {
    assert.deepEqual(chosen(v2(0, {}, { supports: ['sizeByConfinedWh'] })), ['full/!299,224/0/default.jpg']);
    assert.deepEqual(chosen(v3(0, { extraFeatures: ['sizeByConfinedWh'] })), ['full/!299,224/0/default.jpg']);
    assert.deepEqual(chosen(v2(0, {}, { supports: ['sizeByW'] })), ['full/299,/0/default.jpg']);
  });

  it('asks for the largest there is when no size is needed', () => {
    assert.deepEqual(chosen(v1(1), { least: undefined }), ['full/full/0/native.jpg']);
    assert.deepEqual(chosen(v2(2), { least: undefined }), [
      'full/full/0/default.jpg',
      'full/max/0/default.jpg',
    ]);
    assert.deepEqual(chosen(v3(2), { least: undefined }), ['full/max/0/default.jpg']);
    assert.deepEqual(chosen(v3(2), { least: { width: 9000, height: 1 } }), ['full/max/0/default.jpg']);
  });

  it('keeps to what the server allows and to what is decoded', () => {
    assert.deepEqual(chosen(v3(2, { maxWidth: 200 })), ['full/max/0/default.jpg']);
    assert.deepEqual(chosen(v2(2, {}, { maxWidth: 200 })), [
      'full/max/0/default.jpg',
      'full/full/0/default.jpg',
    ]);
    assert.equal(
      chosen(v3(2, { maxHeight: 1000 }), { least: { width: 600, height: 1 } })[0],
      'full/600,450/0/default.jpg',
    );
    assert.deepEqual(chosen(v3(2, { maxArea: 40_000 })), ['full/max/0/default.jpg']);
    assert.equal(
      chosen(v3(2), { least: undefined, maximumPixels: 1_000_000 })[0],
      'full/1154,865/0/default.jpg',
    );
  });

  it('prefers a listed size that is not much larger', () => {
    const sizes = [
      { width: 125, height: 94 },
      { width: 500, height: 375 },
      { width: 1000, height: 750 },
    ];
    assert.equal(chosen(v2(2, { sizes }))[0], 'full/500,/0/default.jpg');
    assert.equal(chosen(v3(1, { sizes }))[0], 'full/500,375/0/default.jpg');
    assert.equal(
      chosen(v2(2, { sizes }), { least: { width: 128, height: 96 } })[0],
      'full/128,/0/default.jpg',
    );
    assert.equal(chosen(v2(2, { sizes: [{ width: 400, height: 400 }] }))[0], 'full/299,/0/default.jpg');
  });

  it('asks a server that makes no sizes for those that lie ready only', () => {
    const sizes = [
      { width: 1000, height: 750 },
      { width: 250, height: 188 },
      { width: 500, height: 375 },
    ];
    assert.deepEqual(chosen(v2(0, { sizes })), [
      'full/500,/0/default.jpg',
      'full/500,375/0/default.jpg',
      'full/full/0/default.jpg',
      'full/max/0/default.jpg',
    ]);
    assert.deepEqual(chosen(v3(0, { sizes })), [
      'full/500,375/0/default.jpg',
      'full/500,/0/default.jpg',
      'full/max/0/default.jpg',
    ]);
    assert.equal(
      chosen(v3(0, { sizes }), { least: { width: 2000, height: 9 } })[0],
      'full/max/0/default.jpg',
    );
    assert.deepEqual(chosen(v3(0)), ['full/max/0/default.jpg']);
    assert.deepEqual(
      chosen(v3(0, { sizes }), { least: { width: 2000, height: 9 }, maximumPixels: 1_000_000 }),
      ['full/1000,750/0/default.jpg', 'full/1000,/0/default.jpg'],
    );
    assert.deepEqual(chosen(v3(0), { maximumPixels: 1_000_000 }), []);
  });

  it('finds the tile that holds the whole image', () => {
    const tiles = [{ width: 512, scaleFactors: [1, 2, 4, 8, 16] }];
    assert.equal(chosen(v3(0, { tiles }))[0], 'full/500,375/0/default.jpg');
    assert.equal(
      chosen(v2(0, { tiles }), { least: { width: 50, height: 50 } })[0],
      'full/250,/0/default.jpg',
    );
    assert.equal(chosen(v1(0, { scale_factors: [1, 2, 8], tile_width: 512 }))[0], 'full/500,/0/native.jpg');
    assert.equal(
      chosen(v1(0, { scale_factors: [1, 2, 8] }), { least: { width: 900, height: 9 } })[0],
      'full/2000,/0/native.jpg',
    );
  });

  it('keeps region, rotation and quality', () => {
    const of = (request: string, given = v2(2)): string | undefined =>
      chosen(given, {}, `${base}/${request}`)[0];
    assert.equal(of('1000,1000,500,400/full/0/gray.png'), '1000,1000,500,400/280,/0/gray.png');
    assert.equal(of('pct:75,0,50,100/max/0/default.jpg'), 'pct:75,0,50,100/224,/0/default.jpg');
    assert.equal(of('square/^max/90/color.jpg', v3(1)), 'square/224,224/90/color.jpg');
    assert.equal(of('full/80,/0/native.tif'), 'full/299,/0/default.jpg');
    assert.equal(of('5000,0,10,10/full/0/default.jpg'), undefined);
    assert.equal(of('10,10,500,500/full/0/default.jpg', v3(0)), undefined);
    assert.equal(of('info.json', v1(2)), 'full/299,/0/native.jpg');
  });

  it('turns the need with the picture', () => {
    const tall = { least: { width: 100, height: 300 } };
    assert.match(chosen(v2(1), tall, `${base}/full/full/90/default.jpg`)[0] ?? '', /^full\/300,/);
    assert.match(chosen(v2(1), tall)[0] ?? '', /^full\/400,/);
  });

  it('never asks beyond the limits, never enlarges, and covers the need where it can', () => {
    const side = fc.integer({ min: 1, max: 20_000 });
    const limit = fc.option(fc.integer({ min: 1, max: 30_000 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({ width: side, height: side, maxWidth: limit, maxHeight: limit, maxArea: limit }),
        fc.record({ width: fc.integer({ min: 1, max: 3000 }), height: fc.integer({ min: 1, max: 3000 }) }),
        fc.integer({ min: 10_000, max: 10_000_000 }),
        fc.constantFrom(1, 2),
        (given, least, maximumPixels, level) => {
          const said = v3(level, given);
          const [first = ''] = chosen(said, { least, maximumPixels });
          if (first === 'full/max/0/default.jpg') return;
          const [, w = '0', h = '0'] = /^full\/(\d+),(\d+)\//.exec(first) ?? [];
          const [width, height] = [Number(w), Number(h)];
          assert.ok(width >= 1 && width <= given.width && height >= 1 && height <= given.height, first);
          assert.ok(width <= said.maximum.width && height <= Math.max(1, said.maximum.height), first);
          assert.ok(width * height <= Math.max(maximumPixels, width, height), first);
          const isCovered = width >= least.width && height >= least.height - 1;
          const isLargest =
            (width + 1) * ((given.height * (width + 1)) / given.width) >
            Math.min(maximumPixels, said.maximum.area);
          const isAtLimit =
            width + 1 > said.maximum.width ||
            ((width + 1) * given.height) / given.width > said.maximum.height;
          assert.ok(isCovered || isLargest || isAtLimit, `${first} for ${JSON.stringify(least)}`);
        },
      ),
    );
  });
});

describe('parseImageInformation', () => {
  const reasonOf = (bytes: Uint8Array): string => {
    const parsed = parseImageInformation('https://museum.example/id/info.json', bytes);
    return parsed.ok ? 'ok' : parsed.reason;
  };

  for (const wrong of [
    '',
    '{',
    '[]',
    'null',
    '{"width": 10, "height": 10}',
    '{"protocol": "http://iiif.io/api/image", "width": "10", "height": 10}',
    '{"protocol": "http://iiif.io/api/image", "width": -10, "height": 10}',
    '{"protocol": "http://iiif.io/api/image", "width": 1e300, "height": 10}',
  ]) {
    it(`refuses ${wrong === '' ? 'nothing' : wrong}`, () => {
      assert.equal(reasonOf(Buffer.from(wrong)), 'bad-image-information');
    });
  }

  it('passes over what is optional and makes no sense', () => {
    const said = v2(
      2,
      { sizes: [{ width: 'x' }, 7, null, { width: 200, height: 150 }], tiles: { width: 5 } },
      { maxWidth: -1, maxArea: 'large', supports: 'everything' },
    );
    assert.deepEqual(said.sizes, [{ width: 200, height: 150 }]);
    assert.deepEqual(said.maximum, { width: Infinity, height: Infinity, area: Infinity });
    assert.equal(said.level, 2);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          reasonOf(bytes);
        },
      ),
    );
  });
});
