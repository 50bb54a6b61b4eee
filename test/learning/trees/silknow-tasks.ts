import path from 'node:path';
import type { CategoricalColumn, TreeData, TreeParams } from '../../../src/learning/trees/booster.js';
import { publishedParameters } from '../../../src/modalities/tabular/hyper-parameters.js';
import { readTable } from '../../modalities/table.js';

type Row = Readonly<Record<string, string>>;

/** One task of the SILKNOW records as Rei et al. 2024 give it to their trees. */
export interface SilknowTask {
  readonly name: string;
  readonly classes: readonly string[];
  /** Chosen by Rei et al. for the task. */
  readonly params: TreeParams;
  /** By the published split; features are the museum and the other three properties, `[NA]` where one is missing. */
  readonly train: TreeData;
  readonly validation: TreeData;
  readonly test: TreeData;
}

const tasks = ['place', 'timespan', 'technique', 'material'];

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

function taskOf(rows: readonly Row[], name: string): SilknowTask {
  const labelled = rows.filter((row) => row[name] !== '');
  const classes = distinct(labelled.map((row) => row[name]!));
  const names = ['museum', ...tasks.filter((other) => other !== name)];
  const valueOf = (row: Row, feature: string): string => row[feature] || '[NA]';
  const categories = names.map((feature) => distinct(rows.map((row) => valueOf(row, feature))));
  const dataOf = (split: string): TreeData => {
    const own = labelled.filter((row) => row['split'] === split);
    return {
      features: names.map((feature, index): CategoricalColumn => {
        const codes = new Map(categories[index]!.map((category, code) => [category, code]));
        const values = Int32Array.from(own, (row) => codes.get(valueOf(row, feature))!);
        return { name: feature, kind: 'categorical', categories: categories[index]!, values };
      }),
      rows: own.length,
      labels: Int32Array.from(own, (row) => classes.indexOf(row[name]!)),
      classes: classes.length,
    };
  };
  return {
    name,
    classes,
    params: publishedParameters(name),
    train: dataOf('train'),
    validation: dataOf('val'),
    test: dataOf('test'),
  };
}

/** The four tasks of the real SILKNOW records below `folder`, the folder of the real data. */
export function silknowTasks(folder: string): SilknowTask[] {
  const rows = readTable(path.join(folder, 'silknow/records.tsv.gz'));
  return tasks.map((name) => taskOf(rows, name));
}
