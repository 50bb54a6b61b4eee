import type { Random } from '../chance.js';
import type { Design } from '../design.js';
import type { Material } from '../truth.js';
import { blankPaper, Pen, type PointPaper } from './canvas.js';
import { motifs } from './motifs.js';
import type { Colour } from './palettes.js';
import type { Fibre } from './yarn.js';

/** One repeat of a finished cloth, seen flat under even light; it repeats without a seam. */
export interface Cloth {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, row by row. */
  readonly rgb: Uint8ClampedArray;
  /** Pixels from thread to thread. */
  readonly pitch: number;
  /** How strongly folds shine, 0–1. */
  readonly gloss: number;
  /** How strongly the surface is ruffled, crushed or rubbed, 0–1. */
  readonly nap: number;
  /** Unevenness from warp to warp and from weft to weft. */
  readonly streaks: readonly [warp: number, weft: number];
}

/** What a weaver is handed. */
export interface Commission {
  readonly design: Design;
  readonly material: Material;
  readonly fibre: Fibre;
  /** Pixels from thread to thread, 2–4. */
  readonly pitch: number;
  /** Direction the light comes from, in radians. */
  readonly light: number;
}

/** Colour of a metal thread: gilt, or silver once in a while. */
export function metalColour(random: Random): Colour {
  const [red, green, blue]: Colour = random() < 0.7 ? [198, 160, 84] : [186, 184, 176];
  const tarnish = 0.75 + 0.35 * random();
  return [red * tarnish, green * tarnish, blue * tarnish];
}

/**
 * Draws the design on point paper. With `pitch` 1 a point is a pixel; otherwise a point is a crossing of threads.
 * Sides are multiples of 40 threads, so that every weave closes at the edge of the repeat.
 */
export function drawPaper(random: Random, design: Design, pitch: number): PointPaper {
  const motif = motifs[design.motif];
  const wide = Math.max(1, Math.round((150 * motif.size * design.scale) / (40 * pitch))) * 40;
  const tall = Math.max(1, Math.round((wide * motif.tall) / 100 / 40)) * 40;
  const paper = blankPaper(wide, tall);
  motif.draw(new Pen(paper, motif.tall), random);
  return paper;
}

/** `colour` with `share` of it replaced by the beige of raw fibre. */
export function undyed([red, green, blue]: Colour, share: number): Colour {
  return [red + (205 - red) * share, green + (190 - green) * share, blue + (160 - blue) * share];
}
