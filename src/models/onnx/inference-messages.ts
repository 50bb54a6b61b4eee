import type { Pooling } from './pooling.js';

/** A network to run, and what of it. */
export interface Network {
  /** Absolute path of an ONNX file with its weights inside. */
  readonly file: string;
  /** Its inputs, batch first. */
  readonly inputs: readonly string[];
  /** The float32 output that is wanted, batch first. */
  readonly output: string;
  readonly pooling: Pooling;
}

/** One input of a batch: float32, or 64-bit whole numbers (tokens). */
export interface Feed {
  /** Batch first. */
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** All inputs of a batch. */
export interface Feeds {
  /** By the names of the network's inputs. */
  readonly tensors: Readonly<Record<string, Feed>>;
  /** How many of the tokens of each input are its own, where others fill up the batch; they are not pooled. */
  readonly lengths?: readonly number[];
}

/** What the process is asked. */
export type InferenceRequest =
  | { readonly kind: 'open'; readonly network: Network; readonly threads: number }
  | { readonly kind: 'run'; readonly feeds: Feeds };

/** What the process answers, one answer per request. */
export type InferenceReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'rows'; readonly data: Float32Array }
  /** The network cannot be opened or run; `reason` says why. */
  | { readonly kind: 'failed'; readonly reason: string };
