import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { seededRandom } from '../../src/learning/random.js';
import { spoilPhotograph, type PhotographDefect } from '../../src/sample/defects.js';
import { smallConfiguration } from './small-configuration.js';

const crm = 'http://erlangen-crm.org/current/';
const rdfType = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const place = `${crm}P8_took_place_on_or_within`;
const technique = `${crm}P32_used_general_technique`;
const damask = 'http://data.silknow.org/vocabulary/168';
const velvet = 'http://data.silknow.org/vocabulary/379';
const namespace = 'http://example.org/';

/** Two museums whose habits a model can learn. */
const museums = [
  {
    name: 'lyon',
    place: 'https://sws.geonames.org/3017382/',
    technique: damask,
    words: 'étoffe de soie à fleurs, damas de Lyon, fond satin',
    colour: { r: 200, g: 40, b: 40 },
  },
  {
    name: 'venice',
    place: 'https://sws.geonames.org/3175395/',
    technique: velvet,
    words: 'velluto di seta tagliato, disegno a melagrana, Venezia',
    colour: { r: 30, g: 60, b: 190 },
  },
] as const;

/** IRI of a record's object. */
export const objectIri = (id: string): string => `${namespace}object/${id}`;
/** Address of a record's photograph. */
export const photographUrl = (id: string): string => `${namespace}media/${id}.jpg`;

/** What a record of the collection says; what is absent is a gap. */
interface Flaw {
  readonly id: string;
  readonly productions: readonly string[];
  readonly places?: readonly string[];
  readonly techniques?: readonly string[];
  readonly note?: string;
  readonly photograph?: PhotographDefect | 'sound';
}

const flaws: readonly Flaw[] = [
  { id: 'no-production', productions: [] },
  { id: 'two-productions', productions: ['a', 'b'], places: [museums[0].place] },
  { id: 'two-values', productions: ['a'], techniques: [damask, velvet] },
  { id: 'unheard-of', productions: ['a'], techniques: [`${namespace}concept/macramé`] },
  { id: 'empty-note', productions: ['a'], note: ' \n ' },
  { id: 'huge-note', productions: ['a'], note: 'damas de Lyon à fleurs '.repeat(3000) },
  ...(['missing', 'truncated', 'not an image', 'enormous'] as const).map((photograph) => ({
    id: photograph.replaceAll(' ', '-'),
    productions: ['a'],
    photograph,
  })),
];

function quadsOf(museum: string, record: Flaw): string {
  const graph = `<${namespace}graph/${museum}>`;
  const object = `<${objectIri(record.id)}>`;
  const lines = [`${object} <${rdfType}> <${crm}E22_Man-Made_Object> ${graph} .`];
  const say = (subject: string, predicate: string, value: string): void => {
    lines.push(`${subject} <${predicate}> ${value} ${graph} .`);
  };
  for (const suffix of record.productions) {
    say(`<${namespace}production/${record.id}-${suffix}>`, `${crm}P108_has_produced`, object);
  }
  const production = `<${namespace}production/${record.id}-a>`;
  for (const value of record.places ?? []) say(production, place, `<${value}>`);
  for (const value of record.techniques ?? []) say(production, technique, `<${value}>`);
  if (record.note !== undefined) say(object, `${crm}P3_has_note`, JSON.stringify(record.note));
  if (record.photograph !== undefined) {
    const image = `<${namespace}image/${record.id}>`;
    say(object, `${crm}P138i_has_representation`, image);
    say(image, 'http://schema.org/contentUrl', `<${photographUrl(record.id)}>`);
  }
  return lines.join('\n');
}

async function photograph({ r, g, b }: { r: number; g: number; b: number }, seed: number): Promise<Buffer> {
  const size = 96;
  const random = seededRandom(seed);
  const pixels = Buffer.alloc(size * size * 3);
  for (let at = 0; at < pixels.length; at += 3) {
    const light = 0.6 + 0.4 * random();
    pixels.set([r * light, g * light, b * light], at);
  }
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .jpeg()
    .toBuffer();
}

/** The configuration of the collection, for place and technique. */
export const flawedConfig = `${smallConfiguration('{ kind: embedded, files: [records.nq] }')}photographs: { rewrite: [{ from: "${namespace}media/", to: ./media }] }
`;

/**
 * Writes a collection of two museums with 60 records each, photographs for a few of them, and the faults that real
 * collections have: records with several productions or none, two values or an unknown one, an empty and a huge
 * description, photographs that are missing, cut off, no pictures, or claim 65,000 × 65,000 pixels.
 */
export async function writeFlawedCollection(folder: string): Promise<void> {
  const media = path.join(folder, 'media');
  await mkdir(media);
  const blocks: string[] = [];
  for (const museum of museums) {
    for (let index = 0; index < 60; index++) {
      const id = `${museum.name}-${String(index).padStart(2, '0')}`;
      const isPictured = index < 12;
      if (isPictured) {
        await writeFile(path.join(media, `${id}.jpg`), await photograph(museum.colour, index));
      }
      const record: Flaw = {
        id,
        productions: ['a'],
        ...(index % 3 === 0 ? {} : { places: [museum.place] }),
        ...(index % 4 === 0 ? {} : { techniques: [museum.technique] }),
        ...(index % 2 === 0 ? { note: `${museum.words}, n° ${index}` } : {}),
        ...(isPictured ? { photograph: 'sound' as const } : {}),
      };
      blocks.push(quadsOf(museum.name, record));
    }
  }
  for (const [index, flaw] of flaws.entries()) {
    blocks.push(quadsOf('lyon', flaw));
    if (flaw.photograph === undefined || flaw.photograph === 'sound') continue;
    const bytes = spoilPhotograph(await photograph(museums[0].colour, 100 + index), flaw.photograph);
    if (bytes !== undefined) await writeFile(path.join(media, `${flaw.id}.jpg`), bytes);
  }
  await writeFile(path.join(folder, 'records.nq'), `${blocks.join('\n')}\n`);
  await writeFile(path.join(folder, 'config.yaml'), flawedConfig);
}
