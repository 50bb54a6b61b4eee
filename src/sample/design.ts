import { between, chance, pick, pickWeighted, type Random } from './chance.js';
import type { MotifName } from './loom/motifs.js';
import { choosePalette, type Palette } from './loom/palettes.js';
import type { Century, Place, Technique, Truth } from './truth.js';

/** Ways to make a textile that is none of the named techniques, and ways to make velvet, damask and embroidery. */
export type Variety =
  | 'damask'
  | 'two-coloured damask'
  | 'plain velvet'
  | 'voided velvet'
  | 'ciselé velvet'
  | 'coloured velvet'
  | 'silk embroidery'
  | 'shaded embroidery'
  | 'couched embroidery'
  | 'lampas'
  | 'brocatelle'
  | 'print'
  | 'warp print'
  | 'cannelé'
  | 'twill';

/** What the designer decided: shared by the loom and by whoever describes the piece. */
export interface Design {
  readonly motif: MotifName;
  readonly variety: Variety;
  readonly palette: Palette;
  /** Size of the repeat against what is usual for the pattern. */
  readonly scale: number;
}

const varieties: Readonly<Record<Technique, Partial<Record<Variety, number>>>> = {
  damask: { damask: 65, 'two-coloured damask': 35 },
  velvet: { 'plain velvet': 14, 'voided velvet': 44, 'ciselé velvet': 26, 'coloured velvet': 16 },
  embroidery: { 'silk embroidery': 44, 'shaded embroidery': 36, 'couched embroidery': 20 },
  other_technique: { lampas: 34, brocatelle: 16, print: 18, 'warp print': 9, cannelé: 12, twill: 11 },
};

const european: Readonly<Record<Century, Partial<Record<MotifName, number>>>> = {
  XVI: { pomegranate: 56, 'ogee lattice': 26, sprigs: 10, 'scrolling flowers': 8 },
  XVII: { 'scrolling flowers': 40, sprigs: 30, 'ogee lattice': 12, pomegranate: 12, bizarre: 6 },
  XVIII: { bouquets: 42, bizarre: 17, chinoiserie: 10, 'scrolling flowers': 12, stripes: 12, sprigs: 7 },
  XIX: { stripes: 26, medallions: 34, bouquets: 14, boteh: 8, pomegranate: 8, checks: 10 },
  XX: { geometry: 46, 'cut leaves': 28, checks: 10, stripes: 8, medallions: 5, bouquets: 3 },
};

const elsewhere: Readonly<Partial<Record<Place, Partial<Record<MotifName, number>>>>> = {
  IN: { boteh: 46, 'flowering plants': 40, stripes: 6, 'ogee lattice': 8 },
  TR: { saz: 48, 'balls and stripes': 22, 'ogee lattice': 18, pomegranate: 12 },
  CN: { 'clouds and waves': 44, 'peony scroll': 46, 'flowering plants': 5, medallions: 5 },
};

/** Draws a design that suits the truth of a record, most of the time. */
export function drawDesign(random: Random, truth: Truth): Design {
  const own = elsewhere[truth.place];
  const modern = truth.timespan === 'XX' ? 0.45 : truth.timespan === 'XIX' ? 0.12 : 0.06;
  const usual = own !== undefined && !chance(random, modern) ? own : european[truth.timespan];
  const stray = chance(random, 0.1);
  const motif = pickWeighted(
    random,
    stray ? european[pick(random, ['XVI', 'XVII', 'XVIII', 'XIX', 'XX'] as const)] : usual,
  );
  return {
    motif,
    variety: pickWeighted(random, varieties[truth.technique]),
    palette: choosePalette(random, truth.place, truth.timespan),
    scale: between(random, 0.8, 1.2),
  };
}
