import type { PropertyValues } from '../learning/report/associations.js';
import type { DescribedTask, NamedEvaluation } from '../learning/report/build-report.js';
import type { ReportModel } from '../learning/report/report-schema.js';
import type { DuplicateCounts } from '../learning/splits/duplicates.js';
import type { Split } from '../learning/splits/split.js';
import type { CollectionRecord } from '../modalities/case.js';
import type { ModelCard } from '../models/card.js';
import type { Profile } from '../vocabulary/profile.js';
import { dataDigest } from './data-digest.js';
import type { EvaluatedBundle } from './evaluate-bundle.js';
import type { Predictor } from './predictor.js';

/** A task in words; its name when the profile has it no more. */
const labelOf = ({ tasks }: Profile, name: string): string =>
  tasks.find((task) => task.name === name)?.labels['en'] ?? name;

/** What a report says of a model beside its figures. */
function reportModel(card: ModelCard, described: Profile): ReportModel {
  const {
    version,
    profile,
    trainedAt,
    codeVersion,
    seed,
    data,
    split,
    targetPrecision,
    notLearnt,
    notTrained,
  } = card;
  return {
    version,
    profile,
    trainedAt,
    codeVersion,
    seed,
    data,
    split,
    targetPrecision,
    modalities: card.modalities,
    notLearnt: notLearnt.map(({ task, reason }) => ({ task, label: labelOf(described, task), reason })),
    notTrained,
  };
}

function describedTasks(card: ModelCard, profile: Profile): DescribedTask[] {
  return card.tasks.map(({ name, classes, labelCounts }) => {
    const task = profile.tasks.find((one) => one.name === name);
    return {
      name,
      label: labelOf(profile, name),
      classes: classes.map((id) => ({
        id,
        label: task?.classes.find((one) => one.id === id)?.labels['en'] ?? id,
      })),
      trained: labelCounts,
      decider: card.decider[name] ?? 'fusion',
    };
  });
}

/** A record's museum and, by task, its value where it has just one. */
function propertiesOf({ museum, known }: CollectionRecord): PropertyValues {
  const single = Object.entries(known).flatMap(([task, values]) =>
    values.length === 1 ? [[task, values[0]!] as const] : [],
  );
  return { museum, ...Object.fromEntries(single) };
}

/** Puts together what a report needs of one measured bundle; `name` tells it from others in the same report. */
export function namedEvaluation(
  name: string,
  split: Split,
  predictor: Predictor,
  evaluated: EvaluatedBundle,
  collection: {
    readonly profile: Profile;
    readonly records: readonly CollectionRecord[];
    readonly splits: ReadonlyMap<string, Split>;
    /** What the museums' graphs remark on themselves. */
    readonly remarks: readonly string[];
    readonly duplicates?: DuplicateCounts | undefined;
  },
): NamedEvaluation {
  const { card } = predictor;
  return {
    name,
    split,
    remarks: collection.remarks,
    duplicates: collection.duplicates,
    isAsTrained: dataDigest(collection.records, collection.splits) === card.data.digest,
    model: reportModel(card, collection.profile),
    tasks: describedTasks(card, collection.profile),
    ...evaluated,
    importance: predictor.importance(),
    properties: collection.records.map(propertiesOf),
  };
}
