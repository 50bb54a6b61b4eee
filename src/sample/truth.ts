import { chance, pickWeighted, type Random } from './chance.js';

/** Countries of production, as class ids of the SILKNOW profile. */
export type Place = 'FR' | 'IT' | 'ES' | 'GB' | 'IN' | 'TR' | 'CN';
/** Centuries of production. */
export type Century = 'XVI' | 'XVII' | 'XVIII' | 'XIX' | 'XX';
/** Techniques. */
export type Technique = 'damask' | 'velvet' | 'embroidery' | 'other_technique';
/** Kinds of fibre. */
export type Material = 'animal_fibre' | 'vegetal_fibre' | 'metal_thread';

/** What the textile of a record really is. Every record has all four, whatever its museum wrote down. */
export interface Truth {
  readonly place: Place;
  readonly timespan: Century;
  readonly technique: Technique;
  readonly material: Material;
}

/** The properties of a record, in the order they are reported. */
export const properties = ['place', 'timespan', 'technique', 'material'] as const;
/** Name of a property. */
export type Property = (typeof properties)[number];

const centuryOf: Readonly<Record<Place, Readonly<Record<Century, number>>>> = {
  FR: { XVI: 3, XVII: 13, XVIII: 42, XIX: 30, XX: 12 },
  IT: { XVI: 30, XVII: 28, XVIII: 22, XIX: 12, XX: 8 },
  ES: { XVI: 17, XVII: 17, XVIII: 28, XIX: 20, XX: 18 },
  GB: { XVI: 2, XVII: 8, XVIII: 22, XIX: 42, XX: 26 },
  IN: { XVI: 3, XVII: 14, XVIII: 23, XIX: 45, XX: 15 },
  TR: { XVI: 32, XVII: 28, XVIII: 16, XIX: 18, XX: 6 },
  CN: { XVI: 4, XVII: 14, XVIII: 30, XIX: 37, XX: 15 },
};

const techniqueOf: Readonly<Record<Place, Readonly<Record<Technique, number>>>> = {
  FR: { damask: 27, velvet: 18, embroidery: 27, other_technique: 28 },
  IT: { damask: 27, velvet: 45, embroidery: 13, other_technique: 15 },
  ES: { damask: 30, velvet: 24, embroidery: 28, other_technique: 18 },
  GB: { damask: 12, velvet: 12, embroidery: 46, other_technique: 30 },
  IN: { damask: 5, velvet: 9, embroidery: 52, other_technique: 34 },
  TR: { damask: 8, velvet: 50, embroidery: 27, other_technique: 15 },
  CN: { damask: 30, velvet: 6, embroidery: 50, other_technique: 14 },
};

/** How much more (or less) usual a technique is in a century than elsewhere. */
const techniqueInCentury: Readonly<Record<Century, Readonly<Record<Technique, number>>>> = {
  XVI: { damask: 0.9, velvet: 2.1, embroidery: 0.7, other_technique: 0.5 },
  XVII: { damask: 1, velvet: 1.3, embroidery: 0.9, other_technique: 0.8 },
  XVIII: { damask: 1.4, velvet: 0.6, embroidery: 1.2, other_technique: 1 },
  XIX: { damask: 0.9, velvet: 0.8, embroidery: 1.1, other_technique: 1.2 },
  XX: { damask: 0.6, velvet: 0.5, embroidery: 0.8, other_technique: 2 },
};

const materialOf: Readonly<Record<Technique, Readonly<Record<Material, number>>>> = {
  damask: { animal_fibre: 84, vegetal_fibre: 13, metal_thread: 3 },
  velvet: { animal_fibre: 70, vegetal_fibre: 10, metal_thread: 20 },
  embroidery: { animal_fibre: 56, vegetal_fibre: 22, metal_thread: 22 },
  other_technique: { animal_fibre: 62, vegetal_fibre: 29, metal_thread: 9 },
};

const materialIn: Readonly<Record<Century, Readonly<Record<Material, number>>>> = {
  XVI: { animal_fibre: 1, vegetal_fibre: 0.5, metal_thread: 1.7 },
  XVII: { animal_fibre: 1, vegetal_fibre: 0.7, metal_thread: 1.3 },
  XVIII: { animal_fibre: 1.1, vegetal_fibre: 0.7, metal_thread: 0.9 },
  XIX: { animal_fibre: 1, vegetal_fibre: 1.2, metal_thread: 0.8 },
  XX: { animal_fibre: 0.8, vegetal_fibre: 2.2, metal_thread: 0.5 },
};

/** Draws what a textile is, given how often the museum collects from each place: place → century → technique → material. */
export function drawTruth(random: Random, places: Readonly<Record<Place, number>>): Truth {
  const place = pickWeighted(random, places);
  const timespan = pickWeighted(random, centuryOf[place]);
  const technique = pickWeighted(random, product(techniqueOf[place], techniqueInCentury[timespan]));
  const material = pickWeighted(random, product(materialOf[technique], materialIn[timespan]));
  return { place, timespan, technique, material };
}

function product<K extends string>(
  left: Readonly<Record<K, number>>,
  right: Readonly<Record<K, number>>,
): Record<K, number> {
  return Object.fromEntries(
    (Object.entries(left) as [K, number][]).map(([key, weight]) => [key, weight * right[key]]),
  ) as Record<K, number>;
}

/** Which properties the museum left out. `rates`: share of its records without the property. */
export function drawGaps(
  random: Random,
  rates: Readonly<Record<Property, number>>,
  documented: number,
): Readonly<Record<Property, boolean>> {
  // A badly documented record lacks several properties at once: the exponent leaves 0 and 1 alone and bends what lies between.
  const missing = (rate: number): boolean => chance(random, rate ** (0.45 + 1.1 * documented));
  return {
    place: missing(rates.place),
    timespan: missing(rates.timespan),
    technique: missing(rates.technique),
    material: missing(rates.material),
  };
}
