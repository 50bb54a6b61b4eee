import type { Heads } from '../../learning/heads.js';
import type { LearnableTask } from '../case.js';
import type { ModalityDescription } from '../modality.js';
import type { Encoder } from './encoders/encoder.js';
import type { Standardiser } from '../standardiser.js';
import type { Pooling } from './task-opinion.js';

/** Everything training leaves behind, and all that is saved. */
export interface ImageModel {
  /** What described the photographs it was trained on; another one's numbers mean something else. */
  readonly encoder: Pick<Encoder, 'name' | 'version'>;
  /** The tasks that were learnt, in the order of the heads. */
  readonly tasks: readonly LearnableTask[];
  readonly standardiser: Standardiser;
  /** Of a task with a background one class more than the task has, the last. */
  readonly heads: Heads;
  /** How several photographs of a record decide. */
  readonly pooling: Pooling;
  readonly parameters: ModalityDescription['parameters'];
}
