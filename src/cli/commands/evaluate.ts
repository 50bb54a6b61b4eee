import { Option, type Command } from 'commander';
import { dataDigest } from '../../enrichment/data-digest.js';
import { cardMetrics, evaluateBundle } from '../../enrichment/evaluate-bundle.js';
import { Predictor } from '../../enrichment/predictor.js';
import { Skips } from '../../enrichment/skips.js';
import { withContext } from '../context.js';
import { allModalities, createWorkshop } from '../enrichment.js';
import { metricsTable, promiseTable } from '../tables.js';
import { readSplitCollection } from '../split-collection.js';

interface EvaluateOptions {
  readonly split: 'test' | 'validation';
}

/** `lacuna evaluate`: measures the models in use on records that were held back. */
export function register(program: Command): void {
  program
    .command('evaluate')
    .description('measure the models in use on the records that were held back from training')
    .addOption(
      new Option('--split <split>', 'the records to measure on')
        .choices(['test', 'validation'])
        .default('test'),
    )
    .addHelpText('after', '\nExample:\n  lacuna evaluate --json > report.json')
    .action(
      withContext<EvaluateOptions>(async (context, output, { split }) => {
        const workshop = createWorkshop(context);
        const bundle = await workshop.registry.current(context.profile.id);
        const predictor = await Predictor.load(bundle, allModalities(workshop.modalities));
        const { records, splits } = await readSplitCollection(context, workshop, new Skips(), output);
        const isAsTrained = dataDigest(records, splits) === bundle.card.data.digest;
        if (!isAsTrained) {
          output.note(
            'The records or their split are not those of the training: some of what is measured on may have been learnt from.',
          );
        }
        const metrics = cardMetrics(await evaluateBundle(records, splits, split, predictor, output));
        workshop.photographs.close();
        const { card } = bundle;
        output.result({ version: card.version, split, isAsTrained, metrics }, () => [
          `Model ${card.version}, trained ${card.trainedAt} on ${card.split.train} records of ${card.data.store}.`,
          metricsTable(card, split, metrics),
          promiseTable(card),
        ]);
      }),
    );
}
