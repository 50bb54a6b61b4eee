import type { Quad } from '@rdfjs/types';
import { DataFactory, Writer } from 'n3';

/** The formats an export can have, by file ending. */
export const exportFormats = ['nq', 'trig', 'ttl', 'nt'] as const;

/** One of the export formats. */
export type ExportFormat = (typeof exportFormats)[number];

const writerFormats: Readonly<Record<ExportFormat, string>> = {
  nq: 'N-Quads',
  trig: 'application/trig',
  ttl: 'text/turtle',
  nt: 'N-Triples',
};

const prefixes = {
  ecrm: 'http://erlangen-crm.org/current/',
  mls: 'http://www.w3.org/ns/mls#',
  prov: 'http://www.w3.org/ns/prov#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  silk: 'http://data.silknow.org/ontology/',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
};

/**
 * Serialises pages of quads as they come; memory is one page. Turtle and N-Triples have no graphs, so theirs is dropped.
 *
 * @param onPage told after each page how many quads have been serialised
 */
export async function* serialise(
  pages: AsyncIterable<readonly Quad[]>,
  format: ExportFormat,
  onPage: (quads: number) => void,
): AsyncGenerator<string> {
  let chunk = '';
  const sink = {
    write(text: string, _encoding: string, done?: () => void): void {
      chunk += text;
      done?.();
    },
    end(done?: () => void): void {
      done?.();
    },
  };
  const isPrefixed = format === 'trig' || format === 'ttl';
  const writer = new Writer(sink, { format: writerFormats[format], ...(isPrefixed ? { prefixes } : {}) });
  const hasGraphs = format === 'nq' || format === 'trig';
  let quads = 0;
  for await (const page of pages) {
    for (const { subject, predicate, object, graph } of page) {
      writer.addQuad(
        DataFactory.quad(subject, predicate, object, hasGraphs ? graph : DataFactory.defaultGraph()),
      );
    }
    quads += page.length;
    onPage(quads);
    yield chunk;
    chunk = '';
  }
  writer.end();
  yield chunk;
}
