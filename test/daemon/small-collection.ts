import sharp from 'sharp';
import type { PhotographReader } from '../../src/media/photograph-reader.js';
import { failure } from '../../src/media/photograph-outcome.js';
import type { Overview } from '../../src/daemon/overview/overview.js';
import { agentIri, modelIri, runIri } from '../../src/provenance/iris.js';
import type {
  ModalityStatement,
  ProvenanceContext,
  PublishedPrediction,
} from '../../src/provenance/prediction.js';
import { modelAndAgentQuads, predictionQuads } from '../../src/provenance/statements.js';
import { MemoryStore } from './memory-store.js';
import { config, profile } from './serving.js';

const museums = ['north', 'south'];
const modalities = ['image', 'text', 'tabular', 'fusion'];
const titles = [
  'Chasuble, “Tree of Life”',
  'Fragment of a velvet',
  'Damask with pomegranates',
  'Ribbon',
  'Brocatelle panel',
  'Sample book, page 12',
];
const base = 'http://example.org/object/';
const { namespace } = config.provenance;

function recordTurtle(museum: string, index: number): string {
  const id = `e:${museum}-${index}`;
  const motif = index === 1 ? 'bird' : 'flower';
  return `${id} a m:Object ; rdfs:label ${JSON.stringify(`${titles[index] ?? ''} (${museum})`)}@en .
    ${id}-production m:produced ${id} .
    ${index === 4 ? '' : `${id} m:image ${id}-image . ${id}-image m:url "https://photographs.example/${museum}-${index}.jpg" .`}
    ${index < 3 ? `${id} m:shows <http://example.org/motif/${motif}> .` : ''}
    ${index === 0 ? `${id}-production m:place <http://example.org/place/lyon> .` : ''}`;
}

function museumsTrig(): string {
  const graphs = museums.map(
    (museum) =>
      `<http://example.org/graph/${museum}> { <http://example.org/graph/${museum}> rdfs:label "Museo ${museum}"@es , "Museum of the ${museum}"@en ;
      rdfs:comment "Made for a test."@en . ${titles.map((_, index) => recordTurtle(museum, index)).join('\n')} }`,
  );
  return `
    @prefix e: <${base}> . @prefix m: <http://example.org/model/> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    ${graphs.join('\n')}
    <http://example.org/vocabulary> {
      <http://example.org/place/lyon> skos:broader <http://example.org/place/france> ; skos:prefLabel "Lyon"@fr .
      <http://example.org/place/france> skos:prefLabel "France"@en . <http://example.org/place/italy> skos:prefLabel "Italy"@en .
      <http://example.org/motif/bird> skos:prefLabel "bird"@en . <http://example.org/motif/flower> skos:prefLabel "flower"@en .
    }`;
}

const contextOf = (version: string): ProvenanceContext => ({
  graph: config.graphs.predictions,
  namespace,
  run: {
    iri: runIri(namespace, 'run-1'),
    startedAt: new Date('2026-03-01T03:00:00Z'),
    softwareVersion: '0.1.0',
  },
  model: {
    iri: modelIri(namespace, version),
    version,
    createdAt: new Date('2026-02-28T00:00:00Z'),
    evaluations: [],
  },
  agents: modalities.map((modality) => ({
    modality,
    iri: agentIri(namespace, modality),
    explanation: `Looks at the ${modality} of a record, with a model made for this test.`,
  })),
  startedAt: new Date('2026-03-01T03:04:00Z'),
  endedAt: new Date('2026-03-01T03:04:05Z'),
});

function prediction(id: string, taskName: string, concept: string, confidence: number): PublishedPrediction {
  const task = profile.tasks.find(({ name }) => name === taskName)!;
  const statements = modalities.map((modality, rank): ModalityStatement => {
    const other = modality === 'text' ? 'http://example.org/place/italy' : concept;
    const score = modality === 'fusion' ? confidence : confidence - 0.1 * (rank + 1);
    return {
      modality,
      confidence: score,
      classId: '',
      concept: other,
      // An object without a photograph has an opinion on one that is gone.
      used: modality === 'image' ? `${base}${id}-image` : base + id,
      distribution: { [other]: score },
      rawDistribution: { [other]: score },
      evidence:
        modality === 'tabular'
          ? [
              { feature: `museum = ${id.split('-')[0] ?? ''}`, weight: 1.4 },
              { feature: 'word "terciopelo"', weight: -0.3 },
            ]
          : [],
    };
  });
  return {
    task: taskName,
    predicate: task.predicate,
    subject: base + (task.subject === 'production' ? `${id}-production` : id),
    object: base + id,
    fused: statements[3]!,
    ...(taskName === 'place' && {
      set: { concepts: [concept, 'http://example.org/place/italy'], coverage: 0.9 },
    }),
    modalities: statements.slice(0, 3),
  };
}

/**
 * Twelve objects of two museums. Object 0 of each is complete; 1 to 4 have a predicted place (France, Italy in turn); 3 and
 * 4 also a predicted depiction; object 4 has no photograph; of object 5's place nothing is known or predicted.
 *
 * @param version of the model that predicted
 */
export async function collectionStore(version = '2026-03-01-a'): Promise<MemoryStore> {
  const context = contextOf(version);
  const store = new MemoryStore(museumsTrig());
  const predictions = museums.flatMap((museum) =>
    [1, 2, 3, 4].flatMap((index) => {
      const id = `${museum}-${index}`;
      const place = `http://example.org/place/${index % 2 === 0 ? 'italy' : 'france'}`;
      return [
        prediction(id, 'place', place, 0.98 - index / 20),
        ...(index >= 3 ? [prediction(id, 'depiction', 'http://example.org/motif/bird', 0.71)] : []),
      ];
    }),
  );
  const insert = [
    ...modelAndAgentQuads(context.model, context.agents, context),
    ...predictions.flatMap((each) => predictionQuads(each, context)),
  ];
  await store.write({ insert, remove: [] });
  return store;
}

/** Pictures of coloured dots, by address; the one of `north-2` cannot be reached. */
export const dots: PhotographReader = {
  async read(url) {
    if (url.endsWith('north-2.jpg')) return failure('unreachable', `${url} does not answer`);
    const hue = Buffer.from(url).reduce((sum, byte) => (sum * 31 + byte) % 360, 7);
    const rows = Array.from({ length: 15 }, (_, row) =>
      Array.from(
        { length: 12 },
        (__, column) =>
          `<circle cx="${column * 80 + (row % 2) * 40}" cy="${row * 50}" r="17" fill="hsl(${(hue + 40) % 360} 55% 62%)"/>`,
      ).join(''),
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="700">
      <rect width="900" height="700" fill="hsl(${hue} 45% 32%)"/>${rows.join('')}</svg>`;
    const bytes = await sharp(Buffer.from(svg)).jpeg().toBuffer();
    return { ok: true, bytes, digest: hue.toString(16).padStart(64, '0') };
  },
};

/** What the overview says of the collection's coverage. */
export const expectedCoverage: Overview['coverage'] = [
  { task: 'place', property: 'Production place', total: 12, known: 2, filled: 8, open: 2 },
  { task: 'depiction', property: 'Depiction', total: 12, known: 6, filled: 4, open: 2 },
];
