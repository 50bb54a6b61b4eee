import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseIiifAddress } from '../../src/media/iiif-address.js';
import { tilesInstead } from '../../src/media/iiif-choice.js';
import { parseImageInformation } from '../../src/media/image-information.js';
import { tilesOf, type TilePlan } from '../../src/media/tile-plan.js';

const base = 'https://museum.example/iiif/id';

function planOf(
  version: 2 | 3,
  more: Readonly<Record<string, unknown>>,
  least?: number,
  maximumPixels = 1e8,
  address = `${base}/full/full/0/default.jpg`,
): TilePlan | undefined {
  const given = {
    '@context': `http://iiif.io/api/image/${version}/context.json`,
    protocol: 'http://iiif.io/api/image',
    profile: version === 3 ? 'level0' : ['http://iiif.io/api/image/2/level0.json'],
    width: 4000,
    height: 3000,
    ...more,
  };
  const information = parseImageInformation(`${base}/info.json`, Buffer.from(JSON.stringify(given)));
  assert.ok(information.ok, JSON.stringify(information));
  const image = parseIiifAddress(address);
  assert.ok(image);
  const need = least === undefined ? undefined : { width: least, height: least };
  return tilesInstead(image, information, { least: need, maximumPixels });
}

const tiles = [{ width: 512, scaleFactors: [1, 2, 4, 8, 16] }];

describe('tilesOf', () => {
  it('covers the image and the picture exactly, no tile over another', () => {
    const side = fc.integer({ min: 1, max: 70 });
    const size = fc.record({ width: side, height: side });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 40 }), (image, grid, factor) => {
        const width = Math.ceil(image.width / factor);
        const picture = new Uint8Array(width * Math.ceil(image.height / factor));
        const covered = new Uint8Array(image.width * image.height);
        const paint = (on: Uint8Array, across: number, [x, y, w, h]: readonly number[]): void => {
          for (let row = y!; row < y! + h!; row++)
            for (let column = x!; column < x! + w!; column++) {
              assert.ok(column < across && row * across + column < on.length);
              on[row * across + column]!++;
            }
        };
        for (const tile of tilesOf(image, { ...grid, scaleFactors: [factor] }, factor)) {
          assert.ok(tile.width <= grid.width && tile.height <= grid.height);
          paint(picture, width, [tile.left, tile.top, tile.width, tile.height]);
          paint(covered, image.width, tile.region.split(',').map(Number));
        }
        assert.ok(picture.every((count) => count === 1));
        assert.ok(covered.every((count) => count === 1));
      }),
    );
  });
});

describe('tilesInstead', () => {
  const sizeOf = (plan: TilePlan | undefined): string =>
    plan === undefined ? 'none' : `${plan.width}x${plan.height} of ${plan.tiles.length}`;

  it('takes the scale that covers what is needed with the fewest pixels, else the largest there is', () => {
    assert.equal(sizeOf(planOf(2, { tiles }, 224)), '500x375 of 1');
    assert.equal(sizeOf(planOf(3, { tiles }, 400)), '1000x750 of 4');
    assert.equal(sizeOf(planOf(3, { tiles }, 3000)), '4000x3000 of 48');
    assert.equal(sizeOf(planOf(3, { tiles }, 9000)), '4000x3000 of 48');
    assert.equal(sizeOf(planOf(3, { tiles })), '4000x3000 of 48');
    assert.equal(
      sizeOf(planOf(3, { tiles: [{ width: 512, height: 256, scaleFactors: [4] }] }, 9000)),
      '1000x750 of 6',
    );
  });

  it('writes tiles in the canonical form of the version first', () => {
    const second = (version: 2 | 3): readonly string[] | undefined =>
      planOf(version, { tiles }, 400)?.tiles[1]?.addresses.map((address) => address.slice(base.length + 1));
    assert.deepEqual(second(2), [
      '2048,0,1952,2048/488,/0/default.jpg',
      '2048,0,1952,2048/488,512/0/default.jpg',
    ]);
    assert.deepEqual(second(3), [
      '2048,0,1952,2048/488,512/0/default.jpg',
      '2048,0,1952,2048/488,/0/default.jpg',
    ]);
  });

  it('asks for no more than is decoded, nor for more than a hundred tiles', () => {
    assert.equal(sizeOf(planOf(3, { tiles }, 9000, 1_000_000)), '1000x750 of 4');
    assert.equal(sizeOf(planOf(3, { tiles }, 9000, 1000)), 'none');
    assert.equal(
      sizeOf(planOf(3, { tiles: [{ width: 100, scaleFactors: [1, 4] }] }, 9000)),
      '1000x750 of 80',
    );
    const large = { width: 60_000, height: 60_000, tiles: [{ width: 10_000, scaleFactors: [1] }] };
    assert.equal(sizeOf(planOf(3, large, 224, 1e10)), 'none');
  });

  it('leaves alone what has no tiles, is a detail or turned, and servers that make sizes', () => {
    assert.equal(planOf(3, {}, 224), undefined);
    assert.equal(planOf(3, { tiles: [{ width: 512 }] }, 224), undefined);
    assert.equal(planOf(3, { tiles, profile: 'level1' }, 224), undefined);
    assert.equal(planOf(3, { tiles }, 224, 1e8, `${base}/0,0,9,9/max/0/default.jpg`), undefined);
    assert.equal(planOf(3, { tiles }, 224, 1e8, `${base}/full/max/90/default.jpg`), undefined);
  });
});
