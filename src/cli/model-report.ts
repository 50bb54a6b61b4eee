import type { FeatureImportance } from '../learning/trees/booster.js';
import { learntTasks, type ModelCard } from '../models/card.js';
import type { Bundle } from '../models/registry.js';
import { labelShiftLines, metricsTable, points, predictionSetLines, promiseTable, table } from './tables.js';
import { unlearntLines } from './unlearnt-lines.js';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Average over the tasks of the published decisions on the test records; undefined when some were not measured. */
function averages(card: ModelCard): { macroF1: number; accuracy: number } | undefined {
  const { metrics, decider } = card;
  const figures = learntTasks(card).map(({ name }) => metrics['test']?.[decider[name] ?? '']?.[name]?.whole);
  const known = figures.filter((figure) => figure !== undefined);
  if (known.length === 0 || known.length < figures.length) return undefined;
  return {
    macroF1: mean(known.map(({ macroF1 }) => macroF1)),
    accuracy: mean(known.map(({ accuracy }) => accuracy)),
  };
}

/** Models, newest first: when they were trained, on what, which is in use, and their average figures on all test records. */
export function modelsTable(cards: readonly ModelCard[], used: string | undefined): string {
  const rows = cards.map((card) => {
    const figures = averages(card);
    return [
      card.version,
      card.version === used ? 'in use' : '',
      card.trainedAt,
      card.split.train,
      card.tasks.length,
      figures === undefined ? '–' : `${points(figures.macroF1)} / ${points(figures.accuracy)}`,
    ];
  });
  return table(['model', '', 'trained', 'records', 'tasks', 'average macro-F1 / accuracy, %'], rows);
}

/** Which share of the trees' gain each feature has, per task. */
function importanceTable(importance: Readonly<Record<string, readonly FeatureImportance[]>>): string {
  const tasks = Object.keys(importance);
  const features = [
    ...new Set(Object.values(importance).flatMap((list) => list.map(({ feature }) => feature))),
  ];
  const rows = features.map((feature) => [
    feature,
    ...tasks.map((task) => {
      const list = importance[task]!;
      const own = list.find((entry) => entry.feature === feature);
      const total = list.reduce((sum, { totalGain }) => sum + totalGain, 0);
      return own === undefined || total === 0 ? '–' : points(own.totalGain / total);
    }),
  ]);
  return table(["share of the trees' gain, %", ...tasks], rows);
}

/** How the trees of every task were boosted; undefined without the tabular modality. */
function treesTable(card: ModelCard): string | undefined {
  const tasks = learntTasks(card);
  const told = card.modalities.find(({ modality }) => modality === 'tabular')?.parameters;
  if (told === undefined) return undefined;
  const ofTask = ({ name }: { readonly name: string }): [string, string | number | boolean][] =>
    Object.entries(told).flatMap(([key, value]) =>
      key.startsWith(`${name}.`) ? [[key.slice(name.length + 1), value]] : [],
    );
  const columns = tasks.map((task) => new Map(ofTask(task)));
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  const rows = names
    .filter((name) => name !== 'features')
    .map((name) => [name, ...columns.map((column) => String(column.get(name) ?? '–'))]);
  return rows.length === 0 ? undefined : table(['trees', ...tasks.map(({ name }) => name)], rows);
}

/** A model's card in words and tables. */
export function cardReport(
  { card, folder }: Bundle,
  isUsed: boolean,
  importance: Readonly<Record<string, readonly FeatureImportance[]>>,
): string[] {
  const { split, data } = card;
  const trees = treesTable(card);
  return [
    `Model ${card.version} of profile ${card.profile}, ${isUsed ? 'in use' : 'not in use'}, in ${folder}`,
    `Trained ${card.trainedAt} by Lacuna ${card.codeVersion} with seed ${card.seed} on ${data.records} records of ${data.store}.`,
    `Split ${split.kind}: ${split.train} to train, ${split.validation} for choices, ${split.test} to measure.`,
    metricsTable(card),
    promiseTable(card),
    ...predictionSetLines(card),
    ...labelShiftLines(card),
    table(
      ['modality', 'looks at', 'encoder'],
      card.modalities.map(({ modality, encoder, encoderTier }) => [modality, encoder, encoderTier]),
    ),
    ...(trees === undefined ? [] : [trees]),
    ...(Object.keys(importance).length === 0 ? [] : [importanceTable(importance)]),
    ...unlearntLines(card),
  ];
}
