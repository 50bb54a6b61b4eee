import { InvalidArgumentError } from 'commander';
import { iriProblem } from '../vocabulary/iri.js';

/** Reads a whole number of at least `minimum` from the command line. */
export function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum) {
      throw new InvalidArgumentError(`Give a whole number from ${minimum}.`);
    }
    return value;
  };
}

/** Reads an absolute IRI from the command line. */
export function oneIri(text: string): string {
  const problem = iriProblem(text);
  if (problem === undefined) return text;
  throw new InvalidArgumentError(
    `The IRI ${problem}. Write it out in full, such as http://example.org/object/1.`,
  );
}

/** Adds an absolute IRI from the command line to those before it. */
export function anotherIri(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), oneIri(text)];
}
