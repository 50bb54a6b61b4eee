import type { Source } from '../config/schema/source.js';

/** Text in several languages, keyed by language tag. */
export type Labels = Readonly<Record<string, string>>;

/** One answer a task may give. */
export interface TaskClass {
  /** Short stable name used in models and reports, e.g. `FR`, `XVIII`, `damask`. */
  readonly id: string;
  /** Absolute IRI written as the object of a prediction. */
  readonly concept: string;
  readonly labels: Labels;
  /** Absolute IRI of the facet collection whose members group into this class. */
  readonly facet?: string | undefined;
  /** Further IRIs that mean this class (parents that P86_falls_within leads to, former IRIs). */
  readonly alsoKnownAs: readonly string[];
  /** Further strings that mean this class, any language. */
  readonly aliases: readonly string[];
  /** Absolute IRIs of collections or concepts below which a value falls here when no other class claims it. */
  readonly rest?: readonly string[] | undefined;
}

/** A property to fill. */
export interface Task {
  readonly name: string;
  readonly labels: Labels;
  /** Absolute IRI. */
  readonly predicate: string;
  readonly subject: 'production' | 'object';
  readonly kind: 'single-label' | 'multi-label';
  readonly classes: readonly TaskClass[];
  /** Classes with fewer labelled training records than this are not learnt. */
  readonly minimumLabelCount: number;
}

/** How records look in the graph; every value an absolute IRI. */
export interface RecordModel {
  readonly objectClass: string;
  /** production → object. */
  readonly produced: string;
  readonly text: readonly string[];
  /** Regular expressions (flags g, i, u): what they match in a description is not read. */
  readonly strip?: readonly string[] | undefined;
  /** object → image node. */
  readonly representation: string;
  /** image node → address. */
  readonly contentUrl: string;
  readonly label: string;
  /** object → record number; keeps neighbouring records together in a split, and is never a feature. */
  readonly identifier?: string | undefined;
  /** Followed from a value to reach something a class knows, nearest first. */
  readonly valueLinks: readonly string[];
  /** Properties that hold a value's own labels. */
  readonly valueLabels: readonly string[];
}

/** What is predicted, and how raw graph values map to it. Read from `ontology/profiles/*.yaml`. */
export interface Profile {
  readonly id: string;
  readonly labels: Labels;
  readonly record: RecordModel;
  readonly tasks: readonly Task[];
  /** Where the vocabularies are when the store lacks them; paths absolute. */
  readonly sources?: readonly Source[] | undefined;
}
