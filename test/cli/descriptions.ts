import { iris } from '../enrichment/small-collection.js';

/** A description of every record of the small collection, in the language of its museum, as N-Quads. */
export function descriptions(records: number): string {
  const texts = {
    lyon: '"tissu français de Lyon, damassé ground"@fr',
    venice: '"Italian silk from Genoa, with a soft cut pile"@en',
  };
  const lines = Object.entries(texts).flatMap(([museum, text]) =>
    Array.from({ length: records }, (_, index) => {
      const { graph, object } = iris(museum, index);
      return `<${object}> <http://erlangen-crm.org/current/P3_has_note> ${text} <${graph}> .\n`;
    }),
  );
  return lines.join('');
}
