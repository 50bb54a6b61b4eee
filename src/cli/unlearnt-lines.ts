import type { ModelCard } from '../models/card.js';
import { points } from './tables.js';

/** What a task that was not learnt is answered by, how surely, and where that is enough to be published. */
function answeredLine(
  { tasks, targetPrecision }: ModelCard,
  name: string,
  { answers, right, museums, elsewhere }: NonNullable<ModelCard['vocabulary']>[string],
): string {
  const task = tasks.find((one) => one.name === name);
  const labels = (task?.labelCounts ?? []).reduce((sum, count) => sum + count, 0);
  const checked =
    answers === 0
      ? 'no known value to check an answer by'
      : `${right} of ${answers} answers right where the value is known`;
  const judged = Object.entries(museums);
  const confidences = [
    ...judged.map(([museum, confidence]) => `${points(confidence)} % in ${museum}`),
    `${points(elsewhere)} %${judged.length === 0 ? '' : ' elsewhere'}`,
  ];
  const reaching = [
    ...judged.flatMap(([museum, confidence]) => (confidence >= targetPrecision ? [museum] : [])),
    ...(elsewhere >= targetPrecision && typeof task?.foreignThreshold === 'number' ? ['all others'] : []),
  ];
  const target = `the target of ${points(targetPrecision)} %`;
  return (
    `${name}: ${labels} labels, answered from the vocabulary alone, confidence ${confidences.join(', ')} (${checked}); ` +
    (reaching.length === 0
      ? `not sure enough for ${target}, so nothing is published unless tasks.${name}.threshold allows it`
      : `sure enough for ${target} in ${reaching.join(', ')}`)
  );
}

/** What became of the tasks with too few labels to be learnt and of the modalities that could not be trained, a line each. */
export function unlearntLines(card: ModelCard): string[] {
  return [
    ...Object.entries(card.vocabulary ?? {}).map(([name, answered]) => answeredLine(card, name, answered)),
    ...card.notLearnt.map(({ task, reason }) => `Not learnt: ${task}, ${reason}`),
    ...card.notTrained.map(({ modality, reason }) => `Not trained: ${modality}, ${reason}`),
  ];
}
