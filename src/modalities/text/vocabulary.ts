import { SparseMatrixBuilder, type SparseMatrix } from '../../learning/sparse-matrix.js';
import { visitFeatures, type Document } from './document.js';
import { blockNames, bucketCount, characterBlock } from './n-grams.js';

/** The features seen often enough in training: which bucket is which column, and how much a column tells. */
export interface Vocabulary {
  /** Per block, the kept buckets in ascending order; the columns are words first, then characters, then mentions. */
  readonly buckets: readonly Int32Array[];
  /** Inverse document frequency per column. */
  readonly idf: Float32Array;
}

/** A document as a row: distinct columns, their TF-IDF values, and how often each occurs. */
export interface DocumentVector {
  readonly columns: Int32Array;
  readonly values: Float32Array;
  readonly counts: Int32Array;
}

// Leaving out what occurs in one document only halves the model and costs no accuracy on the real textiles; in a small
// collection nearly everything occurs once, so there everything is kept.
const smallCollection = 50;

/** Number of documents a feature must occur in to be kept, in a collection of so many documents. */
export const minimumDocumentFrequency = (documents: number): number => (documents < smallCollection ? 1 : 2);

/**
 * Learns the vocabulary of a collection document by document. Call `add` with each document, then `finish`.
 * idf = ln((1 + documents) / (1 + document frequency)) + 1, scikit-learn's smoothed form.
 */
export class VocabularyBuilder {
  /** Of the blocks that have occurred: four megabytes each. */
  readonly #tallies: ({ readonly frequencies: Int32Array; readonly lastSeen: Int32Array } | undefined)[] =
    blockNames.map(() => undefined);
  #documents = 0;

  add(document: Document): void {
    this.#documents += 1;
    visitFeatures(document, (block, bucket) => {
      const { frequencies, lastSeen } = (this.#tallies[block] ??= {
        frequencies: new Int32Array(bucketCount),
        lastSeen: new Int32Array(bucketCount),
      });
      if (lastSeen[bucket] === this.#documents) return;
      lastSeen[bucket] = this.#documents;
      frequencies[bucket]! += 1;
    });
  }

  finish(): Vocabulary {
    const minimum = minimumDocumentFrequency(this.#documents);
    const buckets = this.#tallies.map((tally) => {
      const kept: number[] = [];
      tally?.frequencies.forEach((frequency, bucket) => {
        if (frequency >= minimum) kept.push(bucket);
      });
      return Int32Array.from(kept);
    });
    const idf = buckets.flatMap((kept, block) =>
      Array.from(
        kept,
        (bucket) => Math.log((1 + this.#documents) / (1 + this.#tallies[block]!.frequencies[bucket]!)) + 1,
      ),
    );
    return { buckets, idf: Float32Array.from(idf) };
  }
}

// Chosen on the validation records of the real textiles: labels help across languages, and more of them costs within one.
const blockLengths = [1, 1, 1, 0.5];

/** The columns of a block without any. */
const nowhere = new Int32Array(0);

/** Turns documents into TF-IDF rows over a vocabulary. */
export class Vectoriser {
  readonly width: number;
  readonly #vocabulary: Vocabulary;
  readonly #columnOf: readonly Int32Array[];
  readonly #counts: Int32Array;
  /** Where each block's columns end. */
  readonly #ends: readonly number[];

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.width = vocabulary.idf.length;
    this.#counts = new Int32Array(this.width);
    let first = 0;
    const ends: number[] = [];
    this.#columnOf = vocabulary.buckets.map((kept) => {
      const columnOf = kept.length === 0 ? nowhere : new Int32Array(bucketCount).fill(-1);
      kept.forEach((bucket, index) => (columnOf[bucket] = first + index));
      ends.push((first += kept.length));
      return columnOf;
    });
    this.#ends = ends;
  }

  /** Column of a bucket, -1 when it is not in the vocabulary. */
  column(block: number, bucket: number): number {
    return this.#columnOf[block]![bucket] ?? -1;
  }

  /** The columns of n-grams, which come before those of mentions. */
  get gramWidth(): number {
    return this.#ends[characterBlock]!;
  }

  #blockOf(column: number): number {
    let block = 0;
    while (column >= this.#ends[block]!) block += 1;
    return block;
  }

  /**
   * The document's row: (1 + ln count) · idf, each block scaled to its length. Columns come in order of first
   * occurrence. A document that shares nothing with the vocabulary gives an empty row.
   */
  vector(document: Document): DocumentVector {
    const touched: number[] = [];
    visitFeatures(document, (block, bucket) => {
      const column = this.column(block, bucket);
      if (column < 0) return;
      if (this.#counts[column] === 0) touched.push(column);
      this.#counts[column]! += 1;
    });
    const columns = Int32Array.from(touched);
    const counts = Int32Array.from(columns, (column) => this.#counts[column]!);
    const squares = new Float64Array(blockNames.length);
    const raw = Float64Array.from(columns, (column, index) => {
      const value = (1 + Math.log(counts[index]!)) * this.#vocabulary.idf[column]!;
      squares[this.#blockOf(column)]! += value * value;
      return value;
    });
    const scales = blockLengths.map((length, block) => length / Math.sqrt(squares[block]!));
    const values = Float32Array.from(raw, (value, index) => value * scales[this.#blockOf(columns[index]!)]!);
    for (const column of columns) this.#counts[column] = 0;
    return { columns, values, counts };
  }
}

/** Stacks document vectors into a matrix of `width` columns. */
export function stack(vectors: Iterable<DocumentVector>, width: number): SparseMatrix {
  const builder = new SparseMatrixBuilder();
  for (const { columns, values } of vectors) {
    columns.forEach((column, index) => builder.add(column, values[index]!));
    builder.endRow();
  }
  return builder.build(width);
}
