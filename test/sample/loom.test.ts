import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordStream } from '../../src/sample/chance.js';
import { type Design, drawDesign } from '../../src/sample/design.js';
import { blankPaper, coverage, Pen } from '../../src/sample/loom/canvas.js';
import { drafts, reverse } from '../../src/sample/loom/drafts.js';
import { motifs } from '../../src/sample/loom/motifs.js';
import type { Exposure } from '../../src/sample/loom/photograph.js';
import { weavePhotographs } from '../../src/sample/loom/weave-photograph.js';
import { blurWrapped, makeNoise, speck } from '../../src/sample/loom/yarn.js';
import { museums } from '../../src/sample/museums.js';
import { drawTruth, type Technique, type Truth } from '../../src/sample/truth.js';

test('a satin binds every thread once per repeat and never beside its neighbour', () => {
  for (const satin of [drafts.satin, drafts['five-end satin']]) {
    const bound: number[] = [];
    for (let weft = 0; weft < satin.wefts; weft++) {
      const down = Array.from({ length: satin.warps }, (_, warp) => warp).filter(
        (warp) => satin.warpUp[weft * satin.warps + warp] === 0,
      );
      assert.equal(down.length, 1);
      bound.push(down[0]!);
    }
    assert.equal(new Set(bound).size, satin.warps);
    bound.forEach((warp, weft) => {
      const step = Math.abs(warp - bound[(weft + 1) % bound.length]!);
      assert.ok(step > 1 && step < satin.warps - 1);
    });
  }
});

test('every weave closes at the edge of a repeat of 40 threads, and twice reversed is itself', () => {
  for (const draft of Object.values(drafts)) {
    assert.equal(40 % draft.warps, 0);
    assert.equal(40 % draft.wefts, 0);
    assert.deepEqual(reverse(reverse(draft)), draft);
  }
});

test('a shape that leaves the point paper on one side comes back on the other', () => {
  const inside = blankPaper(50, 60);
  new Pen(inside, 120).fill([40, 50, 60, 50, 60, 70, 40, 70], 1);
  const across = blankPaper(50, 60);
  new Pen(across, 120).fill([-10, -10, 10, -10, 10, 10, -10, 10], 1);
  assert.equal(coverage(across), coverage(inside));
  assert.equal(across.region[0], 1);
  assert.equal(across.region[across.region.length - 1], 1);
  assert.equal(across.region[30 * 50 + 25], 0);
});

test('every pattern leaves both ground and figure', () => {
  for (const [name, motif] of Object.entries(motifs)) {
    for (let seed = 0; seed < 5; seed++) {
      const paper = blankPaper(120, Math.round(1.2 * motif.tall));
      motif.draw(new Pen(paper, motif.tall), recordStream(seed, 0, 0));
      const filled = coverage(paper);
      assert.ok(filled > 0.08 && filled < 0.95, `${name}: ${filled}`);
    }
  }
});

test('a wrapped blur keeps the mean and flattens', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 20 }),
      fc.integer({ min: 3, max: 20 }),
      fc.integer({ min: 1, max: 2 }),
      (width, height, radius) => {
        const field = Float32Array.from({ length: width * height }, (_, k) => speck(k, width));
        const soft = blurWrapped(field, width, height, radius);
        const mean = (values: Float32Array): number =>
          values.reduce((sum, value) => sum + value, 0) / values.length;
        const spread = (values: Float32Array): number =>
          values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0);
        assert.ok(Math.abs(mean(field) - mean(soft)) < 1e-5);
        assert.ok(spread(soft) <= spread(field) + 1e-6);
        // The straight way: the mean of the square round the first point.
        let sum = 0;
        for (let dy = -radius; dy <= radius; dy++) {
          for (let dx = -radius; dx <= radius; dx++)
            sum += field[((dy + height) % height) * width + ((dx + width) % width)]!;
        }
        assert.ok(Math.abs(soft[0]! - sum / (2 * radius + 1) ** 2) < 1e-5);
      },
    ),
    { numRuns: 50 },
  );
});

const noise = makeNoise();

function photographsOf(
  technique: Technique,
  count: number,
): { exposure: Exposure; truth: Truth; design: Design }[] {
  const found = [];
  for (let index = 0; found.length < count; index++) {
    const random = recordStream(11, index, 2);
    const museum = museums[index % museums.length]!;
    const truth = drawTruth(random, museum.places);
    if (truth.technique !== technique) continue;
    const design = drawDesign(random, truth);
    const [exposure] = weavePhotographs(random, design, truth, { ...museum.photographs, whole: 0 }, noise, 1);
    found.push({ exposure: exposure!, truth, design });
  }
  return found;
}

/** Mean brightness, 0–255; relative to it, the contrast between points two pixels apart and the spread over the whole. */
function look({ rgb, width }: Exposure): { brightness: number; contrast: number; depth: number } {
  let brightness = 0;
  let contrast = 0;
  const points = rgb.length / 3;
  const at = (k: number): number => rgb[3 * k]! + rgb[3 * k + 1]! + rgb[3 * k + 2]!;
  for (let k = 0; k < points; k++) brightness += at(k) / 3;
  for (let k = 2 * width; k < points; k++) contrast += Math.abs(at(k) - at(k - 2 * width)) / 3;
  const mean = brightness / points;
  let spread = 0;
  for (let k = 0; k < points; k++) spread += (at(k) / 3 - mean) ** 2;
  return { brightness: mean, contrast: contrast / brightness, depth: Math.sqrt(spread / points) / mean };
}

test('photographs are coloured, neither black nor burnt out, and about 320 pixels across', () => {
  for (const technique of ['damask', 'velvet', 'embroidery', 'other_technique'] as const) {
    for (const { exposure, design } of photographsOf(technique, 12)) {
      assert.ok(
        exposure.width >= 290 && exposure.width <= 330 && exposure.height >= 290 && exposure.height <= 330,
      );
      assert.equal(exposure.rgb.length, 3 * exposure.width * exposure.height);
      const { brightness, contrast } = look(exposure);
      assert.ok(
        brightness > 6 && brightness < 245,
        `${technique}, ${JSON.stringify(design.palette.names)}: ${brightness}`,
      );
      assert.ok(contrast > 0.01, `${technique}: ${contrast}`);
    }
  }
});

test('velvet can be told from damask by its contrast of light and dark better than by chance, but not always', () => {
  const velvet = photographsOf('velvet', 60).map(({ exposure }) => look(exposure).depth);
  const damask = photographsOf('damask', 60).map(({ exposure }) => look(exposure).depth);
  let deeper = 0;
  for (const one of velvet) for (const other of damask) if (one > other) deeper++;
  const share = deeper / (velvet.length * damask.length);
  assert.ok(share > 0.65, `velvet is deeper than damask in ${share} of the pairs`);
  assert.ok(share < 0.97, `velvet is deeper than damask in ${share} of the pairs: too easy`);
});
