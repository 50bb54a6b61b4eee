import { countDuplicates, type DuplicateCounts } from './duplicates.js';
import { splitNames, type Split, type SplitRecord } from './split.js';

/** Records per split. */
export type SplitCounts = Readonly<Record<Split, number>>;

/** What a split did. */
export interface SplitSummary {
  readonly records: SplitCounts;
  /** Records in none of the splits. */
  readonly unused: number;
  /** Per task, in the order given: records of each class. */
  readonly tasks: readonly {
    readonly task: string;
    readonly classes: readonly { readonly id: string; readonly records: SplitCounts }[];
  }[];
  /** Descriptions held back that were learnt from, or nearly. */
  readonly duplicates: Readonly<Record<'validation' | 'test', DuplicateCounts>>;
  /** What a person should know before trusting figures: splits that are empty, classes that are absent from one. */
  readonly warnings: readonly string[];
}

const inWords: Readonly<Record<Split, string>> = {
  train: 'to learn from',
  validation: 'to choose and calibrate by',
  test: 'to measure on',
};

function count(records: readonly SplitRecord[], splits: ReadonlyMap<string, Split>): SplitCounts {
  const counts = { train: 0, validation: 0, test: 0 };
  for (const { id } of records) {
    const split = splits.get(id);
    if (split !== undefined) counts[split]++;
  }
  return counts;
}

function classWarnings(task: string, id: string, counts: SplitCounts): string[] {
  const absent = splitNames.filter((split) => counts[split] === 0);
  if (absent.length === 0 || absent.length === splitNames.length) return [];
  const there = splitNames
    .filter((split) => counts[split] > 0)
    .map((split) => `${counts[split]} ${inWords[split]}`)
    .join(', ');
  return [`${task}: no record of ${id} is ${absent.map((split) => inWords[split]).join(' nor ')} (${there})`];
}

function duplicateWarnings(duplicates: SplitSummary['duplicates']): string[] {
  return (['validation', 'test'] as const).flatMap((split) => {
    const { described, same, near } = duplicates[split];
    if (same + near === 0) return [];
    return [
      `${same + near} of the ${described} records with a description that are ${inWords[split]} have that of a record to learn ` +
        `from (${same} the same words, ${near} nearly the same), which flatters the figures; training.split can keep them together`,
    ];
  });
}

/**
 * Counts the records of every split by class and warns of what is absent, and of descriptions in two of them. Classes with fewer than a task's
 * `minimumLabelCount` records are counted, but not warned of: they are not learnt anyway.
 */
export function summariseSplit(
  records: readonly SplitRecord[],
  splits: ReadonlyMap<string, Split>,
  tasks: readonly {
    readonly name: string;
    readonly classes: readonly { readonly id: string }[];
    readonly minimumLabelCount: number;
  }[],
): SplitSummary {
  const all = count(records, splits);
  const warnings = splitNames
    .filter((split) => all[split] === 0)
    .map((split) => `no record is ${inWords[split]}`);
  const perTask = tasks.map(({ name, classes, minimumLabelCount }) => ({
    task: name,
    classes: classes.map(({ id }) => {
      const own = records.filter(({ known }) => known[name]?.includes(id));
      const counts = count(own, splits);
      if (own.length >= minimumLabelCount) warnings.push(...classWarnings(name, id, counts));
      return { id, records: counts };
    }),
  }));
  const duplicates = countDuplicates(records, splits);
  warnings.push(...duplicateWarnings(duplicates));
  const used = all.train + all.validation + all.test;
  return { records: all, unused: records.length - used, tasks: perTask, duplicates, warnings };
}
