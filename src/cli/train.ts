import type { Progress } from '../config/progress.js';
import { LacunaError } from '../config/errors.js';
import { Skips, type SkipEntry } from '../enrichment/skips.js';
import { trainBundle } from '../enrichment/training.js';
import { createTabularModality } from '../modalities/tabular/index.js';
import type { Bundle } from '../models/registry.js';
import type { SplitSummary } from '../learning/splits/summary.js';
import { codeVersion } from './code-version.js';
import type { Context } from './context.js';
import { newPhotographFailures, type Workshop } from './enrichment.js';
import { readSplitCollection } from './split-collection.js';
import { tabularParameters } from './tabular-parameters.js';

/** Folds of the opinions that fusion learns from. */
export const crossFittingFolds = 5;

/** Reads the collection, trains every modality that is switched on and promotes the new bundle. */
export async function train(
  context: Context,
  workshop: Workshop,
  shell: { progress: Progress; signal?: AbortSignal | undefined },
): Promise<{ bundle: Bundle; split: SplitSummary; skips: readonly SkipEntry[] }> {
  const { config, profile, store } = context;
  const skips = new Skips();
  const photographFailures = newPhotographFailures(workshop.photographs);
  const collection = await readSplitCollection(context, workshop, skips, shell);
  const { records, splits, summary } = collection;
  if (summary.records.train === 0) {
    throw new LacunaError(
      'INPUT_INVALID',
      `The split (training.split, kind ${config.training.split.kind}) leaves no record to learn from: ` +
        `${summary.records.validation} are for validation, ${summary.records.test} for testing, ${summary.unused} for nothing.`,
    );
  }
  const { parametersOf, tuning } = await tabularParameters(context, collection, shell);
  const { tabular } = config.modalities;
  const bundle = await trainBundle(
    records,
    {
      profile,
      modalities: workshop.modalities.modalities.map((modality) =>
        modality.name === 'tabular' ? createTabularModality({ ...tabular, parametersOf }) : modality,
      ),
      fusions: workshop.modalities.fusions,
      vocabulary: workshop.modalities.vocabulary,
      splits,
      splitKind: config.training.split.kind,
      seed: config.training.seed,
      targetPrecision: config.training.targetPrecision,
      labelShift: config.training.labelShift,
      setCoverage: config.training.predictionSets?.coverage,
      folds: crossFittingFolds,
      codeVersion: await codeVersion(),
      storeName: store.name,
      tuning,
    },
    { registry: workshop.registry, now: () => new Date(), progress: shell.progress, signal: shell.signal },
  );
  skips.addPhotographs(photographFailures());
  return { bundle, split: summary, skips: skips.list() };
}
