import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { exportedGraph } from '../../provenance/export/exported-graph.js';
import { exportFormats, type ExportFormat } from '../../provenance/export/formats.js';
import { exportText } from '../../provenance/export/export-text.js';
import { withContext } from '../context.js';
import { writeFileWhole, writeStandardOutput } from '../whole-file.js';

interface ExportOptions {
  readonly format?: ExportFormat;
  readonly history?: boolean;
  readonly task?: string;
  readonly model?: string;
  readonly run?: string;
  readonly minimumConfidence?: number;
  readonly language: string;
  readonly bom?: boolean;
  readonly address?: string;
}

function parseFormat(text: string): ExportFormat {
  const format = exportFormats.find((known) => known === text);
  if (format === undefined) throw new InvalidArgumentError(`Formats are ${exportFormats.join(', ')}.`);
  return format;
}

function parseConfidence(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || value > 1) throw new InvalidArgumentError('Give a number from 0 to 1.');
  return value;
}

function parseAddress(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError('Give an address such as https://lacuna.example.org.');
  }
  return text.replace(/\/+$/, '');
}

function parseLanguage(text: string): string {
  if (!/^[a-z]{2,3}$/i.test(text)) throw new InvalidArgumentError('Give a language code such as en or es.');
  return text.toLowerCase();
}

/** The format asked for, else the one the file's ending names, else N-Quads. */
function chosenFormat(file: string | undefined, asked: ExportFormat | undefined): ExportFormat {
  const ending = path.extname((file ?? '').replace(/\.gz$/, '')).slice(1);
  return asked ?? exportFormats.find((known) => known === ending) ?? 'nq';
}

/** `lacuna export`: the predictions graph, or some predictions, as a file. */
export function register(program: Command): void {
  program
    .command('export')
    .description('write the predictions graph to a file, or to standard output')
    .argument('[file]', 'where to write it; .gz compresses')
    .option(
      '-f, --format <format>',
      `one of ${exportFormats.join(', ')} (ttl12: Turtle 1.2 with annotations; csv: a table for curators); by default from the file's ending, else nq`,
      parseFormat,
    )
    .option('--history', 'instead of the predictions, what was replaced or taken back (graphs.history)')
    .option('--task <name>', 'only the predictions of this task')
    .option('--model <version>', 'only those of this model, by version or IRI')
    .option('--run <id>', 'only those of this run, by id or IRI')
    .option('--minimum-confidence <share>', 'only those at least as sure as this, 0 to 1', parseConfidence)
    .option('--language <code>', 'csv: language of the labels', parseLanguage, 'en')
    .option('--bom', 'csv: begin with a byte order mark, by which Excel knows UTF-8')
    .option(
      '--address <url>',
      'csv: address of the daemon, for links; by default from http.host and http.port',
      parseAddress,
    )
    .addHelpText(
      'after',
      '\nA file that is there is replaced when the new one is complete.' +
        '\n\nExamples:\n  lacuna export predictions.nq.gz\n  lacuna export --format ttl | less' +
        '\n  lacuna export --history history.trig' +
        '\n  lacuna export technique.csv --task technique --minimum-confidence 0.9 --language es --bom',
    )
    .action(
      withContext<ExportOptions>(async ({ config, profile, store, vocabulary }, output, options, [file]) => {
        const { task, model, run, minimumConfidence, language, bom = false, history = false } = options;
        const format = chosenFormat(file, options.format);
        const selection = { task, model, run, minimumConfidence };
        const graph = exportedGraph(config.graphs, { history, format, selection });
        const unit = format === 'csv' ? 'predictions' : 'quads';
        let count = 0;
        const text = exportText(
          { store, graph, pageSize: store.profile.pageSize, namespace: config.provenance.namespace },
          {
            format,
            selection,
            spreadsheet: {
              profile,
              vocabulary,
              language,
              address: options.address ?? `http://${config.http.host}:${config.http.port}`,
              byteOrderMark: bom,
            },
            onPage: (done) => {
              count = done;
              output.progress(`exporting (${done} ${unit})`, 0, 0);
            },
          },
          { signal: output.signal },
        );
        if (file === undefined) {
          await writeStandardOutput(text, process.stdout);
        } else {
          await writeFileWhole(file, text);
          output.result({ file: path.resolve(file), format, graph, [unit]: count }, () => [
            `Wrote ${count} ${unit} of <${graph}> to ${file}`,
          ]);
        }
        if (count === 0) output.note(`No ${unit}: <${graph}> holds none, or none are as asked for.`);
      }),
    );
}
