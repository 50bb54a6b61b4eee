import type { Pooling } from './pooling.js';

/** A network to run, and what of it. */
export interface Network {
  /** Absolute path of an ONNX file with its weights inside. */
  readonly file: string;
  /** Its float32 input, batch first. */
  readonly input: string;
  /** The float32 output that is wanted, batch first. */
  readonly output: string;
  readonly pooling: Pooling;
}

/** What the process is asked. */
export type InferenceRequest =
  | { readonly kind: 'open'; readonly network: Network; readonly threads: number }
  /** `dims` of all inputs together, batch first. */
  | { readonly kind: 'run'; readonly dims: readonly number[]; readonly data: Float32Array };

/** What the process answers, one answer per request. */
export type InferenceReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'rows'; readonly data: Float32Array }
  /** The network cannot be opened or run; `reason` says why. */
  | { readonly kind: 'failed'; readonly reason: string };
