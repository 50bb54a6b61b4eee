import type { LabelledCase, Opinion } from '../modalities/case.js';
import type { Modality, TrainingContext } from '../modalities/modality.js';
import { randomFolds } from '../learning/splits/folds.js';

/**
 * Opinions on the training cases by models that have not seen them: k models, each fitted on the other folds (stacked
 * generalisation, Wolpert 1992). Fusion must learn from these, not from a model's opinion of its own training rows.
 *
 * Returns one list of opinions per case, in the order of `train`.
 */
export async function crossFittedOpinions(
  modality: Modality,
  train: readonly LabelledCase[],
  validation: readonly LabelledCase[],
  folds: number,
  context: TrainingContext,
): Promise<readonly (readonly Opinion[])[]> {
  const opinions: (readonly Opinion[])[] = train.map(() => []);
  for (const [fold, { train: rest, held }] of randomFolds(train.length, folds, context.seed).entries()) {
    const model = await modality.train(
      rest.map((index) => train[index]!),
      validation,
      {
        ...context,
        progress: (label, done, total) => {
          context.progress(`${label} (fold ${fold + 1} of ${folds})`, done, total);
        },
      },
    );
    const predicted = await model.predict(
      held.map((index) => train[index]!),
      { signal: context.signal, isExplained: false },
    );
    for (const [position, index] of held.entries()) opinions[index] = predicted[position]!;
  }
  return opinions;
}
