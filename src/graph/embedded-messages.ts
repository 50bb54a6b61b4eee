import type { ErrorCode } from '../config/errors.js';
import type { RdfFile } from './rdf-files.js';

/** What the worker needs to open the store. */
export interface OpenRequest {
  readonly files: readonly RdfFile[];
  readonly log: string | undefined;
  readonly writableGraphs: readonly string[];
}

/** What the store asks of its worker. Quads travel as N-Quads lines, answers as serialised results. */
export type WorkerRequest =
  | { readonly kind: 'query'; readonly query: string; readonly format: string }
  | { readonly kind: 'write'; readonly remove: readonly string[]; readonly insert: readonly string[] }
  | { readonly kind: 'close' };

/** What the worker says: progress and notices while it opens, then one reply per request, in order of `id`. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly label: string; readonly done: number; readonly total: number }
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'reply'; readonly id: number; readonly value: string }
  | {
      readonly kind: 'failure';
      readonly id: number;
      readonly code: ErrorCode;
      readonly message: string;
      readonly problems: readonly string[];
    };
