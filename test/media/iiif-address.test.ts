import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  imageAddress,
  informationAddress,
  isInformationAddress,
  parseIiifAddress,
} from '../../src/media/iiif-address.js';

const pixels = fc.integer({ min: 0, max: 99_999 });
const percent = fc.integer({ min: 0, max: 1000 }).map((tenths) => String(tenths / 10));
const region = fc.oneof(
  fc.constantFrom('full', 'square'),
  fc.tuple(pixels, pixels, pixels, pixels).map((parts) => parts.join(',')),
  fc.tuple(percent, percent, percent, percent).map((parts) => `pct:${parts.join(',')}`),
);
const size = fc
  .tuple(
    fc.constantFrom('', '^'),
    fc.oneof(
      fc.constantFrom('full', 'max'),
      pixels.map((width) => `${width},`),
      pixels.map((height) => `,${height}`),
      percent.map((share) => `pct:${share}`),
      fc.tuple(fc.constantFrom('', '!'), pixels, pixels).map(([mark, w, h]) => `${mark}${w},${h}`),
    ),
  )
  .map((parts) => parts.join(''));
const rotation = fc
  .tuple(fc.constantFrom('', '!'), fc.integer({ min: 0, max: 3600 }))
  .map(([m, t]) => `${m}${t / 10}`);
const quality = fc.constantFrom('default', 'native', 'color', 'gray', 'grey', 'bitonal');
const format = fc.constantFrom('jpg', 'png', 'webp', 'tif', 'jp2', 'gif');
const identifier = fc
  .string({ minLength: 1, maxLength: 20 })
  .map((text) => encodeURIComponent(text.toWellFormed()));
const prefix = fc.constantFrom('', '/iiif', '/iiif/2', '/loris/v3', '/cgi-bin/iipsrv.fcgi');
const query = fc.constantFrom('', '?key=a%2Fb', '?a=1/2/3/default.jpg');

// A path segment of dots means another folder; the grammar has no say in it.
const base = fc
  .tuple(prefix, identifier)
  .filter(([, id]) => !/^(?:\.|%2e){1,2}$/i.test(id))
  .map(([path, id]) => `https://museum.example${path}/${id}`);

describe('parseIiifAddress', () => {
  it('takes apart every address the grammar can build, and builds it again', () => {
    fc.assert(
      fc.property(base, query, region, size, rotation, quality, format, (...parts) => {
        const [of, search, ...[r, s, turn, q, f]] = parts;
        const text = `${of}/${r}/${s}/${turn}/${q}.${f}${search}`;
        const parsed = parseIiifAddress(text);
        const request = { region: r, rotation: turn, quality: q, format: f };
        assert.deepEqual(parsed, { base: of, query: search, request });
        assert.equal(imageAddress(parsed, request, s), text);
      }),
    );
  });

  it('reads segments that are percent-encoded', () => {
    fc.assert(
      fc.property(base, region, size, rotation, (of, r, s, turn) => {
        const written = [r, s, turn].map(encodeURIComponent).join('/');
        assert.deepEqual(parseIiifAddress(`${of}/${written}/default.jpg`)?.request, {
          region: r,
          rotation: turn,
          quality: 'default',
          format: 'jpg',
        });
      }),
    );
  });

  it('makes of any address one that leads to the same information', () => {
    fc.assert(
      fc.property(base, query, (of, search) => {
        const image = parseIiifAddress(`${of}/full/max/0/default.jpg${search}`);
        assert.ok(image);
        const address = informationAddress(image);
        assert.equal(address, `${of}/info.json${search}`);
        assert.ok(isInformationAddress(address));
        assert.deepEqual(parseIiifAddress(address), { base: of, query: search });
      }),
    );
  });

  it('never throws, and what it takes apart has the origin of the address', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true, withFragments: true })),
        (text) => {
          const image = parseIiifAddress(text);
          if (image !== undefined) assert.equal(new URL(image.base).origin, new URL(text).origin);
        },
      ),
    );
  });

  for (const text of [
    'https://museum.example/iiif/2/id7',
    'https://museum.example/iiif/2/id7/',
    'https://museum.example/IIIF/scan.tif',
    'https://museum.example/iiif3/ark:%2F123%2Fscan.jp2',
  ]) {
    it(`takes ${text} for a base address`, () => {
      assert.deepEqual(parseIiifAddress(text), { base: text.replace(/\/$/, ''), query: '' });
    });
  }

  for (const text of [
    '',
    'full/full/0/default.jpg',
    'file:///iiif/id/full/full/0/default.jpg',
    'ftp://museum.example/id/full/full/0/default.jpg',
    'https://museum.example/full/full/0/default.jpg',
    'https://museum.example/info.json',
    'https://museum.example/media/full/200/0/default.jpg',
    'https://museum.example/media/id/part/full/0/default.jpg',
    'https://museum.example/media/id/full/full/left/default.jpg',
    'https://museum.example/media/id/full/full/0/.jpg',
    'https://museum.example/media/photograph.jpg',
    'https://museum.example/iiif',
    'https://museum.example/iiif/photograph.jpg',
    'https://museum.example/iiif/book1/manifest.json',
    'https://museum.example/iiif/book1/manifest',
    'https://museum.example/media/id7',
  ]) {
    it(`leaves ${text === '' ? 'nothing' : text} alone`, () => {
      assert.equal(parseIiifAddress(text), undefined);
    });
  }
});
