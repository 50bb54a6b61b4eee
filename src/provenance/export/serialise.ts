import type { Quad } from '@rdfjs/types';
import { DataFactory, Writer } from 'n3';
import { prefixes } from './turtle-terms.js';

/** The formats that are plain RDF 1.1. */
export type PlainFormat = 'nq' | 'trig' | 'ttl' | 'nt';

const writerFormats: Readonly<Record<PlainFormat, string>> = {
  nq: 'N-Quads',
  trig: 'application/trig',
  ttl: 'text/turtle',
  nt: 'N-Triples',
};

/** Serialises pages of quads as they come; memory is one page. Turtle and N-Triples have no graphs, so theirs is dropped. */
export async function* serialise(
  pages: AsyncIterable<readonly Quad[]>,
  format: PlainFormat,
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
  for await (const page of pages) {
    for (const { subject, predicate, object, graph } of page) {
      writer.addQuad(
        DataFactory.quad(subject, predicate, object, hasGraphs ? graph : DataFactory.defaultGraph()),
      );
    }
    yield chunk;
    chunk = '';
  }
  writer.end();
  yield chunk;
}
