import { LacunaError } from '../../config/errors.js';
import { closestWord } from '../../config/suggest.js';
import { positionOf } from './position.js';
import type { Split, SplitRecord } from './split.js';

/** Which museums are held out. */
export interface MuseumOptions {
  /** Museums all of whose records are for testing. */
  readonly test: readonly string[];
  /** Museums all of whose records are for validation, or the share of the remaining records, in (0, 1), drawn at random. */
  readonly validation: readonly string[] | number;
}

function museumProblems(records: readonly SplitRecord[], { test, validation }: MuseumOptions): string[] {
  const museums = [...new Set(records.map(({ museum }) => museum))].sort();
  const lists = { test, validation: typeof validation === 'number' ? [] : validation };
  const problems = Object.entries(lists).flatMap(([key, names]) =>
    names
      .filter((name) => !museums.includes(name))
      .map((name) => {
        const near = closestWord(name, museums);
        const mend = near === undefined ? `museums are ${museums.join(', ')}` : `did you mean ${near}?`;
        return `training.split.${key}: no record is of a museum "${name}" — ${mend}`;
      }),
  );
  const twice = lists.test.filter((name) => lists.validation.includes(name));
  problems.push(
    ...twice.map((name) => `training.split: ${name} is both in test and in validation — take it out of one`),
  );
  if (problems.length === 0 && museums.every((name) => [...test, ...lists.validation].includes(name))) {
    problems.push('training.split: every museum is held out — leave one to learn from');
  }
  return problems;
}

/**
 * A split with whole museums held out: how well a model does on a museum it has never seen. Adding records moves none.
 *
 * Throws LacunaError CONFIG_INVALID naming every museum that has no records, is held out twice, or when none is left.
 */
export function museumSplit(
  records: readonly SplitRecord[],
  options: MuseumOptions,
  seed: number,
): Map<string, Split> {
  const problems = museumProblems(records, options);
  if (problems.length > 0) {
    throw new LacunaError('CONFIG_INVALID', 'The museums of the split do not fit the records:', { problems });
  }
  const { test, validation } = options;
  const isValidation = ({ id, museum }: SplitRecord): boolean =>
    typeof validation === 'number' ? positionOf(id, seed) < validation : validation.includes(museum);
  return new Map(
    records.map((record) => [
      record.id,
      test.includes(record.museum) ? 'test' : isValidation(record) ? 'validation' : 'train',
    ]),
  );
}
