import { Parser } from 'n3';
import { parseProfile } from '../../src/vocabulary/load-profile.js';
import { Thesaurus } from '../../src/vocabulary/thesaurus.js';

/** A profile with three tasks, small enough to reason about. */
export const smallProfile = parseProfile(
  `
id: small
labels: { en: Small }
prefixes: { v: 'http://example.org/v/', f: 'http://example.org/f/', place: 'https://sws.geonames.org/' }
record:
  { objectClass: v:O, produced: v:p, text: [v:n], representation: v:i, contentUrl: v:u, label: v:l }
tasks:
  - name: technique
    labels: { en: technique }
    predicate: v:technique
    subject: production
    kind: single-label
    classes:
      - { id: damask, concept: v:damask, facet: f:damask, labels: { en: Damask, es: Damasco } }
      - { id: velvet, concept: v:velvet, facet: f:velvet, labels: { en: Velvet, es: Terciopelo, fr: Velours (armure) } }
      - { id: other, concept: f:other, facet: f:other, labels: { en: Other technique }, rest: [f:techniques] }
  - name: material
    labels: { en: material }
    predicate: v:material
    subject: production
    kind: multi-label
    classes:
      - { id: animal, concept: v:animal, facet: f:animal, labels: { en: Animal fibre }, aliases: [silk, seda, soie] }
      - { id: vegetal, concept: v:vegetal, facet: f:vegetal, labels: { en: Vegetal fibre }, aliases: [cotton, algodón] }
      - { id: metal, concept: v:metal, facet: f:metal, labels: { en: Metal thread, ca: Fil metàl·lic, it: Oro / Argento } }
  - name: place
    labels: { en: place }
    predicate: v:place
    subject: production
    kind: single-label
    classes:
      - { id: FR, concept: 'place:3017382/', labels: { en: France } }
      - { id: ES, concept: 'place:2510769/', labels: { en: Spain, es: España } }
`,
  'small.yaml',
);

const turtle = `
@prefix v: <http://example.org/v/> .
@prefix f: <http://example.org/f/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ecrm: <http://erlangen-crm.org/current/> .
@prefix gn: <http://www.geonames.org/ontology#> .
f:techniques skos:member f:damask, f:velvet, f:other, f:satin .
f:damask skos:member v:damask, v:selfPatterned, v:shared .
f:velvet skos:member v:velvet, v:cutVelvet, v:shared, v:facetWins .
f:satin skos:member v:satin .
f:other skos:member v:lampas .
v:damask skos:prefLabel "Damask"@en ; skos:closeMatch <http://vocab.getty.edu/aat/300163295> .
v:velvet skos:prefLabel "Velvet"@en ; skos:altLabel "pile weave"@en ; skos:narrower v:plainVelvet .
v:plainVelvet skos:prefLabel "Plain velvet"@en, "Velluto liscio"@it .
v:cutVelvet skos:prefLabel "Cut velvet"@en ; skos:broader v:velvet ; skos:exactMatch <http://example.com/cut> .
v:deepVelvet skos:prefLabel "Deep velvet"@en ; skos:broader v:plainVelvet .
v:shared skos:prefLabel "Damask velvet"@en .
v:facetWins skos:prefLabel "Faced"@en ; skos:broader v:damask .
v:satin skos:prefLabel "Satin (weave)"@en, "Raso (ligamento)"@es ; skos:broader v:weaves .
v:satinFabric skos:prefLabel "Satin (fabric)"@en .
v:lampas skos:prefLabel "Lampas"@en .
v:weaves skos:prefLabel "Weaves"@en ; skos:broader v:satin .
v:gold skos:prefLabel "Gold thread"@en ; skos:broader v:metal .
v:chair skos:prefLabel "Chair"@en .
<https://sws.geonames.org/2509954/> gn:name "Valencia" ; gn:parentCountry <https://sws.geonames.org/2510769/> .
v:reign ecrm:P86_falls_within v:century .
`;

/** A thesaurus for `smallProfile`. */
export function smallThesaurus(): Thesaurus {
  const thesaurus = new Thesaurus();
  for (const quad of new Parser().parse(turtle)) thesaurus.add(quad);
  return thesaurus;
}
