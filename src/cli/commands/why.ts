import path from 'node:path';
import { Readable } from 'node:stream';
import { Option, type Command } from 'commander';
import { cancelledOr } from '../../config/cancelled-or.js';
import { LacunaError } from '../../config/errors.js';
import { overlayFormats } from '../../modalities/image/occlusion/overlay.js';
import { oneIri } from '../arguments.js';
import { withContext } from '../context.js';
import { createExplanations, createWorkshop } from '../enrichment.js';
import { explanationLines } from '../tables.js';
import { writeFileWhole } from '../whole-file.js';

interface WhyOptions {
  readonly record: string;
  readonly task: string;
}

function formatOf(file: string): (typeof overlayFormats)[number] {
  const ending = path.extname(file).slice(1).toLowerCase();
  const format = overlayFormats.find((known) => known === ending);
  if (format !== undefined) return format;
  throw new LacunaError(
    'INPUT_INVALID',
    `${file} names no format to draw in: let it end in .${overlayFormats.join(' or .')}.`,
  );
}

/** `lacuna why`: which parts of its photograph carried a prediction. */
export function register(program: Command): void {
  program
    .command('why')
    .description('show which parts of its photograph carried a prediction')
    .argument('[file]', 'where to draw the map on the photograph: .webp or .png')
    .addOption(new Option('--record <iri>', 'the object').argParser(oneIri).makeOptionMandatory())
    .addOption(new Option('--task <name>', 'the property, by the name of its task').makeOptionMandatory())
    .addHelpText(
      'after',
      '\nA file that is there is replaced when the new one is complete.' +
        '\n\nExample:\n  lacuna why --record http://data.silknow.org/object/1 --task technique why.webp',
    )
    .action(
      withContext<WhyOptions>(async (context, output, { record, task }, [file]) => {
        const format = file === undefined ? undefined : formatOf(file);
        const workshop = createWorkshop(context);
        try {
          output.progress('looking at the photograph', 0, 0);
          const explanations = createExplanations(context, workshop, workshop.photographs);
          const { explanation, draw } = await explanations.explain({ record, task }, output.signal);
          if (file !== undefined && format !== undefined) {
            const drawn = await draw(format);
            await writeFileWhole(file, Readable.from([drawn]));
          }
          const written = file === undefined ? {} : { file: path.resolve(file) };
          output.result({ ...explanation, ...written }, () => [
            ...explanationLines(explanation),
            ...(file === undefined ? [] : [`Drawn on the photograph in ${file}`]),
          ]);
        } catch (error) {
          throw cancelledOr(error, output.signal, 'reading photographs');
        } finally {
          workshop.photographs.close();
        }
      }),
    );
}
