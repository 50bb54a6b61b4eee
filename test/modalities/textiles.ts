import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { LabelledCase, LearnableTask } from '../../src/modalities/case.js';
import { lexiconOf, type Lexicon } from '../../src/vocabulary/lexicon.js';
import { loadProfile } from '../../src/vocabulary/load-profile.js';
import { loadThesaurus, type Thesaurus } from '../../src/vocabulary/thesaurus.js';
import { readTable } from './table.js';

/** The real textile records in their published split, as the modalities see them. */
export interface Textiles {
  readonly tasks: readonly LearnableTask[];
  readonly train: readonly LabelledCase[];
  readonly validation: readonly LabelledCase[];
  readonly test: readonly LabelledCase[];
}

const columns = {
  place: 'place_iso',
  timespan: 'century',
  technique: 'technique_group',
  material: 'material_group',
};
const minimumLabelCount = 30;
// The graph made from these records holds a description only from this length on.
const minimumDescription = 60;

/** The folder of the real museum data; undefined, with the test skipped, when there is none. */
export function realData(t: TestContext): string | undefined {
  const folder = process.env['LACUNA_DATA'];
  if (folder === undefined || folder === '') {
    t.skip('LACUNA_DATA is not set: needs the real museum data');
    return undefined;
  }
  if (!existsSync(folder)) throw new Error(`LACUNA_DATA is set to ${folder}, which does not exist`);
  return folder;
}

const slug = (museum: string) =>
  museum
    .normalize('NFKD')
    .replace(/[^\w]+/g, '-')
    .toLowerCase();

/** SILKNOW's vocabularies and the places that the textiles name beyond them. */
export async function textilesThesaurus(folder: string): Promise<Thesaurus> {
  const vocabulary = path.join(folder, 'silknow', 'vocabulary');
  const files = readdirSync(vocabulary).map((file) => path.join(vocabulary, file));
  files.push(path.join(folder, 'textiles', 'places-extra.ttl'));
  return loadThesaurus(files.sort());
}

/** What labels mean for the textiles. */
export async function textilesLexicon(folder: string): Promise<Lexicon> {
  return lexiconOf(await loadProfile('silknow'), await textilesThesaurus(folder));
}

/**
 * Reads `textiles/` of the real data; classes are those with at least 30 labelled training records unless told.
 *
 * @param labels `strict` leaves out the techniques that were told from the description itself
 * @param fewest labelled training records that a class needs
 */
export function readTextiles(
  folder: string,
  labels: 'all' | 'strict' = 'all',
  fewest: number = minimumLabelCount,
): Textiles {
  const table = labels === 'strict' ? 'records-strict.tsv.gz' : 'records.tsv.gz';
  const rows = readTable(path.join(folder, 'textiles', table));
  const tasks = Object.entries(columns).map(([name, column]): LearnableTask => {
    const counts = new Map<string, number>();
    for (const row of rows) {
      const value = row[column] ?? '';
      if (row['split'] === 'train' && value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const classes = [...counts].filter(([, count]) => count >= fewest).map(([id]) => id);
    return { name, classes: classes.sort() };
  });
  const cases = rows.map((row) => {
    const values: Record<string, number> = {};
    const known: Record<string, readonly string[]> = {};
    for (const { name, classes } of tasks) {
      const value = row[columns[name as keyof typeof columns]] ?? '';
      if (!classes.includes(value)) continue;
      values[name] = classes.indexOf(value);
      known[name] = [value];
    }
    const museum = slug(row['source_museum'] ?? '');
    const description = row['description'] ?? '';
    const labelled: LabelledCase = {
      record: {
        graph: `http://example.org/graph/${museum}`,
        museum,
        object: row['object'] ?? '',
        production: row['production'] ?? '',
        label: row['title_clean'],
        texts:
          description.length < minimumDescription
            ? []
            : [{ value: description, language: row['language'] ?? '' }],
        images: [],
        known,
      },
      opinions: {},
      labels: values,
    };
    return { split: row['split'], labelled };
  });
  const of = (split: string) => cases.filter((one) => one.split === split).map(({ labelled }) => labelled);
  return { tasks, train: of('train'), validation: of('val'), test: of('test') };
}
