import { LacunaError } from '../config/errors.js';
import { resolvedSource, sourceSchema, type Source } from '../config/schema/source.js';
import { openEmbeddedStore } from './embedded-store.js';
import { openProtocolStore } from './protocol-store.js';
import { resolveRdfFiles, type RdfFile } from './rdf-files.js';
import { storeProfiles } from './store-profiles.js';
import type { RawAnswer, Store } from './store.js';

/** What can be asked of a source: reading, nothing else. */
export type ReadOnlyStore = Pick<Store, 'name' | 'profile' | 'select' | 'ask' | 'answer' | 'close'>;

const parsed = new Map<string, Promise<Store>>();

/** Parses the files, once per process. */
function parsedFiles(files: readonly RdfFile[]): Promise<Store> {
  const key = files.map(({ path, graph }) => `${path} ${graph ?? ''}`).join('\n');
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const store = openEmbeddedStore({ files, writableGraphs: [] });
  parsed.set(key, store);
  // So that a file that was mended is tried again.
  store.catch(() => parsed.delete(key));
  return store;
}

/** The files of some sources as one store: it lets nothing be written, and closing it leaves it to the next who asks. */
async function fileSource(sources: readonly (Source & { kind: 'files' })[]): Promise<ReadOnlyStore> {
  const { files, problems } = resolveRdfFiles(
    sources.map(({ path, graph }) => (graph === undefined ? path : { path, graph })),
  );
  if (problems.length > 0) {
    const message = `The sources cannot all be found:\n${problems.join('\n')}`;
    throw new LacunaError('INPUT_INVALID', message, { problems });
  }
  const store = await parsedFiles(files);
  return {
    name: files.map(({ path }) => path).join(', '),
    profile: store.profile,
    select: (query, options) => store.select(query, options),
    ask: (query, options) => store.ask(query, options),
    answer: (query, accept, options): Promise<RawAnswer> => store.answer(query, accept, options),
    close: () => Promise.resolve(),
  };
}

/**
 * The sources that a query's header names, relative paths starting at its folder. An endpoint is signed in at as the same
 * endpoint among `known`, so that no query holds a secret.
 *
 * @throws LacunaError INPUT_INVALID listing every line that is no source.
 */
export function namedSources(
  lines: readonly string[],
  folder: string,
  known: readonly Source[] = [],
): Source[] {
  const problems: string[] = [];
  const sources = lines.flatMap((line): Source[] => {
    const checked = sourceSchema.safeParse(line);
    if (checked.success) {
      const source = resolvedSource(checked.data, folder);
      const same = known.find(
        (one) => one.kind === 'endpoint' && source.kind === 'endpoint' && one.endpoint === source.endpoint,
      );
      return [same ?? source];
    }
    problems.push(
      ...checked.error.issues.map(
        ({ message }) => `# source: ${line.replace(/\/\/[^/@]*@/, '//…@')}: ${message}`,
      ),
    );
    return [];
  });
  if (problems.length > 0) {
    throw new LacunaError('INPUT_INVALID', `The query names what is no source:\n${problems.join('\n')}`, {
      problems,
    });
  }
  return sources;
}

/**
 * Opens sources for reading: all files together as one, each endpoint as one of its own. Files are parsed once per process
 * (in a thread of their own). Endpoints are not asked yet.
 *
 * @throws LacunaError INPUT_INVALID with every file that is missing or cannot be parsed, with its line; CONFIG_INVALID for an
 *   address that is none.
 */
export async function openSources(
  sources: readonly Source[],
  { userAgent }: { readonly userAgent: string },
): Promise<ReadOnlyStore[]> {
  const files = sources.filter((source) => source.kind === 'files');
  const endpoints = sources.filter((source) => source.kind === 'endpoint');
  const opened: ReadOnlyStore[] = files.length === 0 ? [] : [await fileSource(files)];
  for (const { endpoint, auth, timeoutSeconds } of endpoints) {
    opened.push(
      openProtocolStore({
        endpoint,
        auth,
        timeoutMs: timeoutSeconds * 1000,
        writableGraphs: [],
        userAgent,
        profile: storeProfiles.sparql,
      }),
    );
  }
  return opened;
}
