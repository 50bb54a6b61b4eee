import type { ImbalanceStrategy } from '../../learning/imbalance.js';
import type { Modality, TrainedModality } from '../modality.js';
import { fusable } from './columns.js';
import { loadFusionModel, type FusionVariant } from './model.js';
import type { GridPoint } from './published-grid.js';
import { trainPublishedFusion, type PublishedFusionOptions } from './published-fusion.js';
import { trainScoreFusion } from './score-fusion.js';

/** A way of fusing. Each can load what any of them has saved. */
export interface FusionModality extends Modality {
  readonly variant: FusionVariant;
  /** The cases it is fitted on; those of training need opinions by models that have not seen the case (cross-fitted). */
  readonly fittedOn: 'train' | 'validation';
  /** The same way with the parameters that were searched for a model it has trained, so that it need not search again. */
  readonly as?: ((model: TrainedModality) => FusionModality) | undefined;
}

const applies: Modality['applies'] = ({ opinions }) =>
  fusable.some((name) => (opinions[name]?.length ?? 0) > 0);

/**
 * Our fusion (Rei et al. 2024, with their future work): per task, boosted trees on the decisions and class scores of the
 * other modalities, their pooled scores, the museum and the other known properties. The opinions of the training cases
 * must come from models that have not seen the case (cross-fitted), or the fusion trusts them too much.
 */
export function createFusionModality(
  options: { readonly imbalance: ImbalanceStrategy } = { imbalance: 'cross-entropy' },
): FusionModality {
  return {
    name: 'fusion',
    variant: 'scores',
    fittedOn: 'train',
    applies,
    train: (cases, _validation, context) =>
      trainScoreFusion(cases, context.imbalance ?? options.imbalance, context),
    load: loadFusionModel,
  };
}

/**
 * The fusion as published (Rei et al. 2024): the modalities' decisions alone, trained on the validation cases, which
 * is why what it says of those must be cross-fitted before it is measured.
 */
export function createPublishedFusionModality(
  options: PublishedFusionOptions = { imbalance: 'cross-entropy', properties: false, gridPoints: 6 },
): FusionModality {
  const foundFor = new WeakMap<TrainedModality, ReadonlyMap<string, GridPoint>>();
  const way = (known?: ReadonlyMap<string, GridPoint>): FusionModality => ({
    name: 'fusion',
    variant: 'published',
    fittedOn: 'validation',
    applies,
    train: async (cases, _validation, context) => {
      const imbalance = context.imbalance ?? options.imbalance;
      const { model, found } = await trainPublishedFusion(cases, { ...options, imbalance }, context, known);
      foundFor.set(model, found);
      return model;
    },
    as: (model) => way(foundFor.get(model)),
    load: loadFusionModel,
  });
  return way();
}
