import type { CollectionRecord, LabelledCase, LearnableTask } from '../../src/modalities/case.js';
import { seededRandom } from '../../src/learning/random.js';

/** The tasks of the made-up collection. */
export const tasks: readonly LearnableTask[] = [
  { name: 'place', classes: ['ES', 'FR', 'IT'] },
  { name: 'technique', classes: ['damask', 'velvet'] },
];

const museums = ['garin', 'joconde', 'vam'];
const placeWords = ['tejido español de Valencia', 'tissu français de Lyon', 'Italian silk from Genoa'];
const techniqueWords = ['woven in two faces with a damassé ground', 'with a soft cut pile, terciopelo'];
const filler = ['flowers', 'birds', 'a border', 'pomegranates', 'scrolls', 'a crown', 'leaves', 'lions'];

/** A record that offers only what is given. */
export function record(index: number, changes: Partial<CollectionRecord> = {}): CollectionRecord {
  const museum = changes.museum ?? 'vam';
  return {
    graph: `http://example.org/graph/${museum}`,
    museum,
    object: `http://example.org/object/${index}`,
    production: `http://example.org/production/${index}`,
    label: undefined,
    texts: [],
    images: [],
    known: {},
    ...changes,
  };
}

/**
 * `count` labelled cases in which the museum hints at the place, the place at the technique, and the description
 * names both in most cases; a tenth of the labels is missing, a tenth of the descriptions too.
 */
export function collection(count: number, seed: number): readonly LabelledCase[] {
  const random = seededRandom(seed);
  const pick = (length: number) => Math.floor(random() * length);
  return Array.from({ length: count }, (_, index) => {
    const museum = pick(museums.length);
    const place = random() < 0.8 ? museum : pick(museums.length);
    const technique = random() < 0.85 ? Number(place !== 0) : pick(2);
    const words = [
      random() < 0.9 ? placeWords[place] : 'a textile',
      random() < 0.9 ? techniqueWords[technique] : 'of unknown making',
      filler[pick(filler.length)],
      filler[pick(filler.length)],
    ];
    const labels: Record<string, number> = {};
    if (random() > 0.1) labels['place'] = place;
    if (random() > 0.1) labels['technique'] = technique;
    const known = Object.fromEntries(
      Object.entries(labels).map(([task, value]) => [
        task,
        [tasks.find(({ name }) => name === task)?.classes[value] as string],
      ]),
    );
    const texts = random() < 0.9 ? [{ value: `${words.join(', ')}.`, language: 'en' }] : [];
    return {
      record: record(seed * 100_000 + index, { museum: museums[museum] as string, texts, known }),
      opinions: {},
      labels,
    };
  });
}
