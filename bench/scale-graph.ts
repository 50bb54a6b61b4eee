import { createReadStream } from 'node:fs';
import type { Quad } from '@rdfjs/types';
import { StreamParser } from 'n3';
import type { Store } from '../src/graph/store.js';

// Below Virtuoso's limit of 4,989 triples in one block.
const quadsPerWrite = 4000;

/** Loads an N-Quads file into an empty store and returns how many quads it has. */
export async function loadQuads(file: string, store: Store): Promise<number> {
  const quads = createReadStream(file).pipe(new StreamParser({ format: 'N-Quads' })) as AsyncIterable<Quad>;
  let batch: Quad[] = [];
  let underWay = Promise.resolve();
  let total = 0;
  const send = async (): Promise<void> => {
    const insert = batch;
    batch = [];
    total += insert.length;
    await underWay;
    underWay = store.write({ insert, remove: [] });
  };
  for await (const quad of quads) {
    batch.push(quad);
    if (batch.length === quadsPerWrite) await send();
  }
  if (batch.length > 0) await send();
  await underWay;
  return total;
}

/** The named graphs of an N-Quads file. */
export async function graphsOf(file: string): Promise<string[]> {
  const graphs = new Set<string>();
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const graph = /<([^>]*)> \.$/.exec(line)?.[1];
      if (graph !== undefined) graphs.add(graph);
    }
  }
  return [...graphs];
}
