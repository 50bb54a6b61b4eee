import path from 'node:path';
import { z } from 'zod';
import { address, filePath, iri } from './fields.js';
import { authSchema } from './store.js';

/** RDF beside the store that queries may be joined with; only ever read. */
export type Source =
  | {
      readonly kind: 'files';
      /** Path or glob of RDF files. */
      readonly path: string;
      /** IRI of the named graph for the triples of files that name none; absent = the default graph. */
      readonly graph?: string | undefined;
    }
  | {
      readonly kind: 'endpoint';
      /** Address of a SPARQL query service. */
      readonly endpoint: string;
      readonly auth: z.output<typeof authSchema>;
      /** Seconds a request may take. */
      readonly timeoutSeconds: number;
    };

const file = z.strictObject({ path: filePath, graph: iri.exactOptional() });
const endpoint = z.strictObject({
  endpoint: address,
  auth: authSchema.default({ kind: 'none' }),
  timeoutSeconds: z.number().positive().default(60),
});

/** True for a text that is an address rather than a path. */
function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/**
 * Schema of one source: the path of a file (globs allowed), an address, `{ path, graph }` or `{ endpoint, auth,
 * timeoutSeconds }`. Paths come back as they are written.
 */
export const sourceSchema = z.unknown().transform((value, context): Source => {
  const given = typeof value !== 'string' ? value : isAddress(value) ? { endpoint: value } : { path: value };
  const isEndpoint = typeof given === 'object' && given !== null && 'endpoint' in given;
  const checked = isEndpoint ? endpoint.safeParse(given) : file.safeParse(given);
  if (!checked.success) {
    for (const { path: at, message } of checked.error.issues) {
      context.addIssue({
        code: 'custom',
        path: typeof value === 'string' ? [] : at,
        message: `${message}. A source is the path of a file, an address, { path, graph } or { endpoint, auth, timeoutSeconds }`,
        input: value,
      });
    }
    return z.NEVER;
  }
  const { data } = checked;
  return 'endpoint' in data ? { kind: 'endpoint', ...data } : { kind: 'files', ...data };
});

/** The source with its path made absolute; a relative one starts at `folder`. */
export function resolvedSource(source: Source, folder: string): Source {
  return source.kind === 'files' ? { ...source, path: path.resolve(folder, source.path) } : source;
}
