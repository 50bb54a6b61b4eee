import type { TreeParams } from '../../learning/trees/booster.js';

/** Rounds without a lower validation loss after which boosting stops. */
export const patience = 25;

// Rei et al. 2024: the grid search's choice per property, 5-fold cross-validation on 28,077 SILKNOW records.
const published: Readonly<Record<string, TreeParams>> = {
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
const anyOther: TreeParams = {
  rounds: 100,
  depth: 4,
  eta: 0.3,
  minChildWeight: 2,
  gamma: 0.2,
  subsample: 0.8,
  colsampleByTree: 0.8,
};

/** How a task's trees are boosted: as the paper chose for its four properties, in between for any other. */
export function hyperParameters(task: string): TreeParams {
  return (Object.hasOwn(published, task) ? published[task] : undefined) ?? anyOther;
}
