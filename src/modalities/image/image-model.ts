import type { Heads } from '../../learning/heads.js';
import type { LearnableTask } from '../case.js';
import type { ModalityDescription } from '../modality.js';
import type { Standardiser } from './standardiser.js';

/** Everything training leaves behind, and all that is saved. */
export interface ImageModel {
  /** The tasks that were learnt, in the order of the heads. */
  readonly tasks: readonly LearnableTask[];
  readonly standardiser: Standardiser;
  readonly heads: Heads;
  readonly parameters: ModalityDescription['parameters'];
}
