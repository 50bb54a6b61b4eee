import type { Config } from '../config/load-config.js';
import { LacunaError } from '../config/errors.js';
import type { Progress } from '../config/progress.js';
import { readCollection } from '../enrichment/read-collection.js';
import type { ReadRecord } from '../enrichment/collection-record.js';
import type { Skips } from '../enrichment/skips.js';
import { toSplitRecord } from '../enrichment/split-record.js';
import { duplicateGroups } from '../learning/splits/duplicates.js';
import { readSplitFile } from '../learning/splits/file.js';
import { labelledOnly, withoutRareClasses } from '../learning/splits/filters.js';
import { museumSplit } from '../learning/splits/museums.js';
import { neighbourGroups, neighbourSplit } from '../learning/splits/neighbours.js';
import { assignGroups } from '../learning/splits/random.js';
import type { Split, SplitRecord } from '../learning/splits/split.js';
import { stratifiedSplit } from '../learning/splits/stratified.js';
import { summariseSplit, type SplitSummary } from '../learning/splits/summary.js';
import { timeSplit } from '../learning/splits/time.js';
import type { CollectionRecord } from '../modalities/case.js';
import type { Context } from './context.js';
import type { Workshop } from './enrichment.js';

/** The records that can be learnt from or measured on, and which is for what. */
export interface SplitCollection {
  readonly records: readonly CollectionRecord[];
  readonly splits: ReadonlyMap<string, Split>;
  readonly summary: SplitSummary;
  /** The group of each object, where the split keeps groups together: folds of training records must not divide them either. */
  readonly groups: ReadonlyMap<string, string> | undefined;
}

async function readAll(
  { config, profile }: Context,
  { source }: Workshop,
  skips: Skips,
  shell: { progress: Progress; signal?: AbortSignal | undefined },
): Promise<ReadRecord[]> {
  const records: ReadRecord[] = [];
  let graphs = { index: 0, total: 1 };
  const { split } = config.training;
  const batches = readCollection(source, {
    catalogue: {
      identifier: split.kind === 'neighbours' ? profile.record.identifier : undefined,
      date: split.kind === 'time' ? split.predicate : undefined,
    },
    skips,
    signal: shell.signal,
    onGraph: (_, index, total) => {
      graphs = { index, total };
    },
  });
  for await (const batch of batches) {
    records.push(...batch);
    shell.progress(`reading records (${records.length})`, graphs.index, graphs.total);
  }
  shell.progress(`reading records (${records.length})`, graphs.total, graphs.total);
  return records;
}

type RandomSplit = Extract<Config['training']['split'], { kind: 'random' }>;

function randomSplit(
  split: RandomSplit,
  records: readonly SplitRecord[],
  seed: number,
): ReadonlyMap<string, Split> {
  const ids = records.map(({ id }) => id);
  return assignGroups(ids, split.duplicates === 'together' ? duplicateGroups(records) : ids, split, seed);
}

/**
 * The split the configuration asks for; a file's objects that are not among the records are ignored.
 *
 * Throws LacunaError CONFIG_INVALID or INPUT_INVALID when the records cannot be divided that way: no dates, a museum
 * without records, a file that names none of them.
 */
export async function configuredSplits(
  { split, seed }: Config['training'],
  records: readonly SplitRecord[],
): Promise<ReadonlyMap<string, Split>> {
  switch (split.kind) {
    case 'random':
      return randomSplit(split, records, seed);
    case 'stratified':
      return stratifiedSplit(records, split, seed, split.order);
    case 'neighbours':
      return neighbourSplit(records, split, seed, split);
    case 'museum':
      return museumSplit(records, split, seed);
    case 'time':
      return timeSplit(records, split, split.predicate);
    case 'file': {
      const splits = await readSplitFile(split.path);
      if (records.some(({ id }) => splits.has(id))) return splits;
      throw new LacunaError(
        'INPUT_INVALID',
        `${split.path} names none of the records that were read: its first column must hold the objects' IRIs.`,
      );
    }
  }
}

/** Reads every record of the configured graphs, leaves out what the configuration filters, and divides the rest. */
export async function readSplitCollection(
  context: Context,
  workshop: Workshop,
  skips: Skips,
  shell: { progress: Progress; signal?: AbortSignal | undefined },
): Promise<SplitCollection> {
  const { training } = context.config;
  const read = await readAll(context, workshop, skips, shell);
  const records = filtered(
    read.map(({ record }) => record),
    training.filter,
  );
  const known = new Map(records.map((record) => [`${record.graph} ${record.object}`, record]));
  const splitRecords = read.flatMap((one) => {
    const record = known.get(`${one.record.graph} ${one.record.object}`);
    return record === undefined ? [] : [toSplitRecord({ ...one, record })];
  });
  const splits = await configuredSplits(training, splitRecords);
  return {
    records,
    splits,
    summary: summariseSplit(splitRecords, splits, context.profile.tasks),
    groups: groupsOf(training.split, splitRecords),
  };
}

function groupsOf(
  split: Config['training']['split'],
  records: readonly SplitRecord[],
): ReadonlyMap<string, string> | undefined {
  if (split.kind === 'museum') return new Map(records.map(({ id, museum }) => [id, museum]));
  const groups =
    split.kind === 'neighbours'
      ? neighbourGroups(records, split)
      : split.kind === 'random' && split.duplicates === 'together'
        ? duplicateGroups(records)
        : undefined;
  return groups && new Map(records.map(({ id }, index) => [id, groups[index]!]));
}

function filtered(records: CollectionRecord[], filter: Config['training']['filter']): CollectionRecord[] {
  const common = withoutRareClasses(records, filter.minimumLabelCount);
  return filter.labelledOnly ? labelledOnly(common) : common;
}
