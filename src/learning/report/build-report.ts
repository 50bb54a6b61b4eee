import { imbalanceRatio } from '../metrics/imbalance.js';
import { mean } from '../metrics/tally.js';
import type { DuplicateCounts } from '../splits/duplicates.js';
import { associations, type PropertyValues } from './associations.js';
import { compareAnswers } from './compare.js';
import type { EvaluatedModality, EvaluatedTask } from './evaluated.js';
import {
  answerMetrics,
  calibrationAfter,
  calibrationBefore,
  figuresOf,
  groupFigures,
  isHeard,
  isLearnt,
  multiLabelFigures,
  predictionSetFigures,
  probabilisticFigures,
  promiseFigures,
} from './figures.js';
import type {
  Report,
  ReportComparison,
  ReportEvaluation,
  ReportModality,
  ReportModel,
  ReportTask,
} from './report-schema.js';

/** What some of a model's modalities can do together, or one of them alone. */
export interface Ablated {
  readonly modalities: readonly string[];
  /** True when the fusion was asked with the others hidden, false for a modality's own answers. */
  readonly fused: boolean;
  readonly tasks: readonly EvaluatedTask[];
}

/** A task in words, with what training knew of it. */
export interface DescribedTask {
  readonly name: string;
  readonly label: string;
  readonly classes: readonly { readonly id: string; readonly label: string }[];
  /** Labelled training records per class. */
  readonly trained: readonly number[] | undefined;
  /** Modality whose decision is published. */
  readonly decider: string;
}

/** One model measured on one set of records: what a report is made from. */
export interface NamedEvaluation {
  readonly name: string;
  readonly split: string;
  readonly isAsTrained: boolean;
  /** What the museums' graphs remark on themselves: that the data are generated, for instance. */
  readonly remarks: readonly string[];
  readonly model: ReportModel;
  /** Descriptions measured on that were learnt from too. */
  readonly duplicates?: DuplicateCounts | undefined;
  readonly tasks: readonly DescribedTask[];
  readonly modalities: readonly EvaluatedModality[];
  /** Leave-one-out and the like; a modality alone need not be listed. */
  readonly ablated: readonly Ablated[];
  /** Total gain of the trees' splits by modality and task, where a modality has trees. */
  readonly importance: Readonly<
    Record<string, Readonly<Record<string, readonly { feature: string; gain: number }[]>>>
  >;
  /** Properties of all records that were read, for their association. */
  readonly properties: readonly PropertyValues[];
}

function modalityReport(
  modality: string,
  { classes, publishedFrom, setCoverage, records, multiLabel }: EvaluatedTask,
  trained: readonly number[] | undefined,
): ReportModality {
  const { perClass, confusion } = answerMetrics(records.filter(isLearnt), classes.length);
  const probabilistic = probabilisticFigures(records, classes.length);
  const before = calibrationBefore(records);
  const grouping = { classes: classes.length, trained };
  return {
    modality,
    heard: figuresOf(records.filter(isHeard), classes.length, trained),
    whole: figuresOf(records, classes.length, trained),
    perClass: perClass.map((one, index) => ({ class: classes[index]!, ...one })),
    confusion,
    ...(probabilistic && { probabilistic }),
    ...(multiLabel && { multiLabel: multiLabelFigures(multiLabel, classes.length) }),
    ...(before && { before }),
    after: calibrationAfter(records),
    promise: promiseFigures(records, publishedFrom),
    ...(setCoverage !== undefined && { predictionSets: predictionSetFigures(records, setCoverage) }),
    museums: groupFigures(records, ({ museum }) => [museum], grouping),
    languages: groupFigures(records, ({ languages }) => languages, grouping),
  };
}

function shares(gains: readonly { feature: string; gain: number }[]): { feature: string; gain: number }[] {
  const total = gains.reduce((sum, { gain }) => sum + gain, 0);
  return gains
    .map(({ feature, gain }) => ({ feature, gain: total === 0 ? 0 : gain / total }))
    .sort((a, b) => b.gain - a.gain);
}

function taskReport(
  task: DescribedTask,
  { modalities, importance }: NamedEvaluation,
  seed: number,
): ReportTask {
  const measured = modalities.flatMap(({ modality, tasks }) => {
    const own = tasks.find((one) => one.task === task.name);
    return own === undefined || own.records.length === 0 ? [] : [{ modality, own }];
  });
  const decides = measured.find(({ modality }) => modality === task.decider);
  return {
    task: task.name,
    label: task.label,
    classes: task.classes.map(({ id, label }, index) => ({
      id,
      label,
      trained: task.trained?.[index] ?? null,
    })),
    imbalanceRatio: task.trained === undefined ? null : imbalanceRatio(task.trained),
    decider: task.decider,
    notLearnt: measured[0]?.own.records.filter((record) => !isLearnt(record)).length ?? 0,
    modalities: measured.map(({ modality, own }) => modalityReport(modality, own, task.trained)),
    importance: Object.fromEntries(
      Object.entries(importance).flatMap(([modality, tasks]) => {
        const gains = tasks[task.name];
        return gains === undefined ? [] : [[modality, shares(gains)]];
      }),
    ),
    significance:
      decides === undefined
        ? []
        : measured.flatMap(({ modality, own }) => {
            if (modality === task.decider) return [];
            const compared = compareAnswers(
              { name: modality, task: own },
              { name: task.decider, task: decides.own },
              { seed },
            );
            return compared === undefined ? [] : [compared];
          }),
  };
}

function ablationRows({ modalities, ablated }: NamedEvaluation): ReportEvaluation['ablation'] {
  const alone = modalities
    .filter(({ modality }) => modality !== 'fusion' && modality !== 'vocabulary')
    .map(({ modality, tasks }): Ablated => ({ modalities: [modality], fused: false, tasks }));
  const fusion = modalities.find(({ modality }) => modality === 'fusion');
  const everything = fusion && {
    modalities: alone.flatMap((one) => one.modalities),
    fused: true,
    tasks: fusion.tasks,
  };
  return [...alone, ...ablated, ...(everything ? [everything] : [])].map(
    ({ modalities: used, fused, tasks }) => ({
      name: fused ? `fusion of ${used.join(', ')}` : `${used.join(', ')} alone`,
      modalities: [...used],
      fused,
      tasks: Object.fromEntries(
        tasks.map(({ task, classes, records }) => {
          const { macroF1, accuracy } = answerMetrics(records.filter(isLearnt), classes.length);
          return [task, { macroF1, accuracy }];
        }),
      ),
    }),
  );
}

function evaluationReport(evaluation: NamedEvaluation, seed: number): ReportEvaluation {
  const { name, split, isAsTrained, remarks, model, duplicates, modalities, properties } = evaluation;
  const tasks = evaluation.tasks.map((task) => taskReport(task, evaluation, seed));
  const learnt = tasks.filter(({ decider }) => decider !== 'vocabulary').length;
  const averages = modalities.map(({ modality }) => {
    const figures = tasks.flatMap((task) => task.modalities.filter((one) => one.modality === modality));
    const isWhole = figures.length === learnt && learnt > 0 && modality !== 'vocabulary';
    return {
      modality,
      macroF1: isWhole ? mean(figures.map(({ whole }) => whole.macroF1)) : null,
      accuracy: isWhole ? mean(figures.map(({ whole }) => whole.accuracy)) : null,
    };
  });
  return {
    name,
    split,
    isAsTrained,
    remarks: [...remarks],
    model,
    ...(duplicates && { duplicates }),
    tasks,
    averages,
    ablation: ablationRows(evaluation),
    associations: associations(properties, ['museum', ...evaluation.tasks.map((task) => task.name)]),
  };
}

function taskOfDecider({ modalities, tasks }: NamedEvaluation, name: string): EvaluatedTask | undefined {
  const decider = tasks.find((task) => task.name === name)?.decider;
  return modalities.find(({ modality }) => modality === decider)?.tasks.find(({ task }) => task === name);
}

/** Compares the decisions two models would publish from, task by task, on the records both were measured on. */
function comparisonReport(first: NamedEvaluation, second: NamedEvaluation, seed: number): ReportComparison {
  const labels = new Map([...second.tasks, ...first.tasks].map(({ name, label }) => [name, label]));
  const compared = first.tasks.flatMap(({ name, label }) => {
    const [own, other] = [taskOfDecider(first, name), taskOfDecider(second, name)];
    if (own === undefined || other === undefined) return [];
    const difference = compareAnswers(
      { name: first.model.version, task: own },
      { name: second.model.version, task: other },
      { seed },
    );
    return difference === undefined ? [] : [{ task: name, label, ...difference }];
  });
  return {
    first: first.model,
    second: second.model,
    bothAsTrained: first.isAsTrained && second.isAsTrained,
    tasks: compared,
    notShared: [...labels].flatMap(([name, label]) =>
      compared.some(({ task }) => task === name) ? [] : [label],
    ),
  };
}

/**
 * The report of one or several evaluations (of several splits, say) side by side; `against` is another model measured on
 * the records of the first one. `seed` draws the bootstrap.
 */
export function buildReport(
  evaluations: readonly NamedEvaluation[],
  { madeAt, seed, against }: { madeAt: Date; seed: number; against?: NamedEvaluation | undefined },
): Report {
  const [first] = evaluations;
  return {
    format: 'lacuna-evaluation',
    version: 1,
    madeAt: madeAt.toISOString(),
    seed,
    evaluations: evaluations.map((evaluation) => evaluationReport(evaluation, seed)),
    ...(first !== undefined &&
      against !== undefined && { comparison: comparisonReport(against, first, seed) }),
  };
}
