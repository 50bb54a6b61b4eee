import { LacunaError } from '../../config/errors.js';
import type { LabelledCase, LearnableTask } from '../case.js';
import { propertyCategories, propertyFeatures } from '../property-columns.js';
import { fusable, scoresOf, type FusionInputs } from './columns.js';

/** Cases that have a label for the task and an opinion to go on. */
export function usableCases(cases: readonly LabelledCase[], task: LearnableTask): readonly LabelledCase[] {
  return cases.filter(
    (labelled) =>
      labelled.labels[task.name] !== undefined &&
      scoresOf(labelled, task, fusable).some((scores) => scores !== undefined),
  );
}

/** What a task's fusion can look at: the modalities heard among its cases, and where asked for museum and properties. */
export function inputsFor(
  cases: readonly LabelledCase[],
  task: LearnableTask,
  tasks: readonly LearnableTask[],
  { sees, properties }: { sees: FusionInputs['sees']; properties: boolean },
): FusionInputs {
  const records = cases.map(({ record }) => record);
  const names = properties
    ? propertyFeatures(
        task.name,
        tasks.map(({ name }) => name),
      )
    : [];
  return {
    task,
    sees,
    modalities: fusable.filter((name) =>
      cases.some((candidate) => scoresOf(candidate, task, [name])[0] !== undefined),
    ),
    properties: names.map((name) => ({ name, categories: propertyCategories(records, name) })),
  };
}

/** The error for cases that no fusion can be learnt from. */
export function nothingToFuse(cases: number): LacunaError {
  return new LacunaError(
    'INPUT_INVALID',
    `Nothing can be fused: among the ${cases} records to learn from no task has two classes with an opinion of ` +
      'another modality. Label more records, or set modalities.fusion.enabled to false.',
  );
}
