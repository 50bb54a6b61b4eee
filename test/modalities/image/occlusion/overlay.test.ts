import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { seededRandom } from '../../../../src/learning/random.js';
import type { Pixels } from '../../../../src/media/decode.js';
import { drawOverlay, overlaySide, tinted } from '../../../../src/modalities/image/occlusion/overlay.js';

function picture(side: number, value: (place: number) => number): Pixels {
  const data = Uint8Array.from({ length: 3 * side * side }, (_, byte) => value(byte));
  return { data, width: side, height: side };
}

const cells = [
  [1, 0, 0],
  [0, 0, 0],
  [0, 0, -0.5],
];

describe('the drawing of a map', () => {
  it('is grey where nothing speaks, orange where for and blue where against, the strongest most', () => {
    const drawn = tinted(
      picture(9, (byte) => [200, 50, 100][byte % 3]!),
      { cells, logOdds: 2 },
    );
    const at = (x: number, y: number): number[] => [...drawn.subarray(3 * (9 * y + x), 3 * (9 * y + x) + 3)];
    const grey = Math.round(0.299 * 200 + 0.587 * 50 + 0.114 * 100);
    assert.deepEqual(at(4, 4), [grey, grey, grey]);
    // The middle of the first cell at three quarters, that of the last at half of these.
    const mixed = (colour: readonly number[], opacity: number): number[] =>
      colour.map((value) =>
        Math.round((0.299 * 200 + 0.587 * 50 + 0.114 * 100) * (1 - opacity) + value * opacity),
      );
    assert.deepEqual(at(1, 1), mixed([255, 150, 0], 0.75));
    assert.deepEqual(at(7, 7), mixed([0, 110, 255], 0.375));
    // Beyond the middles of the outermost cells it goes on as there; between cells it fades.
    assert.deepEqual(at(0, 0), at(1, 1));
    assert.deepEqual(at(2, 1), mixed([255, 150, 0], 0.5));
  });

  it('shows a map of nothing as the grey photograph', () => {
    const nothing = cells.map((row) => row.map(() => 0));
    const drawn = tinted(
      picture(4, (byte) => byte % 256),
      { cells: nothing, logOdds: 0 },
    );
    for (let byte = 0; byte < drawn.length; byte += 3)
      assert.ok(drawn[byte] === drawn[byte + 1] && drawn[byte] === drawn[byte + 2]);
  });

  it('is at most 30 kB as WebP, even of noise, and exact as PNG', async () => {
    const random = seededRandom(1);
    const noise = picture(overlaySide, () => Math.floor(random() * 256));
    const map = { cells, logOdds: 1 };
    const webp = await drawOverlay(noise, map, 'webp');
    assert.ok(webp.length <= 30_000, String(webp.length));
    const { width, height, format } = await sharp(webp).metadata();
    assert.deepEqual({ width, height, format }, { width: overlaySide, height: overlaySide, format: 'webp' });
    const { data } = await sharp(await drawOverlay(noise, map, 'png'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual(Uint8Array.from(data), tinted(noise, map));
  });
});
