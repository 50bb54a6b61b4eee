import type { Command } from 'commander';
import { withContext } from '../context.js';
import { createWorkshop } from '../enrichment.js';
import {
  labelShiftLines,
  metricsTable,
  predictionSetLines,
  promiseTable,
  skipLines,
  splitTable,
  tuningLines,
} from '../tables.js';
import { train } from '../train.js';
import { unlearntLines } from '../unlearnt-lines.js';

/** `lacuna train`: fits the models on the records that have the values. */
export function register(program: Command): void {
  program
    .command('train')
    .description('train the models on the records that already have the values, and put them to use')
    .addHelpText('after', '\nExample:\n  lacuna train --config config.yaml')
    .action(
      withContext(async (context, output) => {
        const workshop = createWorkshop(context);
        const { bundle, split, skips } = await train(context, workshop, output);
        const { card, folder } = bundle;
        output.result({ card, folder, split, skips }, () => [
          `Model ${card.version} of profile ${card.profile}, in ${folder}`,
          `Trained on ${card.split.train} records, thresholds from ${card.split.validation}, measured on ${card.split.test}.`,
          splitTable(split),
          ...split.warnings.map((warning) => `Mind: ${warning}`),
          ...tuningLines(card),
          metricsTable(card),
          promiseTable(card),
          ...predictionSetLines(card),
          ...labelShiftLines(card),
          ...unlearntLines(card),
          ...(skips.length > 0 ? ['Left out:', ...skipLines(skips)] : []),
        ]);
      }),
    );
}
