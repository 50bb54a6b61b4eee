import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Store } from '../../graph/store.js';
import type { Vocabulary } from '../../graph/vocabulary-lookup.js';
import { exportedGraph, type ExportableGraphs } from '../../provenance/export/exported-graph.js';
import { exportText } from '../../provenance/export/export-text.js';
import { exportFormats, exportMediaTypes, type ExportFormat } from '../../provenance/export/formats.js';
import type { Profile } from '../../vocabulary/profile.js';
import { HttpProblem } from '../problem.js';
import { exportQuerySchema } from '../schemas.js';

/** What the route reads from. */
export interface ExportParts {
  readonly store: Store;
  readonly profile: Profile;
  /** Where values' labels are asked; the store unless told. */
  readonly vocabulary: Vocabulary | undefined;
  readonly graphs: ExportableGraphs;
  /** IRI below which models and runs are minted. */
  readonly namespace: string;
}

interface ExportQuery {
  readonly format?: ExportFormat;
  readonly history?: 'true' | 'false';
  readonly task?: string;
  readonly model?: string;
  readonly run?: string;
  readonly minimumConfidence?: string;
  readonly language?: string;
  readonly bom?: 'true' | 'false';
}

// Each reads the whole graph, a page at a time: a few together are all a store should bear.
const exportsAtOnce = 2;
const endings: Readonly<Record<ExportFormat, string>> = {
  nq: 'nq',
  trig: 'trig',
  ttl: 'ttl',
  nt: 'nt',
  ttl12: 'ttl',
  csv: 'csv',
};

function withoutSpaces(text: string): string {
  return text.replace(/\s+/g, '').toLowerCase();
}

/** The format an Accept header likes best; of equals the first of ours; N-Quads for who takes anything. */
export function negotiatedFormat(accept: string | undefined): ExportFormat {
  const ranges = (accept ?? '*/*').split(',').map((range) => {
    const [name = '', ...parameters] = withoutSpaces(range).split(';');
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const is12 = parameters.some((parameter) => /^version="?1\.2"?$/.test(parameter));
    return { name, is12, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
  });
  const liking = (format: ExportFormat): number => {
    const [type = ''] = withoutSpaces(exportMediaTypes[format]).split(';');
    const fitting = ranges.filter(
      ({ name, is12 }) =>
        (name === type && is12 === (format === 'ttl12')) ||
        (format !== 'ttl12' && (name === '*/*' || name === `${type.split('/')[0] ?? ''}/*`)),
    );
    // A range that names the type says more than one with a star.
    const exact = fitting.filter(({ name }) => name === type);
    return Math.max(0, ...(exact.length > 0 ? exact : fitting).map(({ quality }) => quality));
  };
  const [best] = exportFormats
    .map((format) => ({ format, quality: liking(format) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  if (best !== undefined) return best.format;
  throw new HttpProblem(406, `An export can be had as ${Object.values(exportMediaTypes).join(', ')}.`);
}

/** The text with its first piece read, so that what fails at once can still become a problem. */
async function begun(text: AsyncIterable<string>): Promise<Readable> {
  const pieces = text[Symbol.asyncIterator]();
  const first = await pieces.next();
  async function* all(): AsyncGenerator<string> {
    try {
      for (let piece = first; piece.done !== true; piece = await pieces.next()) yield piece.value;
    } finally {
      await pieces.return?.();
    }
  }
  return Readable.from(all());
}

/**
 * Adds GET /export: the predictions graph, or the predictions selected, or the history graph, in the format that `format` or Accept names. It is
 * read as fast as the client takes it; an answer that breaks off ends the connection.
 */
export function addExportRoute(app: FastifyInstance, parts: ExportParts): void {
  const { store, profile, graphs, namespace, vocabulary = store } = parts;
  let under = 0;
  app.get<{ Querystring: ExportQuery }>(
    '/export',
    { schema: { querystring: exportQuerySchema } },
    async (request, reply) => {
      const { task, model, run, minimumConfidence, language = 'en', bom } = request.query;
      const format = request.query.format ?? negotiatedFormat(request.headers.accept);
      const selection = {
        task,
        model,
        run,
        minimumConfidence: minimumConfidence === undefined ? undefined : Number(minimumConfidence),
      };
      const history = request.query.history === 'true';
      const graph = exportedGraph(graphs, { history, format, selection });
      if (under >= exportsAtOnce) {
        throw new HttpProblem(503, 'Two exports are under way; try again in a moment.', {
          headers: { 'retry-after': '30' },
        });
      }
      under += 1;
      const gone = new AbortController();
      const leave = (): void => {
        if (gone.signal.aborted) return;
        under -= 1;
        gone.abort(new Error('The client went away, or has everything.'));
      };
      reply.raw.once('close', leave);
      const text = exportText(
        { store, graph, pageSize: store.profile.pageSize, namespace },
        {
          format,
          selection,
          spreadsheet: {
            profile,
            vocabulary,
            language: language.toLowerCase(),
            address: `${request.protocol}://${request.host}`,
            byteOrderMark: bom === 'true',
          },
        },
        { signal: gone.signal },
      );
      try {
        const body = await begun(text);
        return await reply
          .type(exportMediaTypes[format])
          .headers({
            'access-control-allow-origin': '*',
            'cache-control': 'no-cache',
            'content-disposition': `attachment; filename="${history ? 'history' : 'predictions'}.${endings[format]}"`,
            vary: 'accept',
          })
          .send(body);
      } catch (error) {
        leave();
        throw error;
      }
    },
  );
}
