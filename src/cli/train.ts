import { readSplitFile, assignSplits, type Split } from '../learning/split.js';
import type { Config } from '../config/load-config.js';
import type { Progress } from '../config/progress.js';
import { LacunaError } from '../config/errors.js';
import { readCollection } from '../enrichment/read-collection.js';
import { Skips, type SkipEntry } from '../enrichment/skips.js';
import { trainBundle } from '../enrichment/training.js';
import type { CollectionRecord } from '../modalities/case.js';
import type { Bundle } from '../models/registry.js';
import { codeVersion } from './code-version.js';
import type { Context } from './context.js';
import { newPhotographFailures, type Workshop } from './enrichment.js';

/** Folds of the opinions that fusion learns from. */
export const crossFittingFolds = 5;

/** Reads every record of the configured graphs. */
export async function readAllRecords(
  workshop: Workshop,
  skips: Skips,
  progress: Progress,
  signal?: AbortSignal,
): Promise<CollectionRecord[]> {
  const records: CollectionRecord[] = [];
  let graphs = { index: 0, total: 1 };
  const batches = readCollection(workshop.source, {
    skips,
    signal,
    onGraph: (_, index, total) => {
      graphs = { index, total };
    },
  });
  for await (const batch of batches) {
    records.push(...batch.map(({ record }) => record));
    progress(`reading records (${records.length})`, graphs.index, graphs.total);
  }
  progress(`reading records (${records.length})`, graphs.total, graphs.total);
  return records;
}

/** The split the configuration asks for; a file's objects that are not in the graph are ignored. */
export async function configuredSplits(
  config: Config,
  records: readonly CollectionRecord[],
): Promise<ReadonlyMap<string, Split>> {
  const { split, seed } = config.training;
  if (split.kind === 'random') {
    return assignSplits(
      records.map(({ object }) => object),
      split,
      seed,
    );
  }
  const splits = await readSplitFile(split.path);
  if (!records.some(({ object }) => splits.has(object))) {
    throw new LacunaError(
      'INPUT_INVALID',
      `${split.path} names none of the records that were read: its first column must hold the objects' IRIs.`,
    );
  }
  return splits;
}

/** Reads the collection, trains every modality that is switched on and promotes the new bundle. */
export async function train(
  context: Context,
  workshop: Workshop,
  shell: { progress: Progress; signal?: AbortSignal | undefined },
): Promise<{ bundle: Bundle; skips: readonly SkipEntry[] }> {
  const { config, profile, store } = context;
  const skips = new Skips();
  const photographFailures = newPhotographFailures(workshop.photographs);
  const records = await readAllRecords(workshop, skips, shell.progress, shell.signal);
  const bundle = await trainBundle(
    records,
    {
      profile,
      modalities: workshop.modalities.modalities,
      fusions: workshop.modalities.fusions,
      splits: await configuredSplits(config, records),
      splitKind: config.training.split.kind,
      seed: config.training.seed,
      targetPrecision: config.training.targetPrecision,
      folds: crossFittingFolds,
      codeVersion: await codeVersion(),
      storeName: store.name,
    },
    { registry: workshop.registry, now: () => new Date(), progress: shell.progress, signal: shell.signal },
  );
  skips.addPhotographs(photographFailures());
  return { bundle, skips: skips.list() };
}
