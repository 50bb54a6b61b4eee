import { pick, type Random, whole } from './chance.js';
import type { PhotographStyle } from './loom/photograph.js';
import { englishWords, essay, notes } from './text/english.js';
import { frenchWords, inventaire } from './text/french.js';
import { italianWords, scheda } from './text/italian.js';
import type { Voice } from './text/lexicon.js';
import { ledger, spanishWords } from './text/spanish.js';
import type { Language } from './concepts.js';
import type { Place, Property } from './truth.js';

/** How a museum writes a value down: weights of the class's own IRI, a narrower thing, and words. */
export interface Spelling {
  readonly concept: number;
  readonly narrower: number;
  readonly words: number;
}

/** An invented museum and its habits. */
export interface Museum {
  readonly slug: string;
  readonly name: string;
  readonly language: Language;
  /** Share of the collection's records. */
  readonly share: number;
  /** Where it collects from. */
  readonly places: Readonly<Record<Place, number>>;
  /** Share of records that lack each property. */
  readonly missing: Readonly<Record<Property, number>>;
  /** Share of records with a description; 0 for a museum that publishes none. */
  readonly described: number;
  readonly voice: Voice | undefined;
  readonly spelling: Readonly<Record<Property, Spelling>>;
  readonly photographs: PhotographStyle;
  /** Share of records with a second, near photograph, and with none at all. */
  readonly details: number;
  readonly unphotographed: number;
  readonly identifier: (random: Random, number: number) => string;
  readonly titles: readonly string[];
}

const plain: Spelling = { concept: 1, narrower: 0, words: 0 };
const letters = 'ABCDEFGHJKLMNPRSTUVW'.split('');

/** The museums of the sample collection. None of them exists. */
export const museums: readonly Museum[] = [
  {
    slug: 'aldermere',
    name: 'Aldermere Museum of Decorative Art',
    language: 'en',
    share: 22,
    places: { GB: 34, FR: 19, IT: 13, IN: 16, TR: 7, CN: 9, ES: 2 },
    missing: { place: 0.12, timespan: 0.43, technique: 0.74, material: 0.64 },
    described: 0.68,
    voice: {
      language: 'en',
      words: englishWords,
      sentences: essay,
      habits: {
        named: 0.3,
        design: 0.55,
        structure: 0.45,
        material: 0.2,
        place: 0.14,
        date: 0.16,
        period: 0.35,
        flavour: 0.35,
        misleading: 0.22,
        condition: 0.3,
        provenance: 0.35,
      },
    },
    spelling: {
      place: { concept: 6, narrower: 4, words: 0 },
      timespan: { concept: 7, narrower: 3, words: 0 },
      technique: plain,
      material: plain,
    },
    photographs: {
      backdrop: [148, 149, 150],
      whole: 0.45,
      cast: [1, 1, 1.01],
      vignette: 0.16,
      ruler: 0.5,
      monochrome: 0.02,
      noise: 3,
      exposure: 1,
    },
    details: 0.22,
    unphotographed: 0.03,
    identifier: (random, number) => `T.${number}-${whole(random, 1868, 1994)}`,
    titles: [
      'Panel',
      'Fragment',
      'Furnishing fabric',
      'Dress fabric',
      'Border',
      'Cushion cover',
      'Length of cloth',
    ],
  },
  {
    slug: 'ostrander',
    name: 'Ostrander Institute of Textiles',
    language: 'en',
    share: 18,
    places: { IN: 20, TR: 20, CN: 21, FR: 15, IT: 14, ES: 4, GB: 6 },
    missing: { place: 0.25, timespan: 0.64, technique: 0.55, material: 0.06 },
    described: 0.56,
    voice: {
      language: 'en',
      words: englishWords,
      sentences: notes,
      habits: {
        named: 0.34,
        design: 0.5,
        structure: 0.5,
        material: 0.3,
        place: 0.12,
        date: 0.14,
        period: 0.28,
        flavour: 0.3,
        misleading: 0.16,
        condition: 0.5,
        provenance: 0.3,
      },
    },
    spelling: {
      place: { concept: 7, narrower: 2, words: 1 },
      timespan: { concept: 4, narrower: 4, words: 2 },
      technique: { concept: 4, narrower: 6, words: 0 },
      material: { concept: 5, narrower: 5, words: 0 },
    },
    photographs: {
      backdrop: [26, 26, 28],
      whole: 0.7,
      cast: [1.03, 1, 0.95],
      vignette: 0.1,
      ruler: 0.1,
      monochrome: 0.05,
      noise: 4,
      exposure: 1.02,
    },
    details: 0.1,
    unphotographed: 0.04,
    identifier: (random, number) =>
      `${whole(random, 1911, 2006)}.${whole(random, 1, 60)}.${(number % 40) + 1}`,
    titles: ['Textile', 'Textile fragment', 'Sampler of silks', 'Hanging', 'Sash end', 'Cover'],
  },
  {
    slug: 'valdeoro',
    name: 'Museo de la Seda de Valdeoro',
    language: 'es',
    share: 16,
    places: { ES: 84, FR: 9, IT: 6, GB: 0.2, IN: 0.2, TR: 0.3, CN: 0.3 },
    missing: { place: 0.03, timespan: 0.2, technique: 0.26, material: 0.03 },
    described: 0.72,
    voice: {
      language: 'es',
      words: spanishWords,
      sentences: ledger,
      habits: {
        named: 0.35,
        design: 0.6,
        structure: 0.5,
        material: 0.3,
        place: 0.1,
        date: 0.14,
        period: 0.33,
        flavour: 0.25,
        misleading: 0.15,
        condition: 0.45,
        provenance: 0.3,
      },
    },
    spelling: {
      place: { concept: 7, narrower: 2, words: 1 },
      timespan: { concept: 6, narrower: 1, words: 3 },
      technique: { concept: 5, narrower: 1, words: 4 },
      material: { concept: 5, narrower: 1, words: 4 },
    },
    photographs: {
      backdrop: [214, 208, 194],
      whole: 0.3,
      cast: [1.06, 1.01, 0.9],
      vignette: 0.22,
      ruler: 0.2,
      monochrome: 0,
      noise: 5,
      exposure: 0.98,
    },
    details: 0.18,
    unphotographed: 0.02,
    identifier: (_, number) => `MSV ${String(number).padStart(5, '0')}`,
    titles: ['Tejido', 'Fragmento', 'Casulla', 'Muestra', 'Paño', 'Indumentaria'],
  },
  {
    slug: 'montrenard',
    name: 'Musée des Soieries de Montrenard',
    language: 'fr',
    share: 16,
    places: { FR: 74, IT: 12, GB: 3, ES: 2, IN: 3, TR: 3, CN: 3 },
    missing: { place: 0.94, timespan: 0.24, technique: 0.93, material: 0.02 },
    described: 0.56,
    voice: {
      language: 'fr',
      words: frenchWords,
      sentences: inventaire,
      habits: {
        named: 0.3,
        design: 0.55,
        structure: 0.45,
        material: 0.25,
        place: 0.1,
        date: 0.15,
        period: 0.35,
        flavour: 0.25,
        misleading: 0.18,
        condition: 0.4,
        provenance: 0.3,
      },
    },
    spelling: {
      place: { concept: 5, narrower: 3, words: 2 },
      timespan: { concept: 5, narrower: 5, words: 0 },
      technique: { concept: 4, narrower: 3, words: 3 },
      material: { concept: 6, narrower: 1, words: 3 },
    },
    photographs: {
      backdrop: [236, 236, 232],
      whole: 0.25,
      cast: [0.97, 1, 1.05],
      vignette: 0.08,
      ruler: 0.15,
      monochrome: 0.14,
      noise: 3,
      exposure: 1.04,
    },
    details: 0.08,
    unphotographed: 0.03,
    identifier: (random, number) => `GM-${pick(random, letters)}-${number}`,
    titles: ['Lé', 'Tenture', 'Étoffe', 'Échantillon', 'Portière', 'Bordure'],
  },
  {
    slug: 'castelvento',
    name: 'Museo del Tessuto di Castelvento',
    language: 'it',
    share: 12,
    places: { IT: 68, TR: 14, FR: 9, ES: 5, CN: 2, IN: 1, GB: 1 },
    missing: { place: 0.25, timespan: 0.43, technique: 0.3, material: 0.2 },
    described: 0.55,
    voice: {
      language: 'it',
      words: italianWords,
      sentences: scheda,
      habits: {
        named: 0.32,
        design: 0.5,
        structure: 0.45,
        material: 0.28,
        place: 0.12,
        date: 0.15,
        period: 0.3,
        flavour: 0.3,
        misleading: 0.18,
        condition: 0.4,
        provenance: 0.25,
      },
    },
    spelling: {
      place: { concept: 5, narrower: 3, words: 2 },
      timespan: { concept: 5, narrower: 1, words: 4 },
      technique: { concept: 4, narrower: 1, words: 5 },
      material: { concept: 4, narrower: 1, words: 5 },
    },
    photographs: {
      backdrop: [122, 104, 84],
      whole: 0.5,
      cast: [1.07, 0.99, 0.88],
      vignette: 0.3,
      ruler: 0.3,
      monochrome: 0.04,
      noise: 7,
      exposure: 0.9,
    },
    details: 0.12,
    unphotographed: 0.04,
    identifier: (random, number) => `inv. ${whole(random, 1, 9)}.${String(number).padStart(3, '0')}`,
    titles: ['Frammento', 'Telo', 'Pianeta', 'Paliotto', 'Campione'],
  },
  {
    slug: 'vallclara',
    name: 'Museu Tèxtil de Vallclara',
    language: 'ca',
    share: 16,
    places: { ES: 58, FR: 19, IT: 13, IN: 4, CN: 3, GB: 2, TR: 1 },
    missing: { place: 0.83, timespan: 0.83, technique: 0.6, material: 0.05 },
    described: 0,
    voice: undefined,
    spelling: {
      place: { concept: 5, narrower: 2, words: 3 },
      timespan: { concept: 3, narrower: 2, words: 5 },
      technique: { concept: 3, narrower: 0, words: 7 },
      material: { concept: 3, narrower: 0, words: 7 },
    },
    photographs: {
      backdrop: [196, 198, 202],
      whole: 0.2,
      cast: [0.98, 1.01, 1.02],
      vignette: 0.12,
      ruler: 0.05,
      monochrome: 0.08,
      noise: 6,
      exposure: 0.96,
    },
    details: 0.1,
    unphotographed: 0.02,
    identifier: (_, number) => `${10000 + number * 3}`,
    titles: ['Teixit', 'Fragment', 'Mostra', 'Mostrari', 'Casulla', 'Cobretaula'],
  },
];
