import type { Evidence } from '../case.js';
import { spanLabel, trimmed } from './span-label.js';
import { visitFeatures, type Document } from './document.js';
import type { DocumentVector, Vectoriser } from './vocabulary.js';

/** A place in the text that weights are gathered at: all occurrences of a word, or of several in a row. */
interface Span {
  readonly label: string;
}

/**
 * Splits a linear model's score between the words of the text. Every feature's weight × value is shared between its
 * occurrences; an occurrence inside one word counts for that word, one across several for all of them, and equal words are
 * summed. So the weights of all spans add up to the score without its bias.
 *
 * @param weights one function per score wanted, giving the model's weight of a column
 * @returns per score, the spans with the words as the text has them, strongest first, at most `limit`
 */
export function spanContributions(
  document: Document,
  vector: DocumentVector,
  vectoriser: Vectoriser,
  weights: readonly ((column: number) => number)[],
  limit: number,
): readonly (readonly Evidence[])[] {
  const { tokens } = document;
  const spans: Span[] = [];
  const spanOfNormal = new Map<string, number>();
  const spanOfToken = tokens.map(({ surface, normal }) => {
    const key = trimmed(normal);
    const known = spanOfNormal.get(key);
    if (known !== undefined) return known;
    spanOfNormal.set(key, spans.length);
    return spans.push({ label: spanLabel([surface]) }) - 1;
  });
  const singles = spans.length;
  const pairs = new Map<number, number>();
  const spanOf = (first: number, last: number): number => {
    const [a, b] = [spanOfToken[first]!, spanOfToken[last]!];
    if (first === last) return a;
    const key = a * singles + b;
    const known = pairs.get(key);
    if (known !== undefined) return known;
    pairs.set(key, spans.length);
    return spans.push({ label: spanLabel(tokens.slice(first, last + 1).map(({ surface }) => surface)) }) - 1;
  };

  const valueOf = new Map<number, number>();
  vector.columns.forEach((column, index) =>
    valueOf.set(column, vector.values[index]! / vector.counts[index]!),
  );
  const sums = weights.map(() => new Map<number, number>());
  visitFeatures(document, (block, bucket, first, last) => {
    const column = vectoriser.column(block, bucket);
    if (column < 0) return;
    const value = valueOf.get(column)!;
    const span = spanOf(first, last);
    weights.forEach((weight, index) => {
      const sum = sums[index]!;
      sum.set(span, (sum.get(span) ?? 0) + weight(column) * value);
    });
  });
  return sums.map((sum) =>
    Array.from(sum, ([span, weight]) => ({ feature: spans[span]!.label, weight }))
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
      .slice(0, limit),
  );
}
