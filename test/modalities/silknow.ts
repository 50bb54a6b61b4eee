import path from 'node:path';
import type { Split, SplitRecord } from '../../src/learning/splits/split.js';
import type { CollectionRecord, LearnableTask } from '../../src/modalities/case.js';
import { readTable } from './table.js';

/** The real SILKNOW records as the modalities see them, what they can be divided by, and their published split. */
export interface Silknow {
  readonly records: readonly CollectionRecord[];
  readonly splitRecords: readonly SplitRecord[];
  readonly published: ReadonlyMap<string, Split>;
  readonly tasks: readonly LearnableTask[];
}

const names = ['place', 'timespan', 'technique', 'material'];
const splitNames: Readonly<Record<string, Split>> = { train: 'train', val: 'validation', test: 'test' };

/** Reads `silknow/records.tsv.gz` of the real data. */
export function readSilknow(folder: string): Silknow {
  const rows = readTable(path.join(folder, 'silknow', 'records.tsv.gz'));
  const known = (row: Readonly<Record<string, string>>): Record<string, string[]> =>
    Object.fromEntries(names.filter((name) => row[name] !== '').map((name) => [name, [row[name]!]]));
  return {
    tasks: names.map((name) => ({
      name,
      classes: [...new Set(rows.flatMap((row) => known(row)[name] ?? []))].sort(),
    })),
    records: rows.map((row) => ({
      graph: `http://data.silknow.org/graph/${row['museum']!}`,
      museum: row['museum']!,
      object: row['obj']!,
      production: row['production']!,
      label: undefined,
      texts: [],
      images: Array.from({ length: Number(row['n_images']) }, (_, index) => ({
        node: `${row['obj']!}/${index}`,
        url: `http://127.0.0.1:9/${index}`,
      })),
      known: known(row),
    })),
    splitRecords: rows.map((row) => ({
      id: row['obj']!,
      museum: row['museum']!,
      numbers: row['identifier'] === '' ? [] : [row['identifier']!],
      dates: [],
      texts: [],
      photographs: row['first_image'] === '' ? [] : [`${row['museum']!}/${row['first_image']!}`],
      known: known(row),
    })),
    published: new Map(rows.map((row) => [row['obj']!, splitNames[row['split']!]!])),
  };
}
