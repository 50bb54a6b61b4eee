import type { Term } from '@rdfjs/types';

/** A value found on a record, with what the graph says of the value itself. */
export interface SourceValue {
  /** Absolute IRI of the property. */
  readonly predicate: string;
  readonly subject: 'production' | 'object';
  readonly value: Term;
  /** IRIs the value leads to through the profile's value links (P86_falls_within, GeoNames parentCountry, …), nearest first. */
  readonly links: readonly string[];
  /** Labels the graph gives the value (rdfs:label, skos:prefLabel, geonames:name), for grouping by string. */
  readonly labels: readonly string[];
}

/** A description. `language` is the tag in lower case, empty when the literal has none. */
export interface SourceText {
  readonly value: string;
  readonly language: string;
}

/** A photograph: the image node and the address of its bytes. */
export interface SourceImage {
  readonly node: string;
  readonly url: string;
}

/** What a catalogue says of the record rather than of the object; texts as written, sorted. */
export interface CatalogueEntry {
  /** Record numbers. */
  readonly identifiers: readonly string[];
  /** When the record was made or changed. */
  readonly dates: readonly string[];
}

/** One object and its production, as read from one museum graph; nothing interpreted yet. */
export interface SourceRecord {
  /** IRI of the named graph the record was read from. */
  readonly graph: string;
  readonly object: string;
  readonly production: string;
  readonly label: string | undefined;
  readonly values: readonly SourceValue[];
  readonly texts: readonly SourceText[];
  readonly images: readonly SourceImage[];
  /** Absent unless it was asked for. */
  readonly catalogue?: CatalogueEntry | undefined;
}
