import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** A file to load, and the named graph for formats that have none; without one its triples go into the default graph. */
export interface RdfFile {
  readonly path: string;
  readonly graph?: string;
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.ttl': 'text/turtle',
  '.trig': 'application/trig',
  '.nt': 'application/n-triples',
  '.nq': 'application/n-quads',
  '.rdf': 'application/rdf+xml',
  '.owl': 'application/rdf+xml',
};

/** Media type and compression of an RDF file by its name, or undefined when its ending is none of ours. */
export function rdfFormat(
  file: string,
): { mediaType: string; isGzip: boolean; hasGraphs: boolean } | undefined {
  const isGzip = file.endsWith('.gz');
  const mediaType = mediaTypes[path.extname(isGzip ? file.slice(0, -3) : file).toLowerCase()];
  if (mediaType === undefined) return undefined;
  return {
    mediaType,
    isGzip,
    hasGraphs: mediaType === 'application/trig' || mediaType === 'application/n-quads',
  };
}

function segmentPattern(segment: string): RegExp {
  const escaped = segment
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return new RegExp(`^${escaped}$`);
}

function expand(folder: string, segments: readonly string[]): string[] {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [folder];
  if (!/[*?]/.test(segment)) {
    const next = path.join(folder, segment);
    return statSync(next, { throwIfNoEntry: false }) === undefined ? [] : expand(next, rest);
  }
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.name.startsWith('.'));
  if (segment === '**') {
    const below = entries.filter((entry) => entry.isDirectory());
    return [
      ...expand(folder, rest),
      ...below.flatMap((entry) => expand(path.join(folder, entry.name), segments)),
    ];
  }
  const pattern = segmentPattern(segment);
  return entries
    .filter((entry) => pattern.test(entry.name))
    .flatMap((entry) => expand(path.join(folder, entry.name), rest));
}

/**
 * Expands absolute paths and globs (`*`, `?` inside a name, `**` for folders) to files, sorted, each once.
 * A path that exists is taken as it is, even if it holds `*` or `?`.
 *
 * @returns the files, and a problem for everything that is missing, matches nothing, is a folder or has a strange ending.
 */
export function resolveRdfFiles(sources: readonly (string | RdfFile)[]): {
  files: RdfFile[];
  problems: string[];
} {
  const files = new Map<string, RdfFile>();
  const problems: string[] = [];
  for (const source of sources) {
    const { path: pattern, graph } = typeof source === 'string' ? { path: source, graph: undefined } : source;
    const isPlain = statSync(pattern, { throwIfNoEntry: false }) !== undefined;
    const { root } = path.parse(pattern);
    const found = isPlain ? [pattern] : expand(root, pattern.slice(root.length).split(/[/\\]/));
    const matches = found.filter((file) => isPlain || statSync(file).isFile()).sort();
    if (matches.length === 0) {
      const what = /[*?]/.test(pattern) ? 'matches no file' : 'does not exist';
      problems.push(`${pattern} ${what}. Correct the path, or put the file there.`);
    }
    for (const file of matches) {
      const format = rdfFormat(file);
      if (!statSync(file).isFile())
        problems.push(`${file} is a folder. Name its files, for example ${path.join(file, '*.nq.gz')}.`);
      else if (format === undefined)
        problems.push(
          `${file}: the ending is none of .ttl .trig .nt .nq .rdf .owl (each also .gz). Rename or convert it.`,
        );
      else if (graph !== undefined && format.hasGraphs)
        problems.push(`${file}: its format names graphs itself, so it cannot be put into <${graph}>.`);
      else files.set(`${file} ${graph ?? ''}`, graph === undefined ? { path: file } : { path: file, graph });
    }
  }
  return { files: [...files.values()], problems };
}
