import { z } from 'zod';
import { imbalanceStrategies, type ImbalanceStrategy } from '../../learning/imbalance.js';
import type { TreeParams } from '../../learning/trees/booster.js';
import type { ParameterSpace } from '../../learning/tuning/space.js';

/** Rounds without a lower validation loss after which boosting stops. */
export const patience = 25;

/** How one task's trees are boosted, as a maintainer may set it or tuning choose it. */
export interface TabularParameters extends Pick<
  TreeParams,
  | 'rounds'
  | 'depth'
  | 'eta'
  | 'minChildWeight'
  | 'gamma'
  | 'subsample'
  | 'colsampleByTree'
  | 'lambda'
  | 'alpha'
> {
  /** How rare classes are helped in this task, when it differs from the modality's. */
  readonly imbalance?: ImbalanceStrategy | undefined;
}

/** Parameters as a model keeps them: what is not there is as XGBoost has it, but how rare classes were helped is always told. */
export const fittedParameters = z.object({
  rounds: z.number(),
  depth: z.number().exactOptional(),
  eta: z.number().exactOptional(),
  minChildWeight: z.number().exactOptional(),
  gamma: z.number().exactOptional(),
  subsample: z.number().exactOptional(),
  colsampleByTree: z.number().exactOptional(),
  lambda: z.number().exactOptional(),
  alpha: z.number().exactOptional(),
  imbalance: z.enum(imbalanceStrategies),
  museumDropout: z.number(),
});
/** Parameters that a task's trees were fitted with. */
export type FittedParameters = z.infer<typeof fittedParameters>;

/** The parameters of a task, by its name. */
export type ParametersOf = (task: string) => TabularParameters;

// Rei et al. 2024: the grid search's choice per property, 5-fold cross-validation on 28,077 SILKNOW records.
const published: Readonly<Record<string, TabularParameters>> = {
  place: {
    rounds: 100,
    depth: 4,
    eta: 0.3,
    minChildWeight: 1,
    gamma: 0.4,
    subsample: 0.6,
    colsampleByTree: 0.8,
  },
  timespan: {
    rounds: 100,
    depth: 4,
    eta: 0.3,
    minChildWeight: 2,
    gamma: 0.2,
    subsample: 1,
    colsampleByTree: 0.8,
  },
  technique: {
    rounds: 100,
    depth: 4,
    eta: 0.3,
    minChildWeight: 4,
    gamma: 0.2,
    subsample: 0.6,
    colsampleByTree: 0.6,
  },
  material: {
    rounds: 500,
    depth: 8,
    eta: 0.2,
    minChildWeight: 2,
    gamma: 0,
    subsample: 0.8,
    colsampleByTree: 0.8,
  },
};
const anyOther: TabularParameters = {
  rounds: 100,
  depth: 4,
  eta: 0.3,
  minChildWeight: 2,
  gamma: 0.2,
  subsample: 0.8,
  colsampleByTree: 0.8,
};

/** How a task's trees are boosted: as the paper chose for its four properties, in between for any other. */
export const publishedParameters: ParametersOf = (task) =>
  (Object.hasOwn(published, task) ? published[task] : undefined) ?? anyOther;

/** The parameters that tuning looks for. */
export type TunedParameters = Required<Omit<TabularParameters, 'lambda' | 'alpha' | 'imbalance'>> & {
  readonly imbalance: ImbalanceStrategy;
};

/** Where tuning looks: around the published grid (Rei et al. 2024), class weights on or off. */
export const tabularSpace: ParameterSpace<TunedParameters> = {
  rounds: { kind: 'number', low: 50, high: 500, step: 50 },
  depth: { kind: 'number', low: 2, high: 10, step: 1 },
  eta: { kind: 'number', low: 0.02, high: 0.4, isLogarithmic: true },
  minChildWeight: { kind: 'number', low: 1, high: 10, step: 1 },
  gamma: { kind: 'number', low: 0, high: 1, step: 0.1 },
  subsample: { kind: 'number', low: 0.4, high: 1, step: 0.1 },
  colsampleByTree: { kind: 'number', low: 0.4, high: 1, step: 0.2 },
  imbalance: { kind: 'choice', values: ['cross-entropy', 'rescaling'] },
};
