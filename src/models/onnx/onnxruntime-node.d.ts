// What Lacuna uses of onnxruntime-node, which is an optional dependency: Lacuna is built, too, where it cannot be installed.
declare module 'onnxruntime-node' {
  /** A dense tensor, row by row. */
  export class Tensor {
    constructor(type: 'float32', data: Float32Array, dims: readonly number[]);
    constructor(type: 'int64', data: BigInt64Array, dims: readonly number[]);
    readonly type: string;
    readonly dims: readonly number[];
    readonly data: ArrayLike<unknown>;
  }

  /** An input or output of a network; a size that is known only when it runs is a word. */
  export interface ValueMetadata {
    readonly name: string;
    readonly isTensor: boolean;
    readonly type?: string;
    readonly shape?: readonly (number | string)[];
  }

  /** A network that is ready to run. */
  export class InferenceSession {
    private constructor();
    static create(
      model: string | Uint8Array,
      options?: {
        readonly executionProviders?: readonly string[];
        readonly intraOpNumThreads?: number;
        readonly interOpNumThreads?: number;
        /** 3 leaves out warnings. */
        readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4;
        /** Session options by their name in C++, cut at the dots: `session.intra_op.allow_spinning` and others. */
        readonly extra?: Readonly<Record<string, unknown>>;
      },
    ): Promise<InferenceSession>;
    readonly inputNames: readonly string[];
    readonly outputNames: readonly string[];
    readonly inputMetadata: readonly ValueMetadata[];
    readonly outputMetadata: readonly ValueMetadata[];
    run(
      feeds: Readonly<Record<string, Tensor>>,
      fetches?: readonly string[],
    ): Promise<Readonly<Record<string, Tensor>>>;
  }
}
