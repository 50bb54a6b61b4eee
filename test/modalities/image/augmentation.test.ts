import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../../src/learning/random.js';
import type { Pixels } from '../../../src/media/decode.js';
import {
  augment,
  drawAugmentation,
  viewsOf,
  type Augmentation,
} from '../../../src/modalities/image/augmentation.js';

const unchanged: Augmentation = {
  quarterTurns: 0,
  mirrored: false,
  upended: false,
  crop: { side: 1, x: 0, y: 0 },
  angle: 0,
  hue: 0,
  saturation: 1,
  noise: 0,
};

/** A grey picture given as rows of digits, in steps of 10. */
function picture(...rows: string[]): Pixels {
  const data = Uint8Array.from(rows.join(''), Number).map((digit) => digit * 10);
  return {
    data: Uint8Array.from([...data].flatMap((grey) => [grey, grey, grey])),
    width: rows.length,
    height: rows.length,
  };
}

function rowsOf({ data, width }: Pixels): string[] {
  const greys = [...data].filter((_, byte) => byte % 3 === 0).map((grey) => grey / 10);
  return Array.from({ length: width }, (_, row) => greys.slice(row * width, (row + 1) * width).join(''));
}

function noisy(side: number, seed: number): Pixels {
  const random = seededRandom(seed);
  return {
    data: Uint8Array.from({ length: side * side * 3 }, () => random() * 256),
    width: side,
    height: side,
  };
}

function plain(side: number, colour: readonly number[]): Pixels {
  return {
    data: Uint8Array.from({ length: side * side * 3 }, (_, byte) => colour[byte % 3] ?? 0),
    width: side,
    height: side,
  };
}

const still = () => 0.5;
const varied = (change: Partial<Augmentation>): Augmentation => ({ ...unchanged, ...change });

describe('augment', () => {
  it('changes nothing when nothing is drawn', () => {
    for (const side of [8, 9]) {
      const pixels = noisy(side, side);
      assert.deepEqual(augment(pixels, unchanged, still), pixels);
    }
  });

  it('turns by 90° clockwise, and flips', () => {
    const pixels = picture('123', '456', '789');
    const shown = (change: Partial<Augmentation>) => rowsOf(augment(pixels, varied(change), still));
    assert.deepEqual(shown({ quarterTurns: 1 }), ['741', '852', '963']);
    assert.deepEqual(shown({ quarterTurns: 2 }), ['987', '654', '321']);
    assert.deepEqual(shown({ quarterTurns: 3 }), ['369', '258', '147']);
    assert.deepEqual(shown({ mirrored: true }), ['321', '654', '987']);
    assert.deepEqual(shown({ upended: true }), ['789', '456', '123']);
    assert.deepEqual(shown({ mirrored: true, quarterTurns: 1 }), ['963', '852', '741']);
  });

  it('crops to a window anywhere in the picture', () => {
    const pixels = picture('00022', '00022', '00022', '44466', '44466');
    const corner = (x: number, y: number) =>
      rowsOf(augment(pixels, varied({ crop: { side: 0.25, x, y } }), still));
    assert.deepEqual(new Set(corner(0, 0)), new Set(['00000']));
    assert.deepEqual(new Set(corner(1, 0)), new Set(['22222']));
    assert.deepEqual(new Set(corner(0, 1)), new Set(['44444']));
    assert.deepEqual(new Set(corner(1, 1)), new Set(['66666']));
  });

  it('rotates clockwise about the middle', () => {
    // Bright lines up and to the right of the middle of a dark picture.
    const side = 41;
    const pixels = plain(side, [0, 0, 0]);
    const light = (row: number, column: number) =>
      pixels.data.fill(250, (row * side + column) * 3, (row * side + column + 1) * 3);
    for (let out = 1; out <= 20; out++) {
      for (const beside of [-1, 0, 1]) {
        light(20 - out, 20 + beside);
        light(20 + beside, 20 + out);
      }
    }
    const turned = augment(pixels, varied({ angle: 5 }), still);
    const grey = (row: number, column: number) => turned.data[(row * side + column) * 3] ?? 0;
    const near = [-4, -3, -2, -1, 0, 1, 2, 3, 4];
    const middleOf = (greyAt: (offset: number) => number) =>
      near.reduce((sum, offset) => sum + offset * greyAt(offset), 0) /
      near.reduce((sum, offset) => sum + greyAt(offset), 0);
    // 15 pixels out they have moved by 15·tan 5° = 1.3 pixels, to the right and down.
    const right = middleOf((offset) => grey(5, 20 + offset));
    const down = middleOf((offset) => grey(20 + offset, 35));
    assert.ok(Math.abs(right - 1.31) < 0.1 && Math.abs(down - 1.31) < 0.1, `${right} and ${down}`);
  });

  it('shifts the hue and fades the colour, the brightest channel kept', () => {
    const tinted = (colour: readonly number[], change: Partial<Augmentation>) => [
      ...augment(plain(1, colour), varied(change), still).data,
    ];
    assert.deepEqual(tinted([200, 0, 0], { hue: 1 / 3 }), [0, 200, 0]);
    assert.deepEqual(tinted([200, 0, 0], { hue: -1 / 3 }), [0, 0, 200]);
    assert.deepEqual(tinted([200, 0, 0], { hue: 0.05 }), [200, 60, 0]);
    assert.deepEqual(tinted([200, 100, 0], { saturation: 0.9 }), [200, 110, 20]);
    assert.deepEqual(tinted([90, 90, 90], { hue: 0.05, saturation: 0.9 }), [90, 90, 90]);
  });

  it('adds noise of the given deviation', () => {
    const side = 60;
    const { data } = augment(plain(side, [128, 128, 128]), varied({ noise: 0.1 }), seededRandom(1));
    const differences = [...data].map((value) => value - 128);
    const mean = differences.reduce((sum, value) => sum + value, 0) / data.length;
    const deviation = Math.sqrt(
      differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length,
    );
    assert.ok(Math.abs(mean) < 1 && Math.abs(deviation - 25.5) < 0.7, `${mean} ${deviation}`);
  });

  it('invents no colour: without noise and tint every value lies between the darkest and the brightest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 2, max: 20 }), (seed, side) => {
        const random = seededRandom(seed);
        const grey = plain(side, [0, 0, 0]);
        for (let byte = 0; byte < grey.data.length; byte++) grey.data[byte] = 50 + random() * 100;
        const drawn = { ...drawAugmentation(random), hue: 0, saturation: 1, noise: 0 };
        const { data } = augment(grey, drawn, random);
        assert.equal(data.length, grey.data.length);
        assert.ok(data.every((value) => value >= 50 && value <= 150));
      }),
    );
  });
});

describe('drawAugmentation', () => {
  it('stays within the published ranges, and uses them', () => {
    const random = seededRandom(5);
    const drawn = Array.from({ length: 4000 }, () => drawAugmentation(random));
    const spread = (of: (each: Augmentation) => number, low: number, high: number) => {
      const values = drawn.map(of);
      const [least, most] = [Math.min(...values), Math.max(...values)];
      const slack = (high - low) / 100;
      assert.ok(
        least >= low && least < low + slack && most <= high && most > high - slack,
        `${least} ${most}`,
      );
    };
    spread((each) => each.crop.side, 0.7, 1);
    spread((each) => each.crop.x, 0, 1);
    spread((each) => each.crop.y, 0, 1);
    spread((each) => each.angle, -5, 5);
    spread((each) => each.hue, -0.05, 0.05);
    spread((each) => each.saturation, 0.9, 1);
    for (const turns of [0, 1, 2, 3]) {
      const share = drawn.filter(({ quarterTurns }) => quarterTurns === turns).length / drawn.length;
      assert.ok(Math.abs(share - 0.25) < 0.03, `${turns}: ${share}`);
    }
    for (const flip of ['mirrored', 'upended'] as const) {
      const share = drawn.filter((each) => each[flip]).length / drawn.length;
      assert.ok(Math.abs(share - 0.5) < 0.03, `${flip}: ${share}`);
    }
    assert.deepEqual(new Set(drawn.map(({ noise }) => noise)), new Set([0.1]));
  });
});

describe('viewsOf', () => {
  const pixels = noisy(16, 1);
  const bytes = Uint8Array.of(1, 2, 3);

  it('depends on the file and the seed, and begins alike whatever the number', () => {
    const views = (seed: number, count = 3, file = bytes) => [...viewsOf(pixels, file, { count, seed })];
    assert.deepEqual(views(1), views(1));
    assert.deepEqual(views(1).slice(0, 2), views(1, 2));
    assert.notDeepEqual(views(1), views(2));
    assert.notDeepEqual(views(1), views(1, 3, Uint8Array.of(1, 2, 4)));
    assert.equal(new Set(views(1, 3).map(({ data }) => data.join())).size, 3);
  });
});
