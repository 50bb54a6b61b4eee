import { LacunaError } from '../config/errors.js';
import type { CollectionRecord, LabelledCase, LearnableTask } from '../modalities/case.js';
import type { Split } from '../learning/splits/split.js';
import type { Profile, Task } from '../vocabulary/profile.js';

/** What the labels allow to learn. */
export interface Learnable {
  readonly tasks: readonly (LearnableTask & { readonly labelCounts: readonly number[] })[];
  readonly notLearnt: readonly { readonly task: string; readonly reason: string }[];
}

/** The one class a record is labelled with, or undefined; of several (a multi-label task) a softmax could learn only one. */
function labelOf(record: CollectionRecord, task: string): string | undefined {
  const known = record.known[task];
  return known?.length === 1 ? known[0] : undefined;
}

/** Labelled training records per class id. */
export function labelCountsOf(
  records: readonly CollectionRecord[],
  splits: ReadonlyMap<string, Split>,
  task: string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) {
    const label = labelOf(record, task);
    if (label === undefined || splits.get(record.object) !== 'train') continue;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}

/**
 * Narrows each task to the classes with at least `minimumLabelCount` labelled training records, in the profile's order.
 * A task with fewer than two such classes is not learnt.
 */
export function learnableTasks(
  records: readonly CollectionRecord[],
  splits: ReadonlyMap<string, Split>,
  tasks: readonly Task[],
): Learnable {
  const learnable: (LearnableTask & { labelCounts: number[] })[] = [];
  const notLearnt: { task: string; reason: string }[] = [];
  for (const task of tasks) {
    const counts = labelCountsOf(records, splits, task.name);
    const classes = task.classes
      .map(({ id }) => id)
      .filter((id) => (counts.get(id) ?? 0) >= task.minimumLabelCount);
    if (classes.length >= 2) {
      learnable.push({ name: task.name, classes, labelCounts: classes.map((id) => counts.get(id) ?? 0) });
    } else {
      const best = [...counts].map(([id, count]) => `${id} ${count}`).join(', ');
      notLearnt.push({
        task: task.name,
        reason: `fewer than two classes have ${task.minimumLabelCount} labelled training records (${best || 'no labels'})`,
      });
    }
  }
  return { tasks: learnable, notLearnt };
}

/** As `learnableTasks`. Throws LacunaError INPUT_INVALID saying why of each when no task can be learnt. */
export function tasksToLearn(
  records: readonly CollectionRecord[],
  splits: ReadonlyMap<string, Split>,
  profile: Profile,
): Learnable {
  const learnable = learnableTasks(records, splits, profile.tasks);
  if (learnable.tasks.length > 0) return learnable;
  throw tooFewLabels(learnable.notLearnt);
}

/** The error for a collection in which no task can be learnt, nor answered otherwise. */
export function tooFewLabels(notLearnt: Learnable['notLearnt']): LacunaError {
  return new LacunaError(
    'INPUT_INVALID',
    'No task has enough labelled records to learn from: load more records, or lower tasks.<name>.minimumLabelCount.',
    { problems: notLearnt.map(({ task, reason }) => `${task}: ${reason}`) },
  );
}

/** Turns records into cases with class indices; opinions are filled in later, for fusion. */
export function labelledCases(
  records: readonly CollectionRecord[],
  tasks: readonly LearnableTask[],
): LabelledCase[] {
  return records.map((record) => {
    const labels: Record<string, number> = {};
    for (const task of tasks) {
      const index = task.classes.indexOf(labelOf(record, task.name) ?? '');
      if (index >= 0) labels[task.name] = index;
    }
    return { record, opinions: {}, labels };
  });
}

/** The labelled cases of each split. */
export function splitCases(
  records: readonly CollectionRecord[],
  splits: ReadonlyMap<string, Split>,
  tasks: readonly LearnableTask[],
): Record<Split, LabelledCase[]> {
  const of = (split: Split): LabelledCase[] =>
    labelledCases(
      records.filter(({ object }) => splits.get(object) === split),
      tasks,
    );
  return { train: of('train'), validation: of('validation'), test: of('test') };
}
