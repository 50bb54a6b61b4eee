import type { Pen } from './canvas.js';

/** A point list x0, y0, x1, y1, … */
type Points = number[];

/** A pointed or rounded petal growing up from the origin. `belly` < 1 puts the widest place near the root. */
export function petal(pen: Pen, length: number, width: number, region: number, belly = 1): void {
  const points: Points = [];
  const steps = 9;
  for (let side = -1; side <= 1; side += 2) {
    for (let k = 0; k <= steps; k++) {
      const t = side < 0 ? k / steps : 1 - k / steps;
      points.push(side * 0.5 * width * Math.sin(Math.PI * t ** belly) ** 0.85, -length * t);
    }
  }
  pen.fill(points, region);
}

/** An ellipse round the origin. */
export function ellipse(pen: Pen, radiusX: number, radiusY: number, region: number): void {
  const points: Points = [];
  for (let k = 0; k < 18; k++) {
    const turn = (k / 18) * 2 * Math.PI;
    points.push(radiusX * Math.cos(turn), radiusY * Math.sin(turn));
  }
  pen.fill(points, region);
}

/** A line through `points`, smoothed (Catmull–Rom), of a width that may taper from `width` to `endWidth`. */
export function stem(
  pen: Pen,
  points: readonly number[],
  width: number,
  region: number,
  endWidth = width,
): void {
  const path = smooth(points);
  const count = path.length >> 1;
  const left: Points = [];
  const right: Points = [];
  for (let k = 0; k < count; k++) {
    const before = Math.max(0, k - 1) * 2;
    const after = Math.min(count - 1, k + 1) * 2;
    const dx = path[after]! - path[before]!;
    const dy = path[after + 1]! - path[before + 1]!;
    const half = (0.5 * (width + ((endWidth - width) * k) / (count - 1))) / (Math.hypot(dx, dy) || 1);
    const x = path[2 * k]!;
    const y = path[2 * k + 1]!;
    left.push(x - dy * half, y + dx * half);
    right.unshift(x + dy * half, y - dx * half);
  }
  const lastX = path[path.length - 2]! - path[0]!;
  const lastY = path[path.length - 1]! - path[1]!;
  pen.fill([...left, ...right], region, lastX === 0 && lastY === 0 ? [0, -1] : [lastX, lastY]);
}

/** A stem that sways from side to side once per repeat; at `phase` 0 it starts at its right-hand side. */
export function wave(pen: Pen, sway: number, phase: number, width: number, region: number): void {
  const points: Points = [];
  for (let k = 0; k <= 16; k++)
    points.push(sway * Math.cos((k / 16 - phase) * 2 * Math.PI), (k / 16) * pen.tall);
  stem(pen, points, width, region);
}

function smooth(points: readonly number[]): Points {
  const count = points.length >> 1;
  const path: Points = [];
  const x = (k: number): number => points[2 * Math.min(count - 1, Math.max(0, k))]!;
  const y = (k: number): number => points[2 * Math.min(count - 1, Math.max(0, k)) + 1]!;
  for (let k = 0; k + 1 < count; k++) {
    for (let step = 0; step < 5; step++) {
      const t = step / 5;
      path.push(spline(x(k - 1), x(k), x(k + 1), x(k + 2), t), spline(y(k - 1), y(k), y(k + 1), y(k + 2), t));
    }
  }
  path.push(x(count - 1), y(count - 1));
  return path;
}

function spline(p0: number, p1: number, p2: number, p3: number, t: number): number {
  return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
}

/** A flower seen from the front: `petals` petals round a heart. */
export function rosette(
  pen: Pen,
  petals: number,
  radius: number,
  regions: { petal: number; heart: number; inner?: number },
  plump = 1,
): void {
  const width = ((2 * Math.PI * radius) / petals) * 0.82 * plump;
  for (let k = 0; k < petals; k++) {
    pen.at(0, 0, (k / petals) * 2 * Math.PI, 1, () => {
      petal(pen, radius, width, regions.petal, 1.5);
      if (regions.inner !== undefined) petal(pen, radius * 0.62, width * 0.5, regions.inner, 1.3);
    });
  }
  ellipse(pen, radius * 0.24, radius * 0.24, regions.heart);
}

/** A leaf with a vein, growing up from the origin. */
export function leaf(pen: Pen, length: number, width: number, region: number, vein?: number): void {
  petal(pen, length, width, region, 0.8);
  if (vein !== undefined)
    stem(pen, [0, 0, 0, -length * 0.5, 0, -length * 0.86], width * 0.16, vein, width * 0.05);
}

/** A long curved leaf with a sawn edge, as on Ottoman silks. */
export function sawnLeaf(pen: Pen, length: number, width: number, region: number): void {
  const left: Points = [];
  const right: Points = [];
  const teeth = 7;
  for (let k = 0; k <= teeth * 2; k++) {
    const t = k / (teeth * 2);
    const bend = length * 0.32 * Math.sin(Math.PI * t * 0.9);
    const half = 0.5 * width * Math.sin(Math.PI * (0.06 + 0.94 * t) ** 0.8) * (k % 2 === 0 ? 1 : 0.68);
    left.push(bend - half, -length * t);
    right.unshift(bend + half, -length * t);
  }
  pen.fill([...left, ...right], region);
}

/** A fan of teeth on a calyx: carnation, palmette. */
export function fan(
  pen: Pen,
  radius: number,
  spread: number,
  teeth: number,
  region: number,
  calyx: number,
): void {
  for (let k = 0; k < teeth; k++) {
    const turn = spread * ((k + 0.5) / teeth - 0.5);
    pen.at(0, 0, turn, 1, () => {
      const half = Math.tan((spread / teeth) * 0.44) * radius;
      const jag = radius * 0.14;
      pen.fill(
        [
          0,
          -radius * 0.12,
          -half,
          -radius,
          -half * 0.5,
          -radius - jag,
          0,
          -radius,
          half * 0.5,
          -radius - jag,
          half,
          -radius,
        ],
        region,
      );
    });
  }
  petal(pen, radius * 0.5, radius * 0.3, calyx, 0.7);
}

/** A spiral line that starts at the origin and winds inwards round (radius, 0). */
export function spiral(pen: Pen, radius: number, turns: number, width: number, region: number): void {
  const points: Points = [];
  const steps = Math.ceil(turns * 8);
  for (let k = 0; k <= steps; k++) {
    const t = k / steps;
    const turn = Math.PI + t * turns * 2 * Math.PI;
    const r = radius * (1 - 0.78 * t);
    points.push(radius + r * Math.cos(turn), r * Math.sin(turn));
  }
  stem(pen, points, width, region, width * 0.6);
}

/** The boteh: a drop whose tip curls over. */
export function boteh(pen: Pen, length: number, region: number): void {
  const left: Points = [];
  const right: Points = [];
  const steps = 14;
  for (let k = 0; k <= steps; k++) {
    const t = k / steps;
    const bend = length * 0.36 * Math.max(0, t - 0.38) ** 1.5 * 2.1;
    const half =
      length * 0.3 * Math.sin(Math.PI * Math.min(1, 0.04 + 0.96 * t) ** 0.62) ** 0.9 * (1 - 0.45 * t);
    const drop = length * (t - 0.55 * Math.max(0, t - 0.76) ** 1.2 * 2.4);
    left.push(bend - half, -drop);
    right.unshift(bend + half, -drop);
  }
  pen.fill([...left, ...right], region);
}

/** A scalloped cloud with a tail, Chinese fashion; about `size` wide. */
export function cloud(pen: Pen, size: number, region: number, line: number): void {
  const lobes: readonly [number, number, number][] = [
    [-0.34, 0.02, 0.2],
    [0, -0.14, 0.26],
    [0.34, 0.02, 0.2],
    [0, 0.08, 0.22],
  ];
  for (const [x, y, radius] of lobes)
    pen.at(x * size, y * size, 0, 1, () => ellipse(pen, radius * size, radius * size * 0.86, region));
  stem(
    pen,
    [0.3 * size, 0.14 * size, 0.62 * size, 0.26 * size, 0.94 * size, 0.1 * size],
    0.13 * size,
    region,
    0.02 * size,
  );
  for (const [x, y, radius] of lobes.slice(0, 3)) {
    pen.at((x - radius * 0.5) * size, y * size, 0.4, 1, () =>
      spiral(pen, radius * size * 0.55, 1.1, 0.045 * size, line),
    );
  }
}

/** A ring of the given radius and line width. */
export function ring(pen: Pen, radiusX: number, radiusY: number, width: number, region: number): void {
  const points: Points = [];
  for (let k = 0; k <= 14; k++) {
    const turn = (k / 14) * 2 * Math.PI;
    points.push(radiusX * Math.cos(turn), radiusY * Math.sin(turn));
  }
  stem(pen, points, width, region);
}

/** A filled box. */
export function box(pen: Pen, x: number, y: number, width: number, height: number, region: number): void {
  pen.fill([x, y, x + width, y, x + width, y + height, x, y + height], region);
}
