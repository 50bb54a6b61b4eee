import type { LabelledCase, LearnableTask } from '../case.js';

type Labelled = Pick<LabelledCase, 'labels'>;

/** Class indices, examples × tasks, −1 where unknown. */
export function labelMatrix(examples: readonly Labelled[], tasks: readonly LearnableTask[]): Int32Array {
  return Int32Array.from(examples.flatMap(({ labels }) => tasks.map(({ name }) => labels[name] ?? -1)));
}

/** Why nothing can be learnt from photographs. @param records that were to be learnt from */
export const nothingToSee = (records: number): string =>
  `no task has readable photographs of two classes among the ${records} training records; check photographs.rewrite`;
