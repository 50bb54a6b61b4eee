import type { FeatureModel } from '../feature-model.js';
import type { Pooling } from './task-opinion.js';

/** Everything training leaves behind, and all that is saved. */
export interface ImageModel extends FeatureModel {
  /** How several photographs of a record decide. */
  readonly pooling: Pooling;
}
