import type { Heads } from '../learning/heads.js';
import type { LearnableTask } from './case.js';
import type { ModalityDescription } from './modality.js';
import type { Standardiser } from './standardiser.js';

/** What describes photographs or texts by numbers; another one's numbers mean something else. */
export interface EncoderIdentity {
  readonly name: string;
  /** Changes whenever its numbers would. */
  readonly version: string;
}

/** Heads on the features of an encoder: everything that training them leaves behind. */
export interface FeatureModel {
  readonly encoder: EncoderIdentity;
  /** The tasks that were learnt, in the order of the heads. */
  readonly tasks: readonly LearnableTask[];
  readonly standardiser: Standardiser;
  /** Of a task with a background one class more than the task has, the last. */
  readonly heads: Heads;
  readonly parameters: ModalityDescription['parameters'];
}
