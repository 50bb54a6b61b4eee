import sharp from 'sharp';
import { agentIri } from '../../src/provenance/iris.js';
import type { PhotographReader } from '../../src/media/photograph-reader.js';
import { failure } from '../../src/media/photograph-outcome.js';
import type { Overview } from '../../src/daemon/overview/overview.js';
import { config } from './serving.js';

const objectsPerMuseum = 6;
const museums = ['north', 'south'];
const modalities = ['image', 'text', 'tabular', 'fusion'] as const;
const titles = ['Chasuble, “Tree of Life”', 'Fragment of a velvet', 'Damask with pomegranates', 'Ribbon', 'Brocatelle panel', 'Sample book, page 12'];

function literal(text: string): string {
  return JSON.stringify(text);
}

/** The JSON literal an engine reads back as the JSON it was. */
function jsonLiteral(value: unknown): string {
  return `${literal(JSON.stringify(value))}^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>`;
}

/**
 * Twelve objects of two museums. Object 0 of each is complete; 1 to 4 have a predicted place (France, Italy in turn); 3 and
 * 4 also a predicted depiction; object 4 has no photograph; nothing is known or predicted of object 5's place.
 */
export function collectionTrig(): string {
  const records = museums.map((museum) => {
    const objects = Array.from({ length: objectsPerMuseum }, (_, index) => {
      const id = `e:${museum}-${index}`;
      const picture = index === 4 ? '' : `m:image ${id}-image ; `;
      const shows = index < 3 ? `m:shows <http://example.org/motif/${index === 1 ? 'bird' : 'flower'}> ; ` : '';
      return `${id} a m:Object ; ${picture}${shows} rdfs:label ${literal(`${titles[index] ?? ''} (${museum})`)}@en .
        ${index === 4 ? '' : `${id}-image m:url "https://photographs.example/${museum}-${index}.jpg" .`}
        ${id}-production m:produced ${id} . ${index === 0 ? `${id}-production m:place <http://example.org/place/lyon> .` : ''}`;
    });
    return `<http://example.org/graph/${museum}> { ${objects.join('\n')} }`;
  });
  const statements = museums.flatMap((museum) =>
    [1, 2, 3, 4].flatMap((index) => [
      ...statementsOf(`${museum}-${index}-production`, 'm:place', `http://example.org/place/${index % 2 === 0 ? 'italy' : 'france'}`, 0.98 - index / 20),
      ...(index >= 3 ? statementsOf(`${museum}-${index}`, 'm:shows', 'http://example.org/motif/bird', 0.71) : []),
    ]),
  );
  const agents = modalities.map(
    (modality) => `<${agentIri(config.provenance.namespace, modality)}> a prov:SoftwareAgent ;
      ecrm:P70_documents ${literal(`Looks at the ${modality} of a record, with a model made for this test.`)} .`,
  );
  return `
    @prefix e: <http://example.org/object/> . @prefix m: <http://example.org/model/> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix prov: <http://www.w3.org/ns/prov#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix ecrm: <http://erlangen-crm.org/current/> .
    @prefix silk: <http://data.silknow.org/ontology/> .
    ${records.join('\n')}
    <http://example.org/vocabulary> {
      <http://example.org/place/lyon> skos:broader <http://example.org/place/france> ; skos:prefLabel "Lyon"@fr .
      <http://example.org/place/france> skos:prefLabel "France"@en . <http://example.org/place/italy> skos:prefLabel "Italy"@en .
      <http://example.org/motif/bird> skos:prefLabel "bird"@en .
    }
    <${config.graphs.predictions}> { ${[...agents, ...statements].join('\n')} }`;
}

function statementsOf(subject: string, predicate: string, concept: string, confidence: number): string[] {
  const direct = `e:${subject} ${predicate} <${concept}> .`;
  const rows = modalities.map((modality, rank) => {
    const id = `e:statement-${subject}-${predicate.slice(2)}-${modality}`;
    const other = modality === 'text' ? 'http://example.org/place/italy' : concept;
    const score = modality === 'fusion' ? confidence : confidence - 0.1 * (rank + 1);
    const evidence = [
      { feature: `museum = ${subject.split('-')[0] ?? ''}`, weight: 1.4 - rank / 10 },
      { feature: 'word "terciopelo"', weight: -0.3 },
    ];
    return `${id} a rdf:Statement ; rdf:subject e:${subject} ; rdf:predicate ${predicate} ; rdf:object <${other}> ;
      silk:L18 "${score.toFixed(4)}"^^xsd:float ; prov:wasGeneratedBy ${id}-activity ;
      e:distribution ${jsonLiteral({ [concept]: score })} ${modality === 'tabular' ? `; e:evidence ${jsonLiteral(evidence)}` : ''} .
      ${id}-activity a prov:Activity ; prov:used e:${subject} ; prov:atTime "2026-03-01T03:04:05Z"^^xsd:dateTime ;
      prov:wasAssociatedWith <${agentIri(config.provenance.namespace, modality)}> ; prov:qualifiedAssociation ${id}-association .
      ${id}-association prov:hadPlan <http://example.org/lacuna/model/2026-03-01-a> .`;
  });
  return [direct, ...rows];
}

/** Pictures of coloured stripes, by address; the one of `north-2` cannot be reached. */
export const stripes: PhotographReader = {
  async read(url) {
    if (url.endsWith('north-2.jpg')) return failure('unreachable', `${url} does not answer`);
    const hue = [...url].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="700">
      <rect width="900" height="700" fill="hsl(${hue} 45% 32%)"/>
      ${Array.from({ length: 15 }, (_, row) => Array.from({ length: 12 }, (__, column) => `<circle cx="${column * 80 + (row % 2) * 40}" cy="${row * 50}" r="17" fill="hsl(${(hue + 40) % 360} 55% 62%)"/>`).join('')).join('')}
    </svg>`;
    const bytes = await sharp(Buffer.from(svg)).jpeg().toBuffer();
    return { ok: true, bytes, digest: `${hue.toString(16).padStart(4, '0')}${'0'.repeat(60)}` };
  },
};

/** What the overview says of the collection's coverage. */
export const expectedCoverage: Overview['coverage'] = [
  { task: 'place', property: 'Production place', total: 12, known: 2, filled: 8, open: 2 },
  { task: 'depiction', property: 'Depiction', total: 12, known: 6, filled: 4, open: 2 },
];
