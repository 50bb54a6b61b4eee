import { InvalidArgumentError, Option, type Command } from 'commander';
import { compareStrategies } from '../../enrichment/compare.js';
import { Skips } from '../../enrichment/skips.js';
import { withContext } from '../context.js';
import { createWorkshop } from '../enrichment.js';
import { readSplitCollection } from '../split-collection.js';
import { strategiesTable } from '../tables.js';
import { crossFittingFolds } from '../train.js';

interface CompareOptions {
  readonly seeds: number;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Give a whole number from 1 on.');
  return value;
}

/** `lacuna compare`: trains every head with every way of helping rare classes, and keeps none of it. */
export function register(program: Command): void {
  program
    .command('compare')
    .description('compare the ways of helping rare classes, for every modality, on validation records')
    .addOption(
      new Option('--seeds <n>', 'trainings per strategy, each with a seed of its own')
        .argParser(wholeNumber)
        .default(1),
    )
    .addHelpText('after', '\nExample:\n  lacuna compare --seeds 5')
    .action(
      withContext<CompareOptions>(async (context, output, { seeds }) => {
        const { config, profile } = context;
        const workshop = createWorkshop(context);
        const { records, splits } = await readSplitCollection(context, workshop, new Skips(), output);
        const comparison = await compareStrategies(
          records,
          {
            profile,
            ...workshop.modalities,
            splits,
            seeds: Array.from({ length: seeds }, (_, index) => config.training.seed + index),
            folds: crossFittingFolds,
          },
          output,
        );
        workshop.photographs.close();
        output.result(comparison, () => [
          'On the validation records that the modality has something to say about:',
          strategiesTable(comparison),
          ...comparison.notTrained.map(({ modality, reason }) => `Not trained: ${modality}, ${reason}`),
        ]);
      }),
    );
}
