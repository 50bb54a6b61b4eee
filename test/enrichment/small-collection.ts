import { writeFile } from 'node:fs/promises';
import path from 'node:path';

const crm = 'http://erlangen-crm.org/current/';
const type = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const places = ['https://sws.geonames.org/3017382/', 'https://sws.geonames.org/3175395/'] as const;
const techniques = [
  'http://data.silknow.org/vocabulary/168',
  'http://data.silknow.org/vocabulary/379',
] as const;

/** Absolute IRIs of one record of the small collection. */
export function iris(museum: string, index: number): { graph: string; object: string; production: string } {
  const id = `${museum}-${String(index).padStart(4, '0')}`;
  return {
    graph: `http://example.org/graph/${museum}`,
    object: `http://example.org/object/${id}`,
    production: `http://example.org/production/${id}`,
  };
}

/**
 * A collection of two museums whose techniques go with their places: French damask, Italian velvet. Every third record
 * lacks its place, every fourth its technique. `extra` N-Quads are appended.
 */
export async function writeSmallCollection(folder: string, records: number, extra = ''): Promise<string> {
  const lines: string[] = [];
  for (const [offset, museum] of ['lyon', 'venice'].entries()) {
    for (let index = 0; index < records; index++) {
      const { graph, object, production } = iris(museum, index);
      const say = (subject: string, predicate: string, value: string): void => {
        lines.push(`<${subject}> <${predicate}> ${value} <${graph}> .`);
      };
      const kind = (index + offset) % 5 === 0 ? 1 - offset : offset;
      say(object, type, `<${crm}E22_Man-Made_Object>`);
      say(production, type, `<${crm}E12_Production>`);
      say(production, `${crm}P108_has_produced`, `<${object}>`);
      say(object, 'http://www.w3.org/2000/01/rdf-schema#label', `"Textile ${index}"@en`);
      if (index % 3 !== 0) say(production, `${crm}P8_took_place_on_or_within`, `<${places[kind]!}>`);
      if (index % 4 !== 0) say(production, `${crm}P32_used_general_technique`, `<${techniques[kind]!}>`);
    }
  }
  const file = path.join(folder, 'collection.nq');
  await writeFile(file, `${lines.join('\n')}\n${extra}`);
  return file;
}
