import { isLacunaError } from '../config/errors.js';
import type { Split } from '../learning/splits/split.js';
import type { LabelledCase, ModalityName } from '../modalities/case.js';
import type {
  Modality,
  ModalityDescription,
  TrainedModality,
  TrainingContext,
} from '../modalities/modality.js';
import type { Cases, HeldOutOpinions, OpinionsOfCases } from './calibrate.js';
import { crossFittedOpinions } from './cross-fit.js';

/** A trained modality, and what it says of the cases. */
export interface Fitted extends HeldOutOpinions {
  readonly model: TrainedModality;
  readonly description: ModalityDescription;
  /** Opinions on the training cases, by models that have not seen them; empty lists where nobody asks for them. */
  readonly train: OpinionsOfCases;
}

/** Why a modality was left out. */
export interface NotTrained {
  readonly modality: string;
  readonly reason: string;
}

/** Fits one modality on the training cases. */
export async function fitModality(
  modality: Modality,
  cases: Cases,
  context: TrainingContext,
  trainOpinions: OpinionsOfCases,
): Promise<Fitted> {
  const model = await modality.train(cases.train, cases.validation, context);
  const { signal } = context;
  return {
    model,
    description: model.describe(),
    train: trainOpinions,
    validation: await model.predict(cases.validation, { signal, isExplained: false }),
    test: await model.predict(cases.test, { signal, isExplained: false }),
  };
}

/**
 * Fits the modalities; one that has nothing to learn from is left out and named.
 *
 * @param folds of cross-fitting, for opinions on the training cases; 0 where nobody asks for them
 */
export async function fitModalities(
  modalities: readonly Modality[],
  cases: Cases,
  context: TrainingContext,
  folds: number,
): Promise<{ fitted: Map<ModalityName, Fitted>; notTrained: NotTrained[] }> {
  const fitted = new Map<ModalityName, Fitted>();
  const notTrained: NotTrained[] = [];
  for (const modality of modalities) {
    try {
      const trainOpinions =
        folds === 0
          ? cases.train.map(() => [])
          : await crossFittedOpinions(modality, cases.train, cases.validation, folds, context);
      fitted.set(modality.name, await fitModality(modality, cases, context, trainOpinions));
    } catch (error) {
      if (!isLacunaError(error, 'INPUT_INVALID')) throw error;
      notTrained.push({ modality: modality.name, reason: error.message });
    }
  }
  return { fitted, notTrained };
}

/** The cases with what every modality says of them; of the training cases by models that have not seen them. */
export function informedCases(cases: Cases, fitted: ReadonlyMap<ModalityName, Fitted>): Cases {
  const of = (split: Split): LabelledCase[] =>
    cases[split].map((labelled, index) => ({
      ...labelled,
      opinions: Object.fromEntries([...fitted].map(([name, said]) => [name, said[split][index]!])),
    }));
  return { train: of('train'), validation: of('validation'), test: of('test') };
}
