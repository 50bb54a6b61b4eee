import type { LabelledCase, LearnableTask } from './case.js';

type Labelled = Pick<LabelledCase, 'labels'>;

/** Class indices, examples × tasks, −1 where unknown. */
export function labelMatrix(examples: readonly Labelled[], tasks: readonly LearnableTask[]): Int32Array {
  return Int32Array.from(examples.flatMap(({ labels }) => tasks.map(({ name }) => labels[name] ?? -1)));
}
