import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../../src/learning/random.js';
import type { Pixels } from '../../../src/media/decode.js';
import {
  describePhotograph,
  descriptorFamilies,
  descriptorLength,
  descriptorSide,
} from '../../../src/modalities/image/descriptor.js';
import { edgeDirections } from '../../../src/modalities/image/edges.js';
import { lightness, withoutLocalMean } from '../../../src/modalities/image/planes.js';
import { autocorrelation, weaveShifts } from '../../../src/modalities/image/repeats.js';
import { fitStandardiser, standardise } from '../../../src/modalities/standardiser.js';

type Paint = (x: number, y: number) => readonly [number, number, number];

function picture(paint: Paint, width = descriptorSide, height = descriptorSide): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(paint(x, y), (y * width + x) * 3);
  return { data, width, height };
}

function grey(value: (x: number, y: number) => number): Paint {
  return (x, y) => {
    const level = value(x, y);
    return [level, level, level];
  };
}

function family(pixels: Pixels, name: string): readonly number[] {
  const { start = 0, end = 0 } = descriptorFamilies.find((candidate) => candidate.name === name) ?? {};
  return [...describePhotograph(pixels).subarray(start, end)];
}

const largestAt = (values: readonly number[]): number => values.indexOf(Math.max(...values));
const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);
const near = (a: number, b: number, tolerance: number): void => {
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);
};

describe('describePhotograph', () => {
  it('lays its families end to end', () => {
    assert.equal(descriptorFamilies[0]?.start, 0);
    for (const [index, { start }] of descriptorFamilies.entries()) {
      if (index > 0) assert.equal(start, descriptorFamilies[index - 1]?.end);
    }
    assert.equal(descriptorLength, 483);
    assert.equal(describePhotograph(picture(grey(() => 9))).length, 483);
  });

  it('gives finite numbers, and the same ones again, for any picture', () => {
    const bytes = fc.uint8Array({ minLength: 3, maxLength: 300 });
    fc.assert(
      fc.property(
        bytes,
        fc.integer({ min: 8, max: 40 }),
        fc.integer({ min: 8, max: 40 }),
        (noise, width, height) => {
          const data = Uint8Array.from(
            { length: width * height * 3 },
            (_, index) => noise[(index * 31) % noise.length] ?? 0,
          );
          const first = describePhotograph({ data, width, height });
          assert.ok(first.every(Number.isFinite));
          assert.ok(first.every((value) => Math.abs(value) < 50));
          assert.deepEqual(describePhotograph({ data, width, height }), first);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('puts pure colours on the outer ring in the order of hue, and grey in the middle', () => {
    const at = (...colour: [number, number, number]) =>
      largestAt(
        family(
          picture(() => colour),
          'colours',
        ),
      );
    const outer = 1 + 3 * 16;
    assert.equal(at(128, 128, 128), 0);
    assert.equal(at(255, 0, 0), outer);
    assert.deepEqual(
      [outer + 5, outer + 6],
      [at(0, 255, 0), at(0, 255, 30)].map((bin) => bin),
    );
    assert.ok([outer + 10, outer + 11].includes(at(0, 0, 255)));
    near(
      squares(
        family(
          picture((x, y) => [x, y, 90]),
          'colours',
        ),
      ),
      1,
      1e-5,
    );
  });

  it('moves little when a colour moves little, across the bins', () => {
    const distance = (a: Paint, b: Paint) => {
      const [first, second] = [family(picture(a), 'colours'), family(picture(b), 'colours')];
      return Math.sqrt(squares(first.map((value, index) => value - (second[index] ?? 0))));
    };
    for (let hue = 0; hue < 250; hue += 10) {
      const near = distance(
        () => [200, hue, 20],
        () => [200, hue + 2, 20],
      );
      const far = distance(
        () => [200, hue, 20],
        () => [20, hue, 200],
      );
      assert.ok(near < 0.5 && near < far, `${hue}: ${near}, ${far}`);
    }
  });

  it('tells dark from light', () => {
    assert.equal(largestAt(family(picture(grey(() => 0)), 'light and dark')), 0);
    assert.equal(largestAt(family(picture(grey(() => 255)), 'light and dark')), 15);
    near(
      squares(
        family(
          picture((x, y) => [x, y, 0]),
          'light and dark',
        ),
      ),
      1,
      1e-5,
    );
  });

  it('knows which colour lies where', () => {
    const half = family(
      picture((x) => (x < descriptorSide / 2 ? [255, 0, 0] : [0, 0, 255])),
      'arrangement of colours',
    );
    const redGreen = [0, 1, 2, 3].map((cell) => half[cell * 4 + 1] ?? NaN);
    assert.deepEqual(redGreen, [1, 1, 0, 0]);
    const yellowBlue = [0, 1, 2, 3].map((cell) => half[cell * 4 + 2] ?? NaN);
    assert.deepEqual(yellowBlue, [0.5, 0.5, -1, -1]);
  });

  it('finds the direction of stripes', () => {
    const direction = (value: (x: number, y: number) => number) => {
      const shares = family(
        picture(grey((x, y) => 127 + 100 * Math.sin(value(x, y) / 4))),
        'directions of lines',
      ).slice(0, 8);
      return largestAt(shares);
    };
    assert.equal(
      direction((x) => x),
      0,
    );
    assert.equal(
      direction((x, y) => x + y),
      2,
    );
    assert.equal(
      direction((_x, y) => y),
      4,
    );
    assert.equal(
      direction((x, y) => x - y),
      6,
    );
  });

  it('measures any orientation as the arc tangent does', () => {
    for (let degrees = 0; degrees < 180; degrees += 3) {
      const angle = (degrees * Math.PI) / 180;
      const ramp = new Float32Array(25).map(
        (_, index) => (index % 5) * Math.cos(angle) + Math.floor(index / 5) * Math.sin(angle),
      );
      const shares = edgeDirections({ values: ramp, width: 5, height: 5 }).subarray(0, 8);
      const position = (degrees / 180) * 8;
      const bin = Math.floor(position + 1e-9) % 8;
      near(shares[bin] ?? NaN, 1 - (position - Math.floor(position + 1e-9)), 2e-3);
    }
  });

  it('sees a weave repeat at its period', () => {
    for (const period of [4, 6, 8]) {
      const plane = lightness(picture(grey((x, y) => ((x + 2 * y) % period < period / 2 ? 200 : 60))));
      const correlations = autocorrelation(withoutLocalMean(plane, 8), weaveShifts);
      const alongWeft = [...correlations.subarray(0, 12)];
      assert.ok((alongWeft[period - 1] ?? 0) > 0.9, `period ${period}: ${alongWeft.join(' ')}`);
      assert.ok((alongWeft[period / 2 - 1] ?? 1) < -0.8);
    }
  });

  it('finds no repeat in noise and none in nothing', () => {
    const random = seededRandom(1);
    const noise = family(picture(grey(() => Math.floor(random() * 256))), 'weave repeat');
    assert.ok(
      noise.every((value) => Math.abs(value) < 0.1),
      noise.join(' '),
    );
    assert.ok(family(picture(grey(() => 77)), 'weave repeat').every((value) => value === 0));
  });

  it('tells a twill from its mirror image by texture', () => {
    const twill = picture(grey((x, y) => ((x + y) % 6 < 3 ? 190 : 80)));
    const mirrored = picture(grey((x, y) => ((descriptorSide - 1 - x + y) % 6 < 3 ? 190 : 80)));
    const [first, second] = [family(twill, 'surface texture'), family(mirrored, 'surface texture')];
    assert.ok(squares(first.map((value, index) => value - (second[index] ?? 0))) > 0.2);
    near(squares(first), 2, 1e-4);
  });
});

describe('the standardiser', () => {
  it('gives the training rows mean 0 and deviation 1, keeps constants at 0 and cuts freaks off', () => {
    const random = seededRandom(2);
    const rows = Array.from({ length: 400 }, () => Float32Array.of(random() * 9 + 100, 5, random() - 1));
    const standardiser = fitStandardiser(rows);
    const scaled = rows.map((row) => standardise(standardiser, row));
    for (const feature of [0, 2]) {
      const mean = scaled.reduce((sum, row) => sum + (row[feature] ?? NaN), 0) / rows.length;
      const variance =
        scaled.reduce((sum, row) => sum + ((row[feature] ?? NaN) - mean) ** 2, 0) / rows.length;
      near(mean, 0, 1e-4);
      near(variance, 1, 1e-3);
    }
    assert.ok(scaled.every((row) => row[1] === 0));
    assert.deepEqual([...standardise(standardiser, Float32Array.of(1e6, 5, -1e6))], [5, 0, -5]);
  });
});
