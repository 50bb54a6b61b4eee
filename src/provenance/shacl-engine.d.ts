declare module 'shacl-engine' {
  import type { DataFactory, DatasetCore, Term } from '@rdfjs/types';

  /** The part of the engine that is used here; the package has no types of its own. */
  export interface ValidationResult {
    readonly focusNode: { readonly term?: Term };
    readonly value?: { readonly term?: Term };
    /** What the constraint asks for, such as `datatype`. */
    readonly args: Readonly<Record<string, Term | undefined>>;
    readonly path?: readonly { readonly predicates: readonly Term[] }[];
    readonly message: readonly Term[];
    readonly shape: { readonly ptr: { readonly term?: Term } };
  }

  /** Checks data against shapes, compiled once. */
  export class Validator {
    constructor(shapes: DatasetCore, options: { readonly factory: DataFactory });
    validate(data: {
      readonly dataset: DatasetCore;
    }): Promise<{ readonly results: readonly ValidationResult[] }>;
  }
}
