import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { InvalidArgumentError, type Command } from 'commander';
import { LacunaError } from '../../config/errors.js';
import { packageRoot } from '../../config/package-root.js';
import { Federation } from '../../graph/federation.js';
import { namedSources, openSources } from '../../graph/open-sources.js';
import { rowFormats, rowsText, triplesText, type RowFormat } from '../../graph/row-formats.js';
import type { StreamedAnswer } from '../../graph/streamed-answer.js';
import { bindTemplate, parseTemplate } from '../../graph/template.js';
import { codeVersion } from '../code-version.js';
import { withContext } from '../context.js';
import { templateValues } from '../query-values.js';
import { writeStandardOutput } from '../whole-file.js';

interface QueryOptions {
  readonly format?: RowFormat;
  readonly set: readonly string[];
  readonly profileSources: boolean;
}

interface ReadQuery {
  readonly text: string;
  /** Sources its header names, as they are written. */
  readonly sources: readonly string[];
  /** Folder that their paths start at. */
  readonly folder: string;
}

function parseFormat(text: string): RowFormat {
  const format = rowFormats.find((known) => known === text);
  if (format === undefined) throw new InvalidArgumentError(`Formats are ${rowFormats.join(', ')}.`);
  return format;
}

/** The file, or the packaged template of that name. */
function placeOf(name: string): string {
  const packaged = path.join(packageRoot, 'queries', `${name}.rq`);
  return !existsSync(name) && /^[a-z-]+$/.test(name) && existsSync(packaged) ? packaged : path.resolve(name);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const known = 'Name a file, - for standard input, or a template in queries/';
    throw new LacunaError('INPUT_INVALID', `${file} cannot be read: ${(cause as Error).message}. ${known}.`, {
      cause,
    });
  }
}

/** The `# source:` lines above a plain query. */
function sourceLines(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() !== '' && !line.startsWith('#')) break;
    const [, source] = /^#\s*source\s*:\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (source !== undefined) lines.push(source);
  }
  return lines;
}

/** A template, which says what it is for in its header, with its parameters filled; or a query as it stands. */
async function readQuery(name: string, settings: readonly string[]): Promise<ReadQuery> {
  const file = name === '-' ? undefined : placeOf(name);
  const text = file === undefined ? await textOf(process.stdin) : await readText(file);
  const folder = file === undefined ? process.cwd() : path.dirname(file);
  if (!/^#\s*purpose\s*:/m.test(text)) {
    if (settings.length > 0) {
      const message = `${file ?? 'The query'} has no header with parameters, so nothing can be --set in it.`;
      throw new LacunaError('INPUT_INVALID', message);
    }
    return { text, sources: sourceLines(text), folder };
  }
  const template = parseTemplate(path.parse(file ?? 'query').name, text, file ?? 'the query');
  const { sources } = template.header;
  return { text: bindTemplate(template, templateValues(template.header, settings)), sources, folder };
}

async function* truthText(value: boolean, format: RowFormat): AsyncGenerator<string> {
  yield await Promise.resolve(format === 'json' ? `{"head":{},"boolean":${value}}\n` : `${value}\n`);
}

function answerText(answer: StreamedAnswer, format: RowFormat): AsyncGenerator<string> {
  if (answer.kind === 'rows') return rowsText(answer.columns, answer.rows, format);
  return answer.kind === 'truth' ? truthText(answer.value, format) : triplesText(answer.triples);
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** `lacuna query`: a query of the maintainer's over the store and the sources. */
export function register(program: Command): void {
  program
    .command('query')
    .description('ask the store, joined with vocabulary files and other endpoints; reads only')
    .argument('<file>', 'a SPARQL query or a template, - for standard input, or the name of one in queries/')
    .option(
      '-f, --format <format>',
      `${rowFormats.join(', ')}; by default a table, with --json json`,
      parseFormat,
    )
    .option(
      '-s, --set <name=value>',
      'fill a parameter of the template; repeat it for lists and rows',
      collect,
      [],
    )
    .option('--no-profile-sources', 'leave out the sources of the profile')
    .addHelpText(
      'after',
      '\nSources are those of the profile and the lines "# source: file or address" above the query. CONSTRUCT and\n' +
        'DESCRIBE come as N-Triples.' +
        '\n\nExamples:\n  lacuna query labels.rq --format csv > labels.csv' +
        "\n  echo 'SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g' | lacuna query -" +
        '\n  lacuna query list-predictions --set graph=http://data.silknow.org/predictions --set last=',
    )
    .action(
      withContext<QueryOptions>(async ({ profile, store }, output, options, [file = '-']) => {
        const { text, sources, folder } = await readQuery(file, options.set);
        const userAgent = `Lacuna/${await codeVersion()}`;
        const known = profile.sources ?? [];
        const wanted = [...(options.profileSources ? known : []), ...namedSources(sources, folder, known)];
        const opened = await openSources(
          wanted.filter((source, index) => !wanted.slice(0, index).includes(source)),
          { userAgent },
        );
        try {
          const federation = new Federation([store, ...opened]);
          const answer = await federation.query(text, output.signal);
          const format = options.format ?? (output.json ? 'json' : 'table');
          await writeStandardOutput(answerText(answer, format), process.stdout);
        } finally {
          await Promise.all(opened.map((source) => source.close()));
        }
      }),
    );
}
