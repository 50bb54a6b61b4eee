import type { Quad } from '@rdfjs/types';
import type { RequestOptions } from '../../graph/store.js';
import { annotatedTurtle } from './annotations.js';
import { exportPages, type ExportSource } from './export-pages.js';
import type { ExportFormat } from './formats.js';
import type { ExportSelection } from './selection.js';
import { serialise } from './serialise.js';
import { spreadsheet, type SpreadsheetSettings } from './spreadsheet.js';

/** What is exported and how. */
export interface ExportRequest {
  readonly format: ExportFormat;
  readonly selection: ExportSelection;
  readonly spreadsheet: SpreadsheetSettings;
  /** Told after each page how many quads have been read; with CSV, how many predictions. */
  readonly onPage?: (count: number) => void;
}

async function* counted(
  pages: AsyncIterable<readonly Quad[]>,
  onPage: (quads: number) => void,
): AsyncGenerator<readonly Quad[]> {
  let quads = 0;
  for await (const page of pages) {
    quads += page.length;
    yield page;
    onPage(quads);
  }
}

/**
 * The predictions graph, or the part selected, as text. A page is read when the one before has been taken, so memory is one
 * page whatever the size of the graph.
 *
 * @throws LacunaError of the store, or INPUT_INVALID for a selection that cannot be.
 */
export function exportText(
  source: ExportSource,
  { format, selection, spreadsheet: settings, onPage = () => undefined }: ExportRequest,
  options: RequestOptions = {},
): AsyncIterable<string> {
  if (format === 'csv') return spreadsheet(source, selection, settings, onPage, options);
  const pages = counted(exportPages(source, selection, options), onPage);
  return format === 'ttl12' ? annotatedTurtle(source, pages, options) : serialise(pages, format);
}
