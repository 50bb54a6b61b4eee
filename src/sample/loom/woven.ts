import { between, chance, pick, type Random } from '../chance.js';
import type { PointPaper } from './canvas.js';
import { type Cloth, type Commission, drawPaper, metalColour, undyed } from './cloth.js';
import { type Draft, drafts } from './drafts.js';
import type { Colour } from './palettes.js';
import { speck } from './yarn.js';

/** How each region of the point paper is bound, and the colour of its weft. */
interface Binding {
  readonly draft: Draft;
  readonly weft: Colour;
  /** Metal thread glitters. */
  readonly metal: boolean;
  /** Brightness of the whole region, for a figure that stands proud of the ground. */
  readonly lift: number;
}

interface Loom {
  readonly warp: Colour;
  readonly bindings: readonly Binding[];
}

/** Weaves everything that is made of plain crossings of warp and weft: damask, lampas, brocatelle, cannelé, twill. */
export function weave(random: Random, commission: Commission): Cloth {
  const { design, fibre, pitch } = commission;
  const paper = drawPaper(random, design, pitch);
  const loom = thread(random, commission);
  if (design.variety === 'brocatelle') paper.region.set(rounded(paper));
  return {
    ...cross(paper, loom, commission),
    pitch,
    gloss: fibre.sheen * 2.4,
    nap: 0.06 + 0.1 * random(),
    streaks: [fibre.slub * 0.8, fibre.slub],
  };
}

function thread(random: Random, { design, material, fibre }: Commission): Loom {
  const colours = design.palette.colours.map((colour) => undyed(colour, fibre.raw));
  const [base, first, other, spot, leaves] = colours as [Colour, Colour, Colour, Colour, Colour];
  const binding = (draft: Draft, weft: Colour, lift = 1, metal = false): Binding => ({
    draft,
    weft,
    lift,
    metal,
  });
  const metalRegion = material === 'metal_thread' ? pick(random, [1, 2, 3]) : -1;
  const withMetal = (list: Binding[]): Binding[] => {
    const gilt = metalColour(random);
    return list.map((item, region) =>
      region === metalRegion ? { draft: drafts['weft twill'], weft: gilt, lift: 1.05, metal: true } : item,
    );
  };
  switch (design.variety) {
    case 'damask': {
      const swap = chance(random, 0.3);
      const [back, face] = swap ? [drafts.sateen, drafts.satin] : [drafts.satin, drafts.sateen];
      const weft = base.map((channel) => channel * between(random, 0.88, 1.06)) as unknown as Colour;
      return {
        warp: base,
        bindings: withMetal([
          binding(back, weft),
          binding(face, weft),
          binding(drafts['even twill'], weft),
          binding(back, weft),
          binding(face, weft),
        ]),
      };
    }
    case 'two-coloured damask':
      return {
        warp: base,
        bindings: withMetal([
          binding(drafts['five-end satin'], first),
          binding(drafts['five-end sateen'], first),
          binding(drafts['even twill'], first),
          binding(drafts['five-end satin'], first),
          binding(drafts['five-end sateen'], first),
        ]),
      };
    case 'brocatelle':
      return {
        warp: first,
        bindings: withMetal([
          binding(drafts['weft twill'], base, 0.86),
          binding(drafts.satin, base, 1.1),
          binding(drafts['five-end satin'], base, 1.08),
          binding(drafts['weft twill'], spot, 0.95),
          binding(drafts.satin, base, 1.06),
        ]),
      };
    case 'cannelé':
    case 'twill': {
      const draft =
        design.variety === 'cannelé' ? drafts.tabby : pick(random, [drafts.twill, drafts['even twill']]);
      return {
        warp: base,
        bindings: withMetal([base, first, other, spot, leaves].map((weft) => binding(draft, weft))),
      };
    }
    default: {
      const back = pick(random, [drafts.satin, drafts.satin, drafts.tabby]);
      const face = pick(random, [drafts['weft twill'], drafts['weft twill'], drafts['five-end sateen']]);
      return {
        warp: base,
        bindings: withMetal([
          binding(back, base),
          binding(face, first),
          binding(face, other),
          binding(face, spot, 1.04),
          binding(face, leaves),
        ]),
      };
    }
  }
}

/** Outlines of a raised figure fall into the ground: every figure point beside the ground becomes ground. */
function rounded({ width, height, region }: PointPaper): Uint8Array {
  return region.map((value, k) => {
    const x = k % width;
    const y = (k - x) / width;
    const right = region[y * width + ((x + 1) % width)]!;
    const below = region[((y + 1) % height) * width + x]!;
    return right === 0 || below === 0 ? 0 : value;
  });
}

function cross(
  paper: PointPaper,
  { warp, bindings }: Loom,
  { fibre, pitch, light, design }: Commission,
): { width: number; height: number; rgb: Uint8ClampedArray } {
  const width = paper.width * pitch;
  const height = paper.height * pitch;
  const rgb = new Uint8ClampedArray(3 * width * height);
  const profile = threadProfile(pitch, fibre.roundness);
  // Threads along the light shine less than threads across it; warp and weft lie at right angles.
  const turn = Math.cos(2 * light);
  const shines = [1 - fibre.sheen * turn, 1 + fibre.sheen * turn] as const;
  const striped = design.variety === 'cannelé' || design.variety === 'twill';
  const faces = bindings.map((binding) => bothFaces(binding, striped ? binding.weft : warp, shines));
  for (let j = 0; j < paper.height; j++) {
    for (let i = 0; i < paper.width; i++) {
      const region = paper.region[j * paper.width + i]!;
      const { draft, metal } = bindings[region]!;
      const up = draft.warpUp[(j % draft.wefts) * draft.warps + (i % draft.warps)]!;
      const [red, green, blue] = faces[region]![up]!;
      const glint = speck(metal ? i >> 1 : i, j);
      const shine = metal && up === 0 ? 0.72 + 0.5 * glint + (glint > 0.94 ? 0.55 : 0) : 0.97 + 0.06 * glint;
      for (let dy = 0; dy < pitch; dy++) {
        let point = 3 * ((j * pitch + dy) * width + i * pitch);
        for (let dx = 0; dx < pitch; dx++, point += 3) {
          const shade = shine * profile[up === 1 ? dx : dy]!;
          rgb[point] = red * shade;
          rgb[point + 1] = green * shade;
          rgb[point + 2] = blue * shade;
        }
      }
    }
  }
  return { width, height, rgb };
}

/** What is seen where the weft is up (0) and where the warp is up (1), the shine of each included. */
function bothFaces(
  { draft, weft, lift }: Binding,
  warp: Colour,
  shines: readonly [number, number],
): readonly [Colour, Colour] {
  const weftFace = weft.map((channel) => channel * shines[0] * lift);
  const warpFace = warp.map((channel) => channel * shines[1] * lift);
  const mix = (point: readonly number[], floats: readonly number[]): Colour =>
    point.map(
      (channel, k) => (channel * (1 - draft.hidden) + floats[k]! * draft.hidden) * (1 - 0.1 * draft.hidden),
    ) as unknown as Colour;
  return draft.warpFaced
    ? [mix(weftFace, warpFace), warpFace as unknown as Colour]
    : [weftFace as unknown as Colour, mix(warpFace, weftFace)];
}

/** Brightness across a round thread of `pitch` pixels: darker towards the sides, mean about 1. */
export function threadProfile(pitch: number, roundness: number): Float64Array {
  const profile = new Float64Array(pitch);
  for (let k = 0; k < pitch; k++) {
    const across = (2 * (k + 0.35)) / pitch - 1;
    profile[k] = 1 + roundness * (0.35 - across * across);
  }
  return profile;
}

/** Prints or dyes the design on a tabby: flat colour, edges out of true. */
export function dyeCloth(random: Random, commission: Commission): Cloth {
  const { design, fibre, pitch } = commission;
  const paper = drawPaper(random, design, 1);
  const { width, height } = paper;
  const colours = design.palette.colours.map((colour) => undyed(colour, fibre.raw));
  const [base, first, other, spot, leaves] = colours as [Colour, Colour, Colour, Colour, Colour];
  const ink = [undyed(base, 0.25), first, other, spot, leaves];
  const resist = design.variety === 'warp print';
  const profile = threadProfile(pitch, fibre.roundness * 0.8);
  const rgb = new Uint8ClampedArray(3 * width * height);
  const shift = new Int16Array(width);
  // Warps printed before weaving slip against each other on the loom, so that edges turn to flames.
  if (resist)
    for (let x = 0; x < width; x++)
      shift[x] = Math.round(22 * (speck(Math.floor(x / pitch), 11) - 0.5) * speck(x >> 4, 5) * 2);
  const slip = whole2(random);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = (y + shift[x]! + height) % height;
      const region = paper.region[row * width + x]!;
      // The outline block never lands where the colour block did.
      const line =
        !resist &&
        region !== paper.region[((row + slip[1]) % height) * width + ((x + slip[0]) % width)]! &&
        region !== 0;
      const colour = ink[region]!;
      const up = (Math.floor(x / pitch) + Math.floor(y / pitch)) % 2 === 0;
      const uptake = 0.9 + 0.16 * speck(Math.floor(x / pitch), Math.floor(y / pitch));
      const shade = profile[up ? x % pitch : y % pitch]! * uptake * (line ? 0.5 : 1);
      const point = 3 * (y * width + x);
      rgb[point] = colour[0] * shade;
      rgb[point + 1] = colour[1] * shade;
      rgb[point + 2] = colour[2] * shade;
    }
  }
  return { width, height, rgb, pitch, gloss: fibre.sheen, nap: 0.1, streaks: [fibre.slub, fibre.slub] };
}

function whole2(random: Random): [number, number] {
  return [1 + Math.floor(2 * random()), 1 + Math.floor(2 * random())];
}
