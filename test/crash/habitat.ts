import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { Parser } from 'n3';
import type { Bindings, Store } from '../../src/graph/store.js';
import { namedNode, quad } from '../../src/graph/terms.js';
import { temporaryFolder } from '../stores/care.js';
import type { TestServer } from '../stores/test-store.js';
import type { ChildStore } from './child.js';
import { collection, museumGraphs } from './collection.js';

/** Where children live: a state folder, and a store whose contents are compared. */
export interface Habitat {
  /** For the children's orders. */
  readonly folder: string;
  readonly store: ChildStore;
  /** The graphs that Lacuna may write. */
  contents(): Promise<Quad[]>;
  /** Everything else in the store. */
  surroundings(): Promise<Quad[]>;
  /** Empties the writable graphs, behind Lacuna's back. */
  loseGraph(): Promise<void>;
  /** Empties the writable graphs and the state folder. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The graphs that Lacuna may write. */
export const writable: readonly string[] = ['http://example.org/predictions'];

function quadsOf(rows: readonly Bindings[], graph?: Quad['graph']): Quad[] {
  return rows.map(({ s, p, o }) =>
    quad(s as Quad['subject'], p as Quad['predicate'], o as Quad['object'], graph),
  );
}

async function graphQuads(store: Store, graphs: readonly string[]): Promise<Quad[]> {
  const quads: Quad[] = [];
  for (const graph of graphs) {
    const rows = await store.select(`SELECT ?s ?p ?o WHERE { GRAPH <${graph}> { ?s ?p ?o } }`);
    quads.push(...quadsOf(rows, namedNode(graph)));
  }
  return quads;
}

/** A store in the children's own process. */
export function embeddedHabitat(): Habitat {
  const { folder: root, remove } = temporaryFolder('crash');
  const folder = path.join(root, 'life');
  const files = path.join(root, 'collection.nq');
  writeFileSync(files, collection());
  // Every line of the file is a quad here: one that was logged twice is twice in what is compared.
  const read = (file: string): Promise<Quad[]> =>
    Promise.resolve(new Parser({ format: 'N-Quads' }).parse(readFileSync(file, 'utf8')));
  return {
    folder,
    store: { kind: 'embedded', files },
    contents: () => read(path.join(folder, 'predictions.nq')),
    surroundings: () => read(files),
    loseGraph: () => {
      rmSync(path.join(folder, 'predictions.nq'));
      return Promise.resolve();
    },
    reset: () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      return Promise.resolve();
    },
    close: () => {
      remove();
      return Promise.resolve();
    },
  };
}

/** A server that holds the collection; children reach it with the rights of the limited user. */
export async function serverHabitat(server: TestServer): Promise<Habitat> {
  const { folder: root, remove } = temporaryFolder('crash');
  const folder = path.join(root, 'life');
  const store = await server.open([...museumGraphs, ...writable]);
  await store.write({ insert: new Parser({ format: 'N-Quads' }).parse(collection()), remove: [] });
  const loseGraph = async (): Promise<void> =>
    store.write({ insert: [], remove: await graphQuads(store, writable) });
  return {
    folder,
    store: {
      kind: 'server',
      profile: store.profile,
      endpoint: server.endpoint,
      updateEndpoint: server.updateEndpoint,
      auth: server.limited,
    },
    contents: () => graphQuads(store, writable),
    surroundings: async () => {
      const rows = await store.select('SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }');
      const others = rows.map(({ g }) => g!.value).filter((graph) => !writable.includes(graph));
      const graphless = await store.select(
        'SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }',
      );
      return [...(await graphQuads(store, others)), ...quadsOf(graphless)];
    },
    loseGraph,
    reset: async () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      await loseGraph();
    },
    close: async () => {
      await store.close();
      remove();
    },
  };
}
