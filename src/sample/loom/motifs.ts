import type { Random } from '../chance.js';
import type { Pen } from './canvas.js';
import {
  ballsAndStripes,
  botehRows,
  chinoiserie,
  cloudsAndWaves,
  floweringPlants,
  peonyScroll,
  saz,
} from './motifs-east.js';
import { bizarre, bouquets, ogeeLattice, pomegranate, scrollingFlowers, sprigs } from './motifs-courtly.js';
import { checks, cutLeaves, geometry, medallions, stripes } from './motifs-industrial.js';

/** A pattern the loom can weave. */
export interface Motif {
  /** Height of the repeat when its width is 100. */
  readonly tall: number;
  /** Width of the repeat relative to the other patterns: large furnishing repeats > 1, small dress repeats < 1. */
  readonly size: number;
  readonly draw: (pen: Pen, random: Random) => void;
}

/** Every pattern by name. */
export const motifs = {
  pomegranate: { tall: 150, size: 1.25, draw: pomegranate },
  'ogee lattice': { tall: 140, size: 0.8, draw: ogeeLattice },
  'scrolling flowers': { tall: 150, size: 1.1, draw: scrollingFlowers },
  sprigs: { tall: 120, size: 0.8, draw: sprigs },
  bizarre: { tall: 150, size: 1.2, draw: bizarre },
  bouquets: { tall: 160, size: 1.2, draw: bouquets },
  chinoiserie: { tall: 150, size: 1.15, draw: chinoiserie },
  stripes: { tall: 100, size: 0.85, draw: stripes },
  medallions: { tall: 130, size: 1.05, draw: medallions },
  geometry: { tall: 100, size: 0.9, draw: geometry },
  'cut leaves': { tall: 130, size: 1.05, draw: cutLeaves },
  checks: { tall: 100, size: 0.6, draw: checks },
  boteh: { tall: 140, size: 0.95, draw: botehRows },
  'flowering plants': { tall: 140, size: 0.9, draw: floweringPlants },
  saz: { tall: 150, size: 1.2, draw: saz },
  'balls and stripes': { tall: 120, size: 0.95, draw: ballsAndStripes },
  'clouds and waves': { tall: 140, size: 1, draw: cloudsAndWaves },
  'peony scroll': { tall: 120, size: 1.05, draw: peonyScroll },
} as const satisfies Record<string, Motif>;

/** Name of a pattern. */
export type MotifName = keyof typeof motifs;
