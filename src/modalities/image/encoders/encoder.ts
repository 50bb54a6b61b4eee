import type { Split } from '../../../learning/splits/split.js';
import type { Pixels } from '../../../media/decode.js';
import type { PhotographFailure } from '../../../media/photograph-outcome.js';
import type { Resize } from '../../../media/resize-plan.js';

/** A group of neighbouring features a curator can be told about. */
export interface FeatureFamily {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What an encoder says of a photograph: its features, or why there are none. */
export type EncodeOutcome = { readonly ok: true; readonly features: Float32Array } | PhotographFailure;

/** Describes photographs by numbers, always as many and always the same for the same photograph. */
export interface Encoder {
  readonly name: string;
  /** Changes whenever its numbers would: a model trained on other numbers must not be used. */
  readonly version: string;
  readonly tier: 'built-in' | 'pretrained';
  /** Numbers per photograph. */
  readonly length: number;
  /** Side in pixels of the square that photographs are decoded to. */
  readonly side: number;
  /** How they are brought to that size; as `decodePhotograph` does when left out. */
  readonly resize?: Resize | undefined;
  /** Families that cover the features in their order; none where a group of numbers means nothing to a person. */
  readonly families: readonly FeatureFamily[];
  /** What each record was for when it was tuned on the collection, by object: it knows the values of those it learnt from. */
  readonly tunedOn?: ReadonlyMap<string, Split> | undefined;
  /** Photographs that are worth having in hand at a time. */
  readonly concurrency: number;
  /** What it is, for the model card: a noun phrase; what it looks at, for the agent's description; and facts. */
  describe(): {
    readonly encoder: string;
    readonly looksAt: string;
    readonly parameters: Readonly<Record<string, string | number>>;
  };
  /**
   * Features of one photograph. What is asked for while others are worked on goes together with them where that is faster.
   * Rejects when the encoder itself cannot be used (LacunaError), or when aborted.
   *
   * @param pixels `side`², as `decodePhotograph` gives them
   */
  encode(pixels: Pixels, signal?: AbortSignal): Promise<EncodeOutcome>;
}
