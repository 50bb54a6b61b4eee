/**
 * The point paper: what the designer draws, before any thread is chosen. It repeats in both directions, so a
 * shape that leaves on one side comes back on the other.
 */
export interface PointPaper {
  readonly width: number;
  readonly height: number;
  /** Which part of the design a point belongs to: 0 ground, 1 figure, 2 second figure, 3 accent, 4 leaves and outline. */
  readonly region: Uint8Array;
  /** Direction of the shape at this point, 0–255 for 0–π, counted from the x axis. */
  readonly direction: Uint8Array;
  /** 0 at the root of a petal or leaf, 255 at its tip. */
  readonly tone: Uint8Array;
}

/** Regions of a design. */
export const ground = 0;
/** The main figure. */
export const figure = 1;
/** The second figure. */
export const second = 2;
/** Hearts, veins and small parts. */
export const accent = 3;
/** Leaves, stems and outlines. */
export const leafage = 4;

/** An empty point paper of `width` × `height` points. */
export function blankPaper(width: number, height: number): PointPaper {
  const size = width * height;
  return {
    width,
    height,
    region: new Uint8Array(size),
    direction: new Uint8Array(size),
    tone: new Uint8Array(size),
  };
}

/** An affine map x' = a·x + c·y + e, y' = b·x + d·y + f. */
type Frame = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/**
 * Draws on a point paper in units of 1/100 of the repeat's width. Frames nest; every shape is filled with the
 * non-zero rule, scan line by scan line, and wraps round the edges of the paper.
 */
export class Pen {
  /** Height of the repeat in units; the width is 100. */
  readonly tall: number;
  readonly #paper: PointPaper;
  #frame: Frame;

  /** `tall`: height of the repeat in units (its width is 100). */
  constructor(paper: PointPaper, tall: number) {
    this.#paper = paper;
    this.tall = tall;
    this.#frame = [paper.width / 100, 0, 0, paper.height / tall, 0, 0];
  }

  /** Draws in a frame moved to (x, y), turned by `turn` radians, scaled, and mirrored left to right if asked. */
  at(x: number, y: number, turn: number, scale: number, draw: () => void, mirrored = false): void {
    const outer = this.#frame;
    const [a, b, c, d, e, f] = outer;
    const cos = Math.cos(turn) * scale;
    const sin = Math.sin(turn) * scale;
    const flip = mirrored ? -1 : 1;
    this.#frame = [
      (a * cos + c * sin) * flip,
      (b * cos + d * sin) * flip,
      -a * sin + c * cos,
      -b * sin + d * cos,
      a * x + c * y + e,
      b * x + d * y + f,
    ];
    draw();
    this.#frame = outer;
  }

  /**
   * Fills the polygon `points` (x0, y0, x1, y1, …). `axis` is the direction of growth in the current frame
   * (default up, −y): it gives the stitches their direction and the shape its tone from root to tip.
   */
  fill(points: readonly number[], region: number, axis: readonly [number, number] = [0, -1]): void {
    const [a, b, c, d, e, f] = this.#frame;
    const count = points.length >> 1;
    const xs = new Float64Array(count);
    const ys = new Float64Array(count);
    const dx = a * axis[0] + c * axis[1];
    const dy = b * axis[0] + d * axis[1];
    const length = Math.hypot(dx, dy) || 1;
    const ux = dx / length;
    const uy = dy / length;
    let top = Infinity;
    let bottom = -Infinity;
    let root = Infinity;
    let tip = -Infinity;
    for (let k = 0; k < count; k++) {
      const px = points[2 * k]!;
      const py = points[2 * k + 1]!;
      const x = a * px + c * py + e;
      const y = b * px + d * py + f;
      xs[k] = x;
      ys[k] = y;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      const along = x * ux + y * uy;
      if (along < root) root = along;
      if (along > tip) tip = along;
    }
    const turn = Math.atan2(uy, ux);
    const direction = Math.round(((turn + 2 * Math.PI) % Math.PI) * (255 / Math.PI));
    this.#scan(xs, ys, top, bottom, region, direction, ux, uy, root, 255 / (tip - root || 1));
  }

  #scan(
    xs: Float64Array,
    ys: Float64Array,
    top: number,
    bottom: number,
    region: number,
    direction: number,
    ux: number,
    uy: number,
    root: number,
    toneScale: number,
  ): void {
    const { width, height, region: regions, direction: directions, tone: tones } = this.#paper;
    const count = xs.length;
    const crossings = new Float64Array(count);
    const ways = new Int8Array(count);
    for (let y = Math.ceil(top - 0.5); y + 0.5 <= bottom; y++) {
      const line = y + 0.5;
      let crossed = 0;
      for (let k = 0, previous = count - 1; k < count; previous = k++) {
        const y0 = ys[previous]!;
        const y1 = ys[k]!;
        if (y0 <= line === y1 <= line) continue;
        const x = xs[previous]! + ((line - y0) / (y1 - y0)) * (xs[k]! - xs[previous]!);
        // A line crosses a handful of edges: sort as they come.
        let slot = crossed++;
        while (slot > 0 && crossings[slot - 1]! > x) {
          crossings[slot] = crossings[slot - 1]!;
          ways[slot] = ways[slot - 1]!;
          slot--;
        }
        crossings[slot] = x;
        ways[slot] = y1 > y0 ? 1 : -1;
      }
      const row = (((y % height) + height) % height) * width;
      let winding = 0;
      for (let k = 0; k + 1 < crossed; k++) {
        winding += ways[k]!;
        if (winding === 0) continue;
        const end = crossings[k + 1]!;
        for (let x = Math.ceil(crossings[k]! - 0.5); x + 0.5 <= end; x++) {
          const point = row + (((x % width) + width) % width);
          regions[point] = region;
          directions[point] = direction;
          tones[point] = ((x + 0.5) * ux + line * uy - root) * toneScale;
        }
      }
    }
  }
}

/** Share of the paper that is not ground, in [0, 1]. */
export function coverage(paper: PointPaper): number {
  let filled = 0;
  for (const region of paper.region) if (region !== ground) filled++;
  return filled / paper.region.length;
}
