/** The formats an export can have: N-Quads, TriG, Turtle, N-Triples, Turtle 1.2 with annotations, CSV. */
export const exportFormats = ['nq', 'trig', 'ttl', 'nt', 'ttl12', 'csv'] as const;

/** One of the export formats. */
export type ExportFormat = (typeof exportFormats)[number];

/** The media type of each format. */
export const exportMediaTypes: Readonly<Record<ExportFormat, string>> = {
  nq: 'application/n-quads',
  trig: 'application/trig',
  ttl: 'text/turtle',
  nt: 'application/n-triples',
  ttl12: 'text/turtle; version=1.2',
  csv: 'text/csv; charset=utf-8; header=present',
};
