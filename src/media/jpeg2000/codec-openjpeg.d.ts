// What Lacuna uses of OpenJPEG compiled to WebAssembly, which comes without types.
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  /** One picture; not to be used again after it threw. */
  export interface J2KDecoder {
    /** Room for the bytes of a file or codestream. */
    getEncodedBuffer(length: number): Uint8Array;
    /** Decodes what the room holds. @param halvings of width and height @param layers 0 for all */
    decodeSubResolution(halvings: number, layers: number): void;
    /** Interleaved samples of one or two bytes, low byte first; empty when nothing could be decoded. */
    getDecodedBuffer(): Uint8ClampedArray;
    getFrameInfo(): { readonly bitsPerSample: number; readonly componentCount: number };
  }

  const open: (options: {
    readonly print: (line: string) => void;
    readonly printErr: (line: string) => void;
    readonly instantiateWasm: (
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance) => void,
    ) => object;
  }) => Promise<{ readonly J2KDecoder: new () => J2KDecoder }>;
  export default open;
}

// Of WebAssembly, which the types of Node 20 leave to browsers.
declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>;
  /** A compiled program. */
  interface Module {
    readonly kind?: never;
  }
  /** A program that runs. */
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  /** Its memory. */
  class Memory {
    private constructor();
    readonly buffer: ArrayBuffer;
    /** Takes more from the system. @param pages of 65,536 bytes @returns the pages before @throws RangeError when there is no more */
    grow(pages: number): number;
  }
  function compile(program: Uint8Array): Promise<Module>;
  function instantiate(program: Module, imports: Imports): Promise<Instance>;
}
