import type { ErrorCode } from '../../config/errors.js';
import type { TreeData } from './columns.js';
import type { Forest } from './forest.js';
import type { BoosterParts } from './model.js';
import type { TreeParams } from './params.js';

/** What the training thread is asked to do. */
export interface TrainRequest {
  readonly data: TreeData;
  readonly params: TreeParams;
  readonly validation: TreeData | undefined;
}

/** What the training thread says: now and then rounds done, and at the end the model or why there is none. */
export type TrainMessage =
  | {
      readonly kind: 'round';
      readonly done: number;
      readonly total: number;
      readonly loss: number | undefined;
    }
  | { readonly kind: 'trained'; readonly parts: Omit<BoosterParts, 'trees'>; readonly forest: Forest }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode | undefined;
      readonly message: string;
      readonly problems: readonly string[];
    };
