import type { AuxiliaryWeights } from '../../learning/auxiliary-losses.js';
import type { Clustering } from '../../learning/clustering.js';
import type { ModalityDescription } from '../modality.js';
import type { ViewsWanted } from './augmentation.js';
import type { Described } from './photograph-descriptions.js';
import { standardisedRows, type Standardiser } from '../standardiser.js';

/** Which auxiliary losses cluster the features in training, and how strongly. */
export interface AuxiliaryOptions extends AuxiliaryWeights {
  /** Augmented views per training photograph, of which each mini-batch draws one; at least 1. */
  readonly views: number;
}

/** The views that training photographs are read with; none where no loss looks at them. */
export function viewsFor(auxiliary: AuxiliaryOptions | undefined, seed: number): ViewsWanted | undefined {
  return auxiliary !== undefined && auxiliary.self > 0 ? { count: auxiliary.views, seed } : undefined;
}

/**
 * What the heads need for the auxiliary losses, from descriptors alone.
 *
 * @param photographs the training samples, described with `viewsFor` the same options
 */
export function clusteringOf(
  photographs: readonly Described[],
  standardiser: Standardiser,
  { views, ...weights }: AuxiliaryOptions,
): Clustering {
  const count = weights.self > 0 ? views : 0;
  return {
    weights,
    histograms: Float32Array.from(photographs.flatMap(({ colours }) => [...colours])),
    views: Array.from({ length: count }, (_, view) =>
      standardisedRows(
        standardiser,
        photographs.map((photograph) => photograph.views[view]!),
      ),
    ),
  };
}

/** The options as the model card shows them; nothing where no loss was added. */
export function describeAuxiliary(
  auxiliary: AuxiliaryOptions | undefined,
): ModalityDescription['parameters'] {
  if (auxiliary === undefined) return {};
  const { classificationWeight, auxiliaryWeight, semantic, colour, self, views } = auxiliary;
  return {
    classificationWeight,
    auxiliaryWeight,
    semanticSimilarity: semantic,
    colourSimilarity: colour,
    selfSimilarity: self,
    ...(self > 0 ? { augmentedViews: views } : {}),
  };
}
