import type { Variety } from './design.js';
import { aat, sampleNamespace, silknow } from './names.js';
import type { Century, Material, Place, Technique } from './truth.js';

/** Languages of the thesaurus. */
export type Language = 'en' | 'es' | 'fr' | 'it' | 'ca';

/** A concept with a name in every language of the sample. */
export interface Concept {
  readonly iri: string;
  readonly labels: Readonly<Record<Language, string>>;
  /** Other names, by language. */
  readonly alternatives?: Readonly<Partial<Record<Language, readonly string[]>>>;
  /** Facet collection it is a member of. */
  readonly facet?: string;
  readonly broader?: string;
}

const names = (
  en: string,
  es: string,
  fr: string,
  it: string,
  ca: string,
): Readonly<Record<Language, string>> => ({ en, es, fr, it, ca });
const country = (id: number, ...labels: Parameters<typeof names>): Concept => ({
  iri: `https://sws.geonames.org/${id}/`,
  labels: names(...labels),
});
const century = (id: number, roman: string, arabic: number): Concept => ({
  iri: `${aat}${id}`,
  labels: names(
    `${arabic}th century`,
    `siglo ${roman}`,
    `${roman}e siècle`,
    `${roman} secolo`,
    `segle ${roman}`,
  ),
  alternatives: {
    en: [`${arabic}th c.`],
    es: [`s. ${roman}`],
    fr: [`${arabic}e siècle`],
    it: [`sec. ${roman}`],
    ca: [`s. ${roman}`],
  },
});
/** Facet collection of the SILKNOW thesaurus. */
export const facet = (name: string): string => `${silknow}facet/${name}`;

/** The classes of the four properties. */
export const classConcepts: {
  readonly place: Readonly<Record<Place, Concept>>;
  readonly timespan: Readonly<Record<Century, Concept>>;
  readonly technique: Readonly<Record<Technique, Concept>>;
  readonly material: Readonly<Record<Material, Concept>>;
} = {
  place: {
    FR: country(3017382, 'France', 'Francia', 'France', 'Francia', 'França'),
    IT: country(3175395, 'Italy', 'Italia', 'Italie', 'Italia', 'Itàlia'),
    ES: country(2510769, 'Spain', 'España', 'Espagne', 'Spagna', 'Espanya'),
    GB: country(2635167, 'United Kingdom', 'Reino Unido', 'Royaume-Uni', 'Regno Unito', 'Regne Unit'),
    IN: country(1269750, 'India', 'India', 'Inde', 'India', 'Índia'),
    TR: country(298795, 'Turkey', 'Turquía', 'Turquie', 'Turchia', 'Turquia'),
    CN: country(1814991, 'China', 'China', 'Chine', 'Cina', 'Xina'),
  },
  timespan: {
    XVI: century(300404510, 'XVI', 16),
    XVII: century(300404511, 'XVII', 17),
    XVIII: century(300404512, 'XVIII', 18),
    XIX: century(300404513, 'XIX', 19),
    XX: century(300404514, 'XX', 20),
  },
  technique: {
    damask: {
      iri: `${silknow}168`,
      labels: names('Damask', 'Damasco', 'Damas', 'Damasco', 'Damasc'),
      facet: facet('damask'),
    },
    velvet: {
      iri: `${silknow}379`,
      labels: names('Velvet', 'Terciopelo', 'Velours', 'Velluto', 'Vellut'),
      facet: facet('velvet'),
    },
    embroidery: {
      iri: `${silknow}87`,
      labels: names('Embroidery', 'Bordado', 'Broderie', 'Ricamo', 'Brodat'),
      facet: facet('embroidery'),
    },
    // Other technique has no concept: the facet itself is what is written.
    other_technique: {
      iri: facet('other_technique'),
      labels: names('Other technique', 'Otra técnica', 'Autre technique', 'Altra tecnica', 'Altra tècnica'),
    },
  },
  material: {
    animal_fibre: {
      iri: `${silknow}210`,
      labels: names('Animal fibre', 'Fibra animal', 'Fibre animale', 'Fibra animale', 'Fibra animal'),
      facet: facet('animal_fibre'),
    },
    vegetal_fibre: {
      iri: `${silknow}214`,
      labels: names('Vegetable fibre', 'Fibra vegetal', 'Fibre végétale', 'Fibra vegetale', 'Fibra vegetal'),
      facet: facet('vegetal_fibre'),
    },
    metal_thread: {
      iri: `${silknow}497`,
      labels: names('Metal thread', 'Hilo metálico', 'Fil métallique', 'Filo metallico', 'Fil metàl·lic'),
      facet: facet('metal_thread'),
    },
  },
};

/** Labels of the facets that are no class of their own. */
export const facetLabels: Readonly<Record<string, Concept['labels']>> = {
  [facet('damask')]: names(
    'damask (facet)',
    'damasco (faceta)',
    'damas (facette)',
    'damasco (faccetta)',
    'damasc (faceta)',
  ),
  [facet('velvet')]: names(
    'velvet (facet)',
    'terciopelo (faceta)',
    'velours (facette)',
    'velluto (faccetta)',
    'vellut (faceta)',
  ),
  [facet('embroidery')]: names(
    'embroidery (facet)',
    'bordado (faceta)',
    'broderie (facette)',
    'ricamo (faccetta)',
    'brodat (faceta)',
  ),
  [facet('animal_fibre')]: names(
    'animal fibre (facet)',
    'fibra animal (faceta)',
    'fibre animale (facette)',
    'fibra animale (faccetta)',
    'fibra animal (faceta)',
  ),
  [facet('vegetal_fibre')]: names(
    'vegetable fibre (facet)',
    'fibra vegetal (faceta)',
    'fibre végétale (facette)',
    'fibra vegetale (faccetta)',
    'fibra vegetal (faceta)',
  ),
  [facet('metal_thread')]: names(
    'metal thread (facet)',
    'hilo metálico (faceta)',
    'fil métallique (facette)',
    'filo metallico (faccetta)',
    'fil metàl·lic (faceta)',
  ),
};

function narrower(slug: string, parent: Concept, ...labels: Parameters<typeof names>): Concept {
  const below =
    parent.facet === undefined ? { facet: parent.iri } : { facet: parent.facet, broader: parent.iri };
  return { iri: `${sampleNamespace}vocabulary/${slug}`, labels: names(...labels), ...below };
}

const { damask, velvet, embroidery, other_technique } = classConcepts.technique;
const { animal_fibre, vegetal_fibre, metal_thread } = classConcepts.material;

/** The sample's own, narrower concepts for techniques. */
export const varietyConcepts: Readonly<Record<Variety, Concept>> = {
  damask: narrower(
    'self-coloured-damask',
    damask,
    'Self-coloured damask',
    'Damasco monocromo',
    'Damas ton sur ton',
    'Damasco monocromo',
    'Damasc monocrom',
  ),
  'two-coloured damask': narrower(
    'two-coloured-damask',
    damask,
    'Two-coloured damask',
    'Damasco de dos colores',
    'Damas bicolore',
    'Damasco a due colori',
    'Damasc de dos colors',
  ),
  'plain velvet': narrower(
    'plain-velvet',
    velvet,
    'Plain velvet',
    'Terciopelo liso',
    'Velours uni',
    'Velluto unito',
    'Vellut llis',
  ),
  'voided velvet': narrower(
    'voided-velvet',
    velvet,
    'Voided velvet',
    'Terciopelo labrado',
    'Velours façonné à fond satin',
    'Velluto operato',
    'Vellut llavorat',
  ),
  'ciselé velvet': narrower(
    'cisele-velvet',
    velvet,
    'Ciselé velvet',
    'Terciopelo cincelado',
    'Velours ciselé',
    'Velluto cesellato',
    'Vellut cisellat',
  ),
  'coloured velvet': narrower(
    'polychrome-velvet',
    velvet,
    'Polychrome velvet',
    'Terciopelo jardinera',
    'Velours jardinière',
    'Velluto giardino',
    'Vellut policrom',
  ),
  'silk embroidery': narrower(
    'satin-stitch-embroidery',
    embroidery,
    'Satin stitch embroidery',
    'Bordado a realce',
    'Broderie au passé plat',
    'Ricamo a punto raso',
    'Brodat de setí',
  ),
  'shaded embroidery': narrower(
    'needle-painting',
    embroidery,
    'Needle painting',
    'Bordado a matiz',
    "Peinture à l'aiguille",
    'Ricamo a punto pittura',
    'Brodat de matís',
  ),
  'couched embroidery': narrower(
    'couched-embroidery',
    embroidery,
    'Couched embroidery',
    'Bordado de setillo',
    'Broderie en couchure',
    'Ricamo a filo posato',
    'Brodat a fil estès',
  ),
  lampas: narrower('lampas', other_technique, 'Lampas', 'Lampás', 'Lampas', 'Lampasso', 'Llampàs'),
  brocatelle: narrower(
    'brocatelle',
    other_technique,
    'Brocatelle',
    'Brocatel',
    'Brocatelle',
    'Broccatello',
    'Brocatell',
  ),
  print: narrower(
    'block-print',
    other_technique,
    'Block-printed cloth',
    'Estampado con moldes',
    'Toile imprimée à la planche',
    'Tessuto stampato a mano',
    'Estampat amb motlles',
  ),
  'warp print': narrower(
    'warp-print',
    other_technique,
    'Warp-printed silk',
    'Estampado en urdimbre',
    'Impression sur chaîne',
    'Stampa in ordito',
    "Estampat en l'ordit",
  ),
  cannelé: narrower(
    'cannele',
    other_technique,
    'Ribbed cannelé',
    'Canelé',
    'Cannelé',
    'Cannellato',
    'Canalé',
  ),
  twill: narrower(
    'figured-twill',
    other_technique,
    'Figured twill',
    'Sarga labrada',
    'Sergé façonné',
    'Saia operata',
    'Sarja llavorada',
  ),
};

/** The sample's own, narrower concepts for materials. */
export const fibreConcepts: Readonly<Record<Material, readonly Concept[]>> = {
  animal_fibre: [
    narrower('silk', animal_fibre, 'Silk', 'Seda', 'Soie', 'Seta', 'Seda'),
    narrower('wool', animal_fibre, 'Wool', 'Lana', 'Laine', 'Lana', 'Llana'),
  ],
  vegetal_fibre: [
    narrower('cotton', vegetal_fibre, 'Cotton', 'Algodón', 'Coton', 'Cotone', 'Cotó'),
    narrower('linen', vegetal_fibre, 'Linen', 'Lino', 'Lin', 'Lino', 'Lli'),
  ],
  metal_thread: [
    narrower(
      'gilt-thread',
      metal_thread,
      'Silver-gilt thread',
      'Hilo de oro entorchado',
      'Filé doré',
      "Filo d'oro",
      "Fil d'or",
    ),
    narrower(
      'silver-thread',
      metal_thread,
      'Silver thread',
      'Hilo de plata',
      "Filé d'argent",
      "Filo d'argento",
      "Fil d'argent",
    ),
  ],
};
