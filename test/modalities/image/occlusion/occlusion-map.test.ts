import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../../../src/config/package-root.js';
import { logitsOf, hiddenShare, type Heads } from '../../../../src/learning/heads.js';
import { logOdds } from '../../../../src/learning/log-odds.js';
import type { Pixels } from '../../../../src/media/decode.js';
import { failure } from '../../../../src/media/photograph-outcome.js';
import type { EncodeOutcome } from '../../../../src/modalities/image/encoders/encoder.js';
import { occlusionMap, type OcclusionMap } from '../../../../src/modalities/image/occlusion/occlusion-map.js';
import { occlusionPlan, type OcclusionPlan } from '../../../../src/modalities/image/occlusion/schedule.js';

const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/modalities/image/occlusion/golden/occlusion.json'), 'utf8'),
) as {
  readonly cells: number;
  readonly span: number;
  readonly side: number;
  readonly hidden: number;
  readonly classes: number;
  readonly chosen: number;
  readonly picture: number[];
  readonly w1: number[];
  readonly b1: number[];
  readonly w2: number[];
  readonly b2: number[];
  readonly logOdds: number;
  readonly map: number[][];
}[];

/** An encoder of a function of the pixels, which keeps account of how many it has in hand. */
function encoderOf(features: (pixels: Pixels) => readonly number[], concurrency = 3) {
  const account = { asked: 0, inHand: 0, most: 0 };
  return {
    account,
    concurrency,
    async encode(pixels: Pixels, signal?: AbortSignal): Promise<EncodeOutcome> {
      account.asked += 1;
      account.inHand += 1;
      account.most = Math.max(account.most, account.inHand);
      try {
        await turn();
        signal?.throwIfAborted();
        return { ok: true, features: Float32Array.from(features(pixels)) };
      } finally {
        account.inHand -= 1;
      }
    },
  };
}

async function mapped(
  encoder: Parameters<typeof occlusionMap>[0],
  pixels: Pixels,
  logOddsOf: (features: Float32Array) => number,
  plan: OcclusionPlan,
): Promise<OcclusionMap> {
  const outcome = await occlusionMap(encoder, pixels, logOddsOf, plan);
  assert.ok(outcome.ok);
  return outcome.map;
}

function grey(side: number): Pixels {
  return { data: new Uint8Array(3 * side * side).fill(100), width: side, height: side };
}

/** Sum of the red of some pixels. */
function redOf({ data, width }: Pixels, places: readonly (readonly [number, number])[]): number {
  return places.reduce((sum, [x, y]) => sum + data[3 * (y * width + x)]!, 0);
}

const first = (features: Float32Array): number => features[0]!;

describe('occlusionMap', () => {
  it('is what numpy gives', async () => {
    for (const { side, hidden, classes, chosen, ...expected } of golden) {
      const heads: Heads = {
        width: 147,
        hidden,
        branch: 0,
        classes: [classes],
        hiddenWeights: Float32Array.from(expected.w1),
        hiddenBias: Float32Array.from(expected.b1),
        branchWeights: new Float32Array(),
        branchBias: new Float32Array(),
        outputWeights: Float32Array.from(expected.w2),
        outputBias: Float32Array.from(expected.b2),
      };
      const encoder = encoderOf(({ data }) => {
        const blocks = Array.from({ length: 147 }, () => 0);
        for (const [byte, value] of data.entries()) {
          const [pixel, channel] = [Math.floor(byte / 3), byte % 3];
          const [x, y] = [pixel % side, Math.floor(pixel / side)];
          blocks[3 * (7 * (y >> 1) + (x >> 1)) + channel]! += value / 4 / 255;
        }
        return blocks;
      });
      const pixels = { data: Uint8Array.from(expected.picture), width: side, height: side };
      const score = (features: Float32Array): number =>
        logOdds(logitsOf(heads, hiddenShare(heads, features, 0, 147)), chosen);
      const { cells, span } = expected;
      const map = await mapped(encoder, pixels, score, { cells, span });
      assert.ok(Math.abs(map.logOdds - expected.logOdds) < 1e-5, `${map.logOdds} ${expected.logOdds}`);
      for (const [row, line] of expected.map.entries()) {
        for (const [column, value] of line.entries()) {
          const ours = map.cells[row]![column]!;
          assert.ok(Math.abs(ours - value) < 1e-5, `${cells}/${span} ${row} ${column}: ${ours} ${value}`);
        }
      }
    }
  });

  it('gives a linear model’s signal to exactly the cell that holds it', async () => {
    const side = 28;
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 6 }),
        fc.nat({ max: 6 }),
        fc.integer({ min: -100, max: 100 }),
        async (row, column, weight) => {
          const pixels = grey(side);
          // One bright pixel in the middle of a cell of 4 × 4; its brightness is all that counts.
          const [x, y] = [4 * column + 1, 4 * row + 2];
          const at = 3 * (y * side + x);
          pixels.data[at] = 255;
          const encoder = encoderOf((seen) => [redOf(seen, [[x, y]])]);
          const score = (features: Float32Array): number => weight * first(features);
          const loss = weight * (255 - 100);
          const alone = await mapped(encoder, pixels, score, { cells: 7, span: 1 });
          for (const [r, line] of alone.cells.entries())
            for (const [c, value] of line.entries())
              assert.equal(value + 0, r === row && c === column ? loss + 0 : 0);
          const { cells } = await mapped(encoder, pixels, score, occlusionPlan);
          assert.equal(cells[row]![column]! + 0, loss + 0);
          const strength = cells.flat().map((value) => Math.abs(value));
          const others = strength.filter((_, index) => index !== 7 * row + column);
          assert.ok(others.every((value) => value <= Math.abs(loss) / 2));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('adds up for a model that is linear in several parts', async () => {
    const pixels = grey(28);
    const places = [
      [2, 2, 200],
      [14, 14, 40],
      [25, 6, 250],
    ] as const;
    for (const [x, y, value] of places) pixels.data[3 * (y * 28 + x)] = value;
    const weights = [1, -2, 0.5];
    const encoder = encoderOf((seen) => places.map(([x, y]) => redOf(seen, [[x, y]])));
    const score = (features: Float32Array): number =>
      features.reduce((sum, value, index) => sum + value * weights[index]!, 0);
    const { cells } = await mapped(encoder, pixels, score, { cells: 7, span: 1 });
    const expected = Array.from({ length: 7 }, () => Array.from({ length: 7 }, () => 0));
    for (const [index, [x, y, value]] of places.entries())
      expected[Math.floor(y / 4)]![Math.floor(x / 4)] = weights[index]! * (value - 100);
    assert.deepEqual(
      cells.map((line) => line.map((value) => value + 0)),
      expected,
    );
  });

  it('has as many pictures in hand as the encoder likes, and no more', async () => {
    for (const concurrency of [1, 5, 16]) {
      const encoder = encoderOf(() => [0], concurrency);
      await mapped(encoder, grey(14), first, occlusionPlan);
      assert.deepEqual(encoder.account, { asked: 65, inHand: 0, most: concurrency });
    }
  });

  it('stops at a picture that the encoder fails at, and says why', async () => {
    let asked = 0;
    const encoder = {
      concurrency: 2,
      encode: (): Promise<EncodeOutcome> => {
        asked += 1;
        return Promise.resolve(
          asked < 10 ? { ok: true, features: Float32Array.of(1) } : failure('encoder-failed', 'it fell over'),
        );
      },
    };
    const outcome = await occlusionMap(encoder, grey(14), first, occlusionPlan);
    assert.deepEqual(outcome, failure('encoder-failed', 'it fell over'));
    assert.ok(asked < 13, String(asked));
    assert.equal((await occlusionMap(encoder, grey(14), first, occlusionPlan)).ok, false);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const encoder = encoderOf(() => [0]);
    const map = occlusionMap(
      encoder,
      grey(14),
      () => {
        if (encoder.account.asked > 20) controller.abort(new Error('enough'));
        return 0;
      },
      occlusionPlan,
      controller.signal,
    );
    await assert.rejects(map, /enough/);
    assert.ok(encoder.account.asked < 30, String(encoder.account.asked));
  });
});
