import path from 'node:path';
import { Option, type Command } from 'commander';
import { LacunaError } from '../../config/errors.js';
import { listMuseums } from '../../daemon/overview/museums.js';
import { cardMetrics, evaluateBundle, type EvaluatedBundle } from '../../enrichment/evaluate-bundle.js';
import { namedEvaluation } from '../../enrichment/named-evaluation.js';
import { Predictor } from '../../enrichment/predictor.js';
import { Skips } from '../../enrichment/skips.js';
import { buildReport } from '../../learning/report/build-report.js';
import type { Bundle, ModelRegistry } from '../../models/registry.js';
import { withContext } from '../context.js';
import { allModalities, configuredThresholds, createWorkshop } from '../enrichment.js';
import { writeReport } from '../evaluation-report.js';
import { differencesTable, metricsTable, promiseTable } from '../tables.js';
import { readSplitCollection } from '../split-collection.js';

interface EvaluateOptions {
  readonly split: 'test' | 'validation';
  readonly report?: string;
  readonly against?: string;
}

/** Another bundle of the profile, by the beginning of its version. */
async function bundleCalled(registry: ModelRegistry, profile: string, version: string): Promise<Bundle> {
  const versions = (await registry.list(profile)).map((card) => card.version);
  const matching = versions.filter((known) => known.startsWith(version));
  if (matching.length === 1) return registry.open(profile, matching[0]!);
  throw new LacunaError(
    'NOT_FOUND',
    matching.length === 0
      ? `There is no sound model ${version} of profile ${profile}: give one of ${versions.join(', ')}.`
      : `${version} begins several versions: give one of ${matching.join(', ')}.`,
  );
}

/** `lacuna evaluate`: measures the models in use on records that were held back, and reports what was found. */
export function register(program: Command): void {
  program
    .command('evaluate')
    .description(
      'measure the models in use on the records that were held back from training, and write a report',
    )
    .addOption(
      new Option('--split <split>', 'the records to measure on')
        .choices(['test', 'validation'])
        .default('test'),
    )
    .option(
      '--report <path>',
      'the page to write (.html), or a folder for it (default: reports in the state folder)',
    )
    .option('--against <version>', 'another model to compare with, by its version or the beginning of it')
    .addHelpText(
      'after',
      '\nExamples:\n  lacuna evaluate --report report.html\n  lacuna evaluate --against 3f2a91 --json > figures.json',
    )
    .action(
      withContext<EvaluateOptions>(async (context, output, { split, report: place, against }) => {
        const { config, profile } = context;
        const workshop = createWorkshop(context);
        const { registry } = workshop;
        const bundle = await registry.current(profile.id);
        const other = against === undefined ? undefined : await bundleCalled(registry, profile.id, against);
        const { records, splits, summary } = await readSplitCollection(
          context,
          workshop,
          new Skips(),
          output,
        );

        const museums = await listMuseums(context.store, profile.record, config.graphs.read);
        const remarks = [...new Set(museums.flatMap(({ remark }) => remark ?? []))];

        const measure = async (
          measured: Bundle,
        ): Promise<{ predictor: Predictor; evaluated: EvaluatedBundle }> => {
          const predictor = await Predictor.load(measured, allModalities(workshop.modalities));
          const thresholds = configuredThresholds(config);
          const evaluated = await evaluateBundle(records, splits, split, predictor, output, thresholds);
          return { predictor, evaluated };
        };
        const named = ({ predictor, evaluated }: Awaited<ReturnType<typeof measure>>) =>
          namedEvaluation(`${split} records`, split, predictor, evaluated, {
            profile,
            records,
            splits,
            remarks,
            duplicates: summary.duplicates[split],
          });
        const own = await measure(bundle);
        const evaluation = named(own);
        const report = buildReport([evaluation], {
          madeAt: new Date(),
          seed: config.training.seed,
          against: other && named(await measure(other)),
        });
        workshop.photographs.close();

        if (!evaluation.isAsTrained) {
          output.note(
            'The records or their split are not those of the training: some of what is measured on may have been learnt from.',
          );
        }
        const files = await writeReport(place ?? path.join(config.state, 'reports'), report);
        const { card } = bundle;
        const metrics = cardMetrics(own.evaluated.modalities);
        const { isAsTrained, duplicates } = evaluation;
        const { comparison } = report;
        const result = {
          version: card.version,
          split,
          isAsTrained,
          duplicates,
          metrics,
          comparison,
          report: files,
        };
        output.result(result, () => [
          `Model ${card.version}, trained ${card.trainedAt} on ${card.split.train} records of ${card.data.store}.`,
          metricsTable(card, split, metrics),
          promiseTable(card),
          ...(comparison === undefined
            ? []
            : [
                `Against model ${comparison.first.version}, on the same records:`,
                differencesTable(comparison.tasks),
              ]),
          `Report: ${files.html}`,
        ]);
      }),
    );
}
