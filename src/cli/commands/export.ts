import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { InvalidArgumentError, type Command } from 'commander';
import { LacunaError } from '../../config/errors.js';
import { pageSizeOf, withContext } from '../context.js';
import { graphPages } from '../../graph/graph-pages.js';
import { exportFormats, serialise, type ExportFormat } from '../serialise.js';

interface ExportOptions {
  readonly format?: ExportFormat;
}

function parseFormat(text: string): ExportFormat {
  const format = exportFormats.find((known) => known === text);
  if (format === undefined) throw new InvalidArgumentError(`Formats are ${exportFormats.join(', ')}.`);
  return format;
}

/** The format asked for, else the one the file's ending names, else N-Quads. */
function chosenFormat(file: string | undefined, asked: ExportFormat | undefined): ExportFormat {
  const ending = path.extname((file ?? '').replace(/\.gz$/, '')).slice(1);
  return asked ?? exportFormats.find((known) => known === ending) ?? 'nq';
}

/** Writes beside the file and renames at the end, so that a half-written export never bears the name. */
async function writeFileWhole(file: string, text: AsyncIterable<string>): Promise<void> {
  const partial = `${file}.partial`;
  try {
    const stages = file.endsWith('.gz') ? [createGzip()] : [];
    await pipeline([Readable.from(text), ...stages, createWriteStream(partial)]);
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true });
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw new LacunaError('INPUT_INVALID', `${file} cannot be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

async function writeStandardOutput(text: AsyncIterable<string>, stdout: Writable): Promise<void> {
  try {
    await pipeline(Readable.from(text), stdout, { end: false });
  } catch (error) {
    // The reader (head, less) has seen enough.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

/** `lacuna export`: the predictions graph as a file. */
export function register(program: Command): void {
  program
    .command('export')
    .description('write the predictions graph to a file, or to standard output')
    .argument('[file]', 'where to write it; .gz compresses')
    .option(
      '-f, --format <format>',
      `one of ${exportFormats.join(', ')}; by default from the file's ending, else nq`,
      parseFormat,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  lacuna export predictions.nq.gz\n  lacuna export --format ttl | less',
    )
    .action(
      withContext<ExportOptions>(async ({ config, store }, output, { format }, [file]) => {
        const graph = config.graphs.predictions;
        const pages = graphPages({ store, graph, pageSize: pageSizeOf(config) }, { signal: output.signal });
        let quads = 0;
        const text = serialise(pages, chosenFormat(file, format), (count) => {
          quads = count;
          output.progress(`exporting (${count} quads)`, 0, 0);
        });
        if (file === undefined) {
          await writeStandardOutput(text, process.stdout);
        } else {
          await writeFileWhole(file, text);
          output.result({ file: path.resolve(file), graph, quads }, () => [
            `Wrote ${quads} quads of <${graph}> to ${file}`,
          ]);
        }
      }),
    );
}
