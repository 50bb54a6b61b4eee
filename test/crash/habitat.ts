import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Quad, Term } from '@rdfjs/types';
import { Parser } from 'n3';
import type { Store } from '../../src/graph/store.js';
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
  /** The graphs that Lacuna may write, as sorted lines. */
  contents(): Promise<string[]>;
  /** Everything else in the store, as sorted lines. */
  surroundings(): Promise<string[]>;
  /** Empties the writable graphs and the state folder. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The graphs that Lacuna may write. */
export const writable: readonly string[] = ['http://example.org/predictions'];

function text(term: Term): string {
  if (term.termType !== 'Literal') return `${term.termType} ${term.value}`;
  return `${JSON.stringify(term.value)} ${term.language} ${term.datatype.value}`;
}

/** The quads of one graph, every term told in full. */
async function graphLines(store: Store, graph: string): Promise<string[]> {
  const rows = await store.select(`SELECT ?s ?p ?o WHERE { GRAPH <${graph}> { ?s ?p ?o } }`);
  return rows.map(({ s, p, o }) => [s!, p!, o!].map(text).concat(graph).join(' | '));
}

/** A store in the children's own process. */
export function embeddedHabitat(): Habitat {
  const { folder: root, remove } = temporaryFolder('crash');
  const folder = path.join(root, 'life');
  const files = path.join(root, 'collection.nq');
  writeFileSync(files, collection());
  const linesOf = (file: string): string[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .sort();
  return {
    folder,
    store: { kind: 'embedded', files },
    contents: () => Promise.resolve(linesOf(path.join(folder, 'predictions.nq'))),
    surroundings: () => Promise.resolve(linesOf(files)),
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
  return {
    folder,
    store: {
      kind: 'server',
      profile: store.profile,
      endpoint: server.endpoint,
      updateEndpoint: server.updateEndpoint,
      auth: server.limited,
    },
    contents: async () =>
      (await Promise.all(writable.map((graph) => graphLines(store, graph)))).flat().sort(),
    surroundings: async () => {
      const rows = await store.select('SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }');
      const others = rows.map(({ g }) => g!.value).filter((graph) => !writable.includes(graph));
      return (await Promise.all(others.map((graph) => graphLines(store, graph)))).flat().sort();
    },
    reset: async () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      for (const graph of writable) {
        const rows = await store.select(`SELECT ?s ?p ?o WHERE { GRAPH <${graph}> { ?s ?p ?o } }`);
        const remove = rows.map(({ s, p, o }) =>
          quad(s as Quad['subject'], p as Quad['predicate'], o as Quad['object'], namedNode(graph)),
        );
        await store.write({ insert: [], remove });
      }
    },
    close: async () => {
      await store.close();
      remove();
    },
  };
}
