import { isLacunaError, type LacunaError } from '../config/errors.js';
import type { FusionModality } from '../modalities/fusion/index.js';
import type { FusionVariant } from '../modalities/fusion/model.js';
import type { ModalityName } from '../modalities/case.js';
import type { TrainingContext } from '../modalities/modality.js';
import { calibrate, type Calibration, type CalibrationPlan, type Cases } from './calibrate.js';
import { crossFittedOpinions } from './cross-fit.js';
import { fitModality, type Fitted, type NotTrained } from './fit-modalities.js';

/** The name a way of fusing has among the metrics when another one decides. */
export const variantName = (variant: FusionVariant): string => `fusion-${variant}`;

/**
 * Fits one way of fusing. One that is fitted on the validation cases says of those what models say that have not seen
 * the case, or its figures there would be those of a pupil who has seen the answers.
 *
 * @param on the cases to fit on: those of training will not do where a modality knows their values whatever it is fitted on
 */
export async function fitFusion(
  fusion: FusionModality,
  informed: Cases,
  context: TrainingContext,
  folds: number,
  on: FusionModality['fittedOn'] = fusion.fittedOn,
): Promise<Fitted> {
  const unasked = informed.train.map(() => []);
  if (on === 'train') return fitModality(fusion, informed, context, unasked);
  const onValidation = { train: informed.validation, validation: [], test: informed.test };
  const fitted = await fitModality(fusion, onValidation, context, unasked);
  return {
    ...fitted,
    validation: await crossFittedOpinions(
      fusion.as?.(fitted.model) ?? fusion,
      informed.validation,
      [],
      folds,
      context,
    ),
  };
}

/**
 * Fits the ways of fusing on cases that have the modalities' opinions. One that has nothing to learn from is left out and
 * named; when none has, throws the INPUT_INVALID of the first.
 */
export async function fitFusions(
  fusions: readonly FusionModality[],
  informed: Cases,
  context: TrainingContext,
  folds: number,
  on?: FusionModality['fittedOn'],
): Promise<{ fitted: ReadonlyMap<FusionVariant, Fitted>; notTrained: readonly NotTrained[] }> {
  const fitted = new Map<FusionVariant, Fitted>();
  const notTrained: NotTrained[] = [];
  let failure: LacunaError | undefined;
  for (const fusion of fusions) {
    try {
      fitted.set(fusion.variant, await fitFusion(fusion, informed, context, folds, on));
    } catch (error) {
      if (!isLacunaError(error, 'INPUT_INVALID')) throw error;
      failure ??= error;
      notTrained.push({ modality: variantName(fusion.variant), reason: error.message });
    }
  }
  if (fitted.size === 0 && failure !== undefined) throw failure;
  return { fitted, notTrained };
}

/** The way of fusing that decides. */
export interface ChosenFusion {
  readonly variant: FusionVariant;
  readonly fitted: Fitted;
  /** Mean macro-F1 over the tasks on all validation cases, by way of fusing. */
  readonly macroF1: Readonly<Record<string, number>>;
  /** Metrics of the others, by split and `variantName`. */
  readonly others: Calibration['metrics'];
}

/**
 * Chooses the way of fusing with the best mean macro-F1 over all tasks on all validation cases, the first of equals. One
 * choice for all tasks: that of a single task on a few hundred records is mostly chance.
 */
export function chooseFusion(
  fusions: ReadonlyMap<FusionVariant, Fitted>,
  single: ReadonlyMap<ModalityName, Fitted>,
  plan: CalibrationPlan,
): ChosenFusion {
  const candidates = [...fusions].map(([variant, fitted]) => {
    const { metrics } = calibrate(new Map([...single, ['fusion', fitted]]), plan);
    const figures = metrics['validation']?.['fusion'] ?? {};
    const sum = plan.tasks.reduce((total, { name }) => total + (figures[name]?.whole.macroF1 ?? 0), 0);
    return { variant, fitted, metrics, quality: sum / plan.tasks.length };
  });
  const best = candidates.reduce((one, other) => (other.quality > one.quality ? other : one));
  const others: Calibration['metrics'] = {};
  for (const { variant, metrics } of candidates) {
    if (variant === best.variant) continue;
    for (const [split, figures] of Object.entries(metrics)) {
      const own = figures['fusion'];
      if (own !== undefined) (others[split] ??= {})[variantName(variant)] = own;
    }
  }
  return {
    variant: best.variant,
    fitted: best.fitted,
    macroF1: Object.fromEntries(candidates.map(({ variant, quality }) => [variant, quality])),
    others,
  };
}
