import type { LabelledCase, LearnableTask } from '../case.js';

/**
 * True when a case has a value of the task, and none that is learnt: the class is too rare, and the photograph an example of
 * “something else” (Dorozynski 2022 gathers such in a class “background”). A value that the profile has no class for is none.
 */
export function isBackground(
  { record }: Pick<LabelledCase, 'record'>,
  { name, classes }: LearnableTask,
): boolean {
  const known = record.known[name] ?? [];
  return known.length > 0 && !known.some((id) => classes.includes(id));
}

/** The labels of a case; where it is background, the index behind the task's classes. */
export function labelsWithBackground(
  labelled: LabelledCase,
  tasks: readonly LearnableTask[],
): LabelledCase['labels'] {
  const others = tasks.filter(
    (task) => labelled.labels[task.name] === undefined && isBackground(labelled, task),
  );
  return {
    ...labelled.labels,
    ...Object.fromEntries(others.map(({ name, classes }) => [name, classes.length])),
  };
}

/**
 * Scores of the learnt classes alone. What a softmax gives to the background behind them is spread over them evenly: it is
 * never answered, their order stays, and the likelier the background, the less sure the answer.
 *
 * @param scores summing to 1, of the classes and perhaps the background
 * @param classes number of learnt classes, as many as scores or one less
 * @returns one score per class, in [0, 1], summing to 1
 */
export function withoutBackground(scores: readonly number[], classes: number): readonly number[] {
  if (scores.length === classes) return scores;
  const share = scores[classes]! / classes;
  return scores.slice(0, classes).map((score) => score + share);
}
