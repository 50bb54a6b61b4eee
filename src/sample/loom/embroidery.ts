import { between, chance, pick, type Random } from '../chance.js';
import { figure, leafage, type PointPaper, second } from './canvas.js';
import { type Cloth, type Commission, drawPaper, metalColour, undyed } from './cloth.js';
import { drafts } from './drafts.js';
import type { Colour } from './palettes.js';
import { blurWrapped, speck } from './yarn.js';

/** Embroiders the design on a ground cloth: stitches with a direction, raised over the ground, shaded from root to tip. */
export function embroider(random: Random, commission: Commission): Cloth {
  const { design, fibre, light, material, pitch } = commission;
  const paper = drawPaper(random, design, 1);
  const { width, height, region } = paper;
  const mask = Float32Array.from(region, (value) => (value === 0 ? 0 : 1));
  const soft = blurWrapped(blurWrapped(mask, width, height, 2), width, height, 1);
  const silks: Colour[] = design.palette.colours.map((colour) => undyed(colour, fibre.raw));
  const couched = design.variety === 'couched embroidery';
  const metal =
    material === 'metal_thread'
      ? new Set<number>(couched ? [figure, leafage] : [pick(random, [figure, second, leafage])])
      : new Set<number>();
  const gilt = metalColour(random);
  for (const part of metal) silks[part] = gilt;
  const groundDraft = pick(random, [drafts.tabby, drafts.tabby, drafts.satin, drafts['even twill']]);
  const stitches: Stitches = {
    pitch: between(random, 2, 3.1),
    shaded: design.variety === 'shaded embroidery',
    couched,
    metal,
    sheen: 0.06 + fibre.sheen * 1.3,
    relief: between(random, 0.9, 1.6),
    light,
  };
  const rgb = new Uint8ClampedArray(3 * width * height);
  const shadowX = Math.round(-2.4 * Math.cos(light));
  const shadowY = Math.round(-2.4 * Math.sin(light));
  const faded = chance(random, 0.3) ? 0.12 : 0;
  const groundColour = undyed(silks[0]!, faded);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const k = y * width + x;
      const part = region[k]!;
      let colour = groundColour;
      let shade: number;
      if (part === 0) {
        const i = Math.floor(x / pitch);
        const j = Math.floor(y / pitch);
        const up =
          groundDraft.warpUp[(j % groundDraft.wefts) * groundDraft.warps + (i % groundDraft.warps)] === 1;
        shade = (up ? 1.02 : 0.93) + 0.05 * speck(i, j);
        const casting = region[((y - shadowY + height) % height) * width + ((x - shadowX + width) % width)]!;
        if (casting !== 0) shade *= 0.68;
      } else {
        colour = silks[part]!;
        shade = stitch(paper, x, y, k, part, stitches, soft);
      }
      const point = 3 * k;
      rgb[point] = colour[0] * shade;
      rgb[point + 1] = colour[1] * shade;
      rgb[point + 2] = colour[2] * shade;
    }
  }
  return {
    width,
    height,
    rgb,
    pitch,
    gloss: fibre.sheen * 1.2,
    nap: 0.08,
    streaks: [fibre.slub * 0.6, fibre.slub * 0.6],
  };
}

interface Stitches {
  readonly pitch: number;
  readonly shaded: boolean;
  readonly couched: boolean;
  readonly metal: ReadonlySet<number>;
  readonly sheen: number;
  readonly relief: number;
  readonly light: number;
}

/** Brightness of one point of a stitch. */
function stitch(
  paper: PointPaper,
  x: number,
  y: number,
  k: number,
  part: number,
  { pitch, shaded, couched, metal, sheen, relief, light }: Stitches,
  soft: Float32Array,
): number {
  const { width, height, direction, tone } = paper;
  // Satin stitch lies across a leaf; long-and-short stitch runs along a petal.
  const across = !shaded || part === leafage ? Math.PI / 2 : 0;
  const turn = couched && metal.has(part) ? 0.6 : direction[k]! * (Math.PI / 255) + across;
  const sin = Math.sin(turn);
  const cos = Math.cos(turn);
  const side = (x * sin - y * cos) / pitch;
  const thread = Math.floor(side);
  const middle = side - thread - 0.5;
  let shade = 1.1 - 1.5 * middle * middle + 0.2 * (speck(thread, part) - 0.5);
  shade *= 1 + sheen * Math.cos(2 * (turn - light));
  if (metal.has(part)) {
    const along = Math.floor((x * cos + y * sin) / (pitch * 2.2) + (thread & 1) * 0.5);
    const glint = speck(along, thread);
    shade *= 0.7 + 0.5 * glint + (glint > 0.92 ? 0.5 : 0);
  } else if (shaded) {
    // Three rows of stitches, each a shade lighter, with ends that interlock.
    const row = Math.floor((tone[k]! + 50 * (speck(thread, 3) - 0.5)) / 86);
    shade *= 0.72 + 0.24 * Math.max(0, Math.min(2, row));
  }
  const slope =
    (soft[y * width + ((x + 1) % width)]! - soft[y * width + ((x + width - 1) % width)]!) * Math.cos(light) +
    (soft[((y + 1) % height) * width + x]! - soft[((y + height - 1) % height) * width + x]!) *
      Math.sin(light);
  return shade * Math.max(0.4, 1 + relief * slope);
}
