import { iris } from '../enrichment/small-collection.js';

const crm = 'http://erlangen-crm.org/current/';
const museums = ['garin', 'lyon', 'prato', 'valencia', 'venice'];
const recordsPerMuseum = 8;

/** The museums' graphs: whatever a run does, they stay as they are. */
export const museumGraphs = museums.map((museum) => iris(museum, 0).graph);

/** Five small museums as N-Quads: every third record lacks its place, every fourth its technique. */
export function collection(): string {
  const lines = museums.flatMap((museum) =>
    Array.from({ length: recordsPerMuseum }, (_, index) => {
      const { graph, object, production } = iris(museum, index);
      const say = (subject: string, predicate: string, value: string): string =>
        `<${subject}> <${predicate}> ${value} <${graph}> .\n`;
      const type = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
      return [
        say(object, type, `<${crm}E22_Man-Made_Object>`),
        say(production, type, `<${crm}E12_Production>`),
        say(production, `${crm}P108_has_produced`, `<${object}>`),
        say(object, 'http://www.w3.org/2000/01/rdf-schema#label', `"Textile ${index}"@en`),
        index % 3 === 0
          ? ''
          : say(production, `${crm}P8_took_place_on_or_within`, '<https://sws.geonames.org/3017382/>'),
        index % 4 === 0
          ? ''
          : say(production, `${crm}P32_used_general_technique`, '<http://data.silknow.org/vocabulary/168>'),
      ].join('');
    }),
  );
  return lines.join('');
}
