import { between, chance, pick, type Random } from '../chance.js';
import { blankPaper, Pen } from './canvas.js';

/** Outline of a piece on its mount: panel, fragment, strip or chasuble; 1 inside. */
export function cutOut(random: Random, width: number, height: number): Uint8Array {
  const paper = blankPaper(width, height);
  const tall = (100 * height) / width;
  const pen = new Pen(paper, tall);
  const kind = pick(random, ['panel', 'panel', 'fragment', 'fragment', 'strip', 'chasuble'] as const);
  const corners: readonly number[] = outline(random, kind, tall);
  pen.at(50, tall / 2, between(random, -0.05, 0.05), 1, () =>
    pen.fill(frayed(random, corners, kind === 'fragment' ? 0.8 : 0.3), 1),
  );
  if (kind === 'chasuble')
    pen.at(50, tall / 2, 0, 1, () => pen.fill([-9, -tall / 2, 9, -tall / 2, 0, -tall * 0.26], 0));
  return paper.region;
}

function outline(random: Random, kind: 'panel' | 'fragment' | 'strip' | 'chasuble', tall: number): number[] {
  const half = tall / 2;
  switch (kind) {
    case 'panel': {
      const x = between(random, 34, 45);
      const y = half * between(random, 0.72, 0.92);
      return [-x, -y, x, -y, x, y, -x, y];
    }
    case 'strip': {
      const x = between(random, 15, 24);
      return [-x, -half * 0.94, x, -half * 0.94, x, half * 0.94, -x, half * 0.94];
    }
    case 'fragment': {
      const points: number[] = [];
      for (let k = 0; k < 9; k++) {
        const turn = (k / 9) * 2 * Math.PI;
        const reach = between(random, 0.72, 1.05);
        const square = 1 / Math.max(Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn)));
        points.push(
          40 * reach * square * Math.cos(turn) * 0.95,
          half * 0.82 * reach * square * Math.sin(turn) * 0.95,
        );
      }
      return points.map((value, k) =>
        k % 2 === 0
          ? Math.max(-46, Math.min(46, value))
          : Math.max(-half * 0.94, Math.min(half * 0.94, value)),
      );
    }
    case 'chasuble': {
      const right = [
        9,
        -half * 0.94,
        36,
        -half * 0.72,
        30,
        -half * 0.3,
        27,
        0,
        33,
        half * 0.5,
        36,
        half * 0.78,
        22,
        half * 0.92,
        0,
        half * 0.95,
      ];
      const left: number[] = [];
      for (let k = right.length - 2; k >= 0; k -= 2) left.push(-right[k]!, right[k + 1]!);
      return [...right, ...left];
    }
  }
}

/** The outline with threads hanging out: extra points every few units, each off by up to `by` units. */
function frayed(random: Random, corners: readonly number[], by: number): number[] {
  const points: number[] = [];
  for (let k = 0; k < corners.length; k += 2) {
    const x = corners[k]!;
    const y = corners[k + 1]!;
    const nextX = corners[(k + 2) % corners.length]!;
    const nextY = corners[(k + 3) % corners.length]!;
    const steps = Math.max(1, Math.round(Math.hypot(nextX - x, nextY - y) / 1.6));
    for (let step = 0; step < steps; step++) {
      const t = step / steps;
      points.push(
        x + (nextX - x) * t + between(random, -by, by),
        y + (nextY - y) * t + between(random, -by, by),
      );
    }
  }
  return points;
}

/** A black and white scale bar along the lower or the right edge. */
export function layRuler(
  random: Random,
  { rgb, width, height }: { rgb: Uint8ClampedArray; width: number; height: number },
): void {
  const upright = chance(random, 0.5);
  const long = Math.round((upright ? height : width) * 0.7);
  const start = Math.round((upright ? height : width) * 0.15);
  const edge = (upright ? width : height) - 11;
  for (let along = 0; along < long; along++) {
    for (let across = 0; across < 8; across++) {
      const x = upright ? edge + across : start + along;
      const y = upright ? start + along : edge + across;
      const block = Math.floor((along * 10) / long) % 2 === (across < 4 ? 0 : 1);
      const frame = along === 0 || along === long - 1 || across === 0 || across === 7;
      const value = frame || block ? 30 : 226;
      rgb.fill(value, 3 * (y * width + x), 3 * (y * width + x) + 3);
    }
  }
}
