import { between, chance, pick, type Random } from '../chance.js';
import { type Cloth, type Commission, drawPaper, metalColour, undyed } from './cloth.js';
import { drafts } from './drafts.js';
import type { Colour } from './palettes.js';
import { blurWrapped, speck } from './yarn.js';

/** Height of the cut pile, of uncut loops, and of the ground. */
const cut = 1;
const loops = 0.55;
const bare = 0;

/** Weaves pile: a height for every point, lit from the side, over a ground of satin where the pile is left out. */
export function weaveVelvet(random: Random, commission: Commission): Cloth {
  const { design, fibre, pitch, light, material } = commission;
  const paper = drawPaper(random, design, 1);
  const { width, height, region } = paper;
  const inverse = chance(random, 0.4);
  const outlined = chance(random, 0.5);
  const heights = new Float32Array(region.length);
  for (let k = 0; k < region.length; k++)
    heights[k] = pileHeight(design.variety, region[k]!, inverse, outlined);
  const soft = blurWrapped(blurWrapped(heights, width, height, 1), width, height, 2);

  const colours = design.palette.colours.map((colour) => undyed(colour, fibre.raw));
  const [base, first, other, spot, leaves] = colours as [Colour, Colour, Colour, Colour, Colour];
  const pileColours = (
    design.variety === 'coloured velvet' ? [base, first, other, spot, leaves] : [base, base, base, base, base]
  ).map(deep);
  const gilt = material === 'metal_thread';
  const back: Colour = gilt ? metalColour(random) : pick(random, [first, undyed(base, 0.12), first]);
  const grain = between(random, 0.2, 0.34);
  const lightX = Math.cos(light);
  const lightY = Math.sin(light);
  const relief = between(random, 0.9, 1.5);
  const rgb = new Uint8ClampedArray(3 * width * height);
  const { warps, wefts, warpUp } = drafts.satin;
  for (let y = 0; y < height; y++) {
    const above = ((y + height - 1) % height) * width;
    const below = ((y + 1) % height) * width;
    for (let x = 0; x < width; x++) {
      const k = y * width + x;
      const slope =
        (soft[y * width + ((x + 1) % width)]! - soft[y * width + ((x + width - 1) % width)]!) * lightX +
        (soft[below + x]! - soft[above + x]!) * lightY;
      const level = heights[k]!;
      let colour: Colour;
      let shade: number;
      if (level === bare) {
        const i = Math.floor(x / pitch);
        const j = Math.floor(y / pitch);
        const up = warpUp[(j % wefts) * warps + (i % warps)] === 1;
        colour = back;
        // The pile round it throws its shadow on the ground.
        shade = (up ? 1 + fibre.sheen * 0.5 : 0.84) * (1 - 0.4 * soft[k]!);
        if (gilt) {
          const glint = speck(i >> 1, j);
          shade *= 0.74 + 0.5 * glint + (glint > 0.93 ? 0.5 : 0);
        }
      } else {
        colour = pileColours[region[k]!]!;
        // Tufts are taller than wide: two specks above each other share most of their light.
        const tuft = 0.6 * speck(x, y >> 1) + 0.4 * speck(x, y) - 0.5;
        shade = 1 + grain * tuft * 2;
        if (level === loops) shade *= 1.16 + 0.26 * (y % 3 === 0 ? -1 : 0.5);
        // Light catches the flanks of the pile, not its tips.
        else shade *= 0.9 + 0.35 * (1 - soft[k]!);
      }
      shade *= Math.max(0.35, 1 + relief * slope);
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
    gloss: 0.25,
    nap: between(random, 0.3, 0.75),
    streaks: [0.02, 0.03],
  };
}

function pileHeight(variety: string, region: number, inverse: boolean, outlined: boolean): number {
  switch (variety) {
    case 'plain velvet':
      return cut;
    case 'ciselé velvet':
      return region === 0 ? bare : region === 1 || region === 4 ? cut : loops;
    case 'coloured velvet':
      return region === 0 ? bare : cut;
    default:
      return (region === 0 || region === 3 || (outlined && region === 2)) !== inverse ? bare : cut;
  }
}

/** Pile swallows light: darker and fuller than the same dye on a flat thread. */
function deep([red, green, blue]: Colour): Colour {
  const mean = (red + green + blue) / 3;
  const full = (channel: number): number => Math.max(6, (mean + (channel - mean) * 1.22) * 0.72);
  return [full(red), full(green), full(blue)];
}
