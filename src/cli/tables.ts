import Table from 'cli-table3';
import type { PropertyCoverage } from '../daemon/overview/coverage.js';
import type { Comparison, Spread, StrategyFigures } from '../enrichment/compare.js';
import type { MuseumCoverage } from '../enrichment/gaps.js';
import type { PhotographExplanation } from '../enrichment/photograph-explanations.js';
import type { RunState, RunSummary } from '../enrichment/run-state.js';
import type { SkipEntry } from '../enrichment/skips.js';
import type { Difference } from '../learning/report/report-schema.js';
import type { SplitCounts, SplitSummary } from '../learning/splits/summary.js';
import { learntTasks, type ModelCard, type TaskMetrics } from '../models/card.js';
import type { Rejection } from '../provenance/rejection.js';

const style = { head: [], border: [] };
/** A share in percent, to a tenth of a point. */
export const points = (share: number): string => (100 * share).toFixed(1);
const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** A table with the first column to the left and numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const drawn = new Table({
    head: [...head],
    style,
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
  });
  drawn.push(...rows.map((row) => row.map(String)));
  return drawn.toString();
}

/** How the records were divided, by class. */
export function splitTable({ records, unused, tasks }: SplitSummary): string {
  const cells = ({ train, validation, test }: SplitCounts): number[] => [train, validation, test];
  const rows = tasks.flatMap(({ task, classes }) =>
    classes
      .filter((each) => cells(each.records).some((count) => count > 0))
      .map((each) => [`${task} ${each.id}`, ...cells(each.records)]),
  );
  const all = [unused === 0 ? 'all records' : `all records but ${unused}`, ...cells(records)];
  return table(['records', 'train', 'validation', 'test'], [all, ...rows]);
}

/** What tuning chose, a line per task. */
export function tuningLines({ tuning = {} }: ModelCard): string[] {
  const figure = (score: string, value: number): string =>
    score === 'log-loss' ? `log-loss ${(-value).toFixed(4)}` : `macro-F1 ${points(value)}`;
  return Object.entries(tuning).map(
    ([task, { score, value, before, trials, judgedOn, seconds, parameters }]) => {
      const chosen = Object.entries(parameters).map(([name, chosenValue]) => `${name} ${chosenValue}`);
      const given = trials.filter(({ isPruned }) => isPruned).length;
      return (
        `Tuned ${task}: ${chosen.join(', ')} (${figure(score, value)} on ${judgedOn}, ${figure(score, before.value)} before; ` +
        `${trials.length} trials, ${given} given up, ${seconds.toFixed(0)} s)`
      );
    },
  );
}

/** Test figures of a model, one row per modality: macro-F1 and accuracy of each task, in percent. */
export function metricsTable(
  card: ModelCard,
  split: 'validation' | 'test' = 'test',
  metrics: Readonly<Record<string, Readonly<Record<string, TaskMetrics>>>> = card.metrics[split] ?? {},
): string {
  const modalities = Object.entries(metrics);
  const names = card.tasks.map(({ name }) => name);
  const rows = modalities.flatMap(([modality, tasks]) => {
    const heard = names.map((name) => tasks[name]);
    const averaged = learntTasks(card).map(({ name }) => names.indexOf(name));
    const cell = (pick: (index: number) => { macroF1: number; accuracy: number } | undefined): string[] => {
      const figures = names.map((_, index) => pick(index));
      const known = averaged.flatMap((index) => figures[index] ?? []);
      return [
        ...figures,
        known.length > 0 && known.length === averaged.length
          ? { macroF1: mean(known.map((f) => f.macroF1)), accuracy: mean(known.map((f) => f.accuracy)) }
          : undefined,
      ].map((figure) =>
        figure === undefined ? '–' : `${points(figure.macroF1)} / ${points(figure.accuracy)}`,
      );
    };
    return [
      [modality, 'where it has input', ...cell((index) => heard[index])],
      ['', 'all records', ...cell((index) => heard[index]?.whole)],
    ];
  });
  return table(['macro-F1 / accuracy, %', `${split} records`, ...names, 'average'], rows);
}

/** Validation figures of every modality with every strategy for rare classes; with several seeds, mean ± deviation. */
export function strategiesTable({ tasks, seeds, strategies }: Comparison): string {
  const share = ({ mean: value, deviation }: Spread): string =>
    seeds.length > 1 ? `${points(value)} ± ${points(deviation)}` : points(value);
  const cell = (figures: StrategyFigures | undefined): string =>
    figures === undefined ? '–' : `${share(figures.macroF1)} / ${share(figures.accuracy)}`;
  const rows = strategies.map(({ modality, strategy, tasks: figures, average }, index) => [
    strategies[index - 1]?.modality === modality ? '' : modality,
    strategy,
    ...tasks.map((task) => cell(figures[task])),
    cell(average),
  ]);
  return table(['macro-F1 / accuracy, %', 'strategy', ...tasks, 'average'], rows);
}

/** What the model promises per task: classes, thresholds in known and other museums, calibration. */
export function promiseTable(card: ModelCard): string {
  const from = (threshold: number | null): string => (threshold === null ? 'abstains' : threshold.toFixed(2));
  const rows = card.tasks.map(({ name, classes, threshold, foreignThreshold }) => {
    const figures = card.metrics['test']?.[card.decider[name] ?? '']?.[name];
    return [
      name,
      classes.join(' '),
      from(threshold),
      from(foreignThreshold),
      figures === undefined ? '–' : figures.calibrationError.toFixed(3),
    ];
  });
  return table(['task', 'classes', 'published from', 'in unknown museums', 'calibration error (test)'], rows);
}

/** The prediction sets a model promises, a line per task; none where they were not asked for. */
export function predictionSetLines({ tasks }: ModelCard): string[] {
  const from = (threshold: number | null): string =>
    threshold === null ? 'none can be promised' : `values of ${(1 - threshold).toFixed(3)} or more`;
  return tasks.flatMap(({ name, predictionSet }) =>
    predictionSet === undefined
      ? []
      : [
          `Sets of ${name}, to hold the truth of ${points(predictionSet.coverage)} % of the gaps: ` +
            `${from(predictionSet.threshold)}; in unknown museums ${from(predictionSet.foreignThreshold)}`,
        ],
  );
}

/** What became of the correction for other shares among the gaps, a line per task; none where it was not asked for. */
export function labelShiftLines({ tasks, decider, calibration, labelShift = {} }: ModelCard): string[] {
  return Object.entries(labelShift).map(([task, { gaps, tried, logLoss, isKept }]) => {
    const classes = tasks.find(({ name }) => name === task)?.classes ?? [];
    const shift = calibration[decider[task] ?? '']?.[task]?.labelShift;
    const loss = `log-loss ${logLoss.with.toFixed(4)}, ${logLoss.without.toFixed(4)} without, on ${tried} validation records, museum by museum`;
    if (!isKept || shift === undefined) {
      const why = tried === 0 ? 'there are not two known museums to try it in' : loss;
      return `Shares of ${task} among ${gaps} gaps: not corrected for (${why})`;
    }
    const shares = classes.map((id, k) => `${id} ${points(shift.from[k]!)} → ${points(shift.to[k]!)}`);
    return `Shares of ${task} among ${gaps} gaps, %: ${shares.join(', ')} (${loss})`;
  });
}

/** What two models' published decisions differ by, one row per task: macro-F1 with interval and p, accuracy, McNemar's p. */
export function differencesTable(differences: readonly (Difference & { readonly task: string })[]): string {
  const signed = (share: number): string => `${share < 0 ? '−' : '+'}${points(Math.abs(share))}`;
  const rows = differences.map(({ task, records, macroF1, accuracy, mcNemar }) => [
    task,
    records,
    `${points(macroF1.first)} → ${points(macroF1.second)}`,
    `${signed(macroF1.difference)} (${signed(macroF1.interval.low)} to ${signed(macroF1.interval.high)})`,
    macroF1.p.toFixed(3),
    `${points(accuracy.first)} → ${points(accuracy.second)}`,
    mcNemar.p.toFixed(3),
  ]);
  return table(
    ['task', 'records', 'macro-F1, %', 'difference (95 % interval)', 'p', 'accuracy, %', 'McNemar p'],
    rows,
  );
}

/** Records and known values per museum. */
export function coverageTable(museums: readonly MuseumCoverage[], tasks: readonly string[]): string {
  const rows = museums.map(({ museum, records, known }) => [
    museum,
    records,
    ...tasks.map(
      (task) => `${records - (known[task] ?? 0)} (${percent(records - (known[task] ?? 0), records)})`,
    ),
  ]);
  const sum = (pick: (museum: MuseumCoverage) => number): number =>
    museums.reduce((total, museum) => total + pick(museum), 0);
  const records = sum((museum) => museum.records);
  const total = tasks.map((task) => {
    const missing = records - sum((museum) => museum.known[task] ?? 0);
    return `${missing} (${percent(missing, records)})`;
  });
  return table(
    ['museum', 'records', ...tasks.map((task) => `no ${task}`)],
    [...rows, ['all', records, ...total]],
  );
}

/** What became of the gaps of a run, per task. */
export function outcomeTable(summary: RunSummary): string {
  const rows = Object.entries(summary.tasks).map(([task, counts]) => [
    task,
    counts.gaps,
    counts.published,
    counts.alreadyPublished,
    counts.abstained,
    counts.nothingToGoOn,
    counts.rejectedByCurator,
    counts.failed,
    counts.unchanged,
  ]);
  return table(
    [
      'property',
      'gaps',
      'published',
      'already there',
      'too unsure',
      'nothing to go on',
      'rejected',
      'failed',
      'unchanged',
    ],
    rows,
  );
}

/** What was left out and why, with an example each. */
export function skipLines(skips: readonly SkipEntry[]): string[] {
  return skips.map(
    ({ reason, count, examples }) => `  ${String(count).padStart(6)}  ${reason}, e.g. ${examples[0] ?? ''}`,
  );
}

/** Rejections, with the English name of the value where the profile has one. */
export function rejectionsTable(
  rejections: readonly Rejection[],
  nameOf: (rejection: Rejection) => string,
): string {
  const rows = rejections.map((rejection) => {
    const { iri, record, task, by, at, reason = '' } = rejection;
    return [record, task, nameOf(rejection), by, at.toISOString(), reason, iri];
  });
  return table(['record', 'task', 'rejected', 'by', 'when', 'reason', 'rejection'], rows);
}

/** Runs, newest first. */
export function runsTable(runs: readonly RunState[]): string {
  const rows = runs.map(({ id, state, request, trigger, summary, startedAt, endedAt, waiting, error }) => [
    id,
    request.kind ?? 'enrich',
    waiting !== undefined
      ? `${state}, waits for the store`
      : state === 'parked' && error !== undefined
        ? `parked: ${error.code}`
        : state,
    trigger,
    startedAt,
    endedAt ?? '',
    summary?.recordsExamined ?? 0,
    summary?.written.predictions ?? 0,
  ]);
  return table(['run', 'kind', 'state', 'trigger', 'started', 'ended', 'records', 'predictions'], rows);
}

/** Coverage before and after, per property; `right` = published values known to be right (generated collections only). */
export function filledTable(
  coverage: readonly PropertyCoverage[],
  right: Readonly<Record<string, number>>,
): string {
  const rows = coverage.map(({ task, property, total, known, filled, open }) => [
    property,
    `${known} (${percent(known, total)})`,
    `+ ${filled}`,
    `${known + filled} (${percent(known + filled, total)})`,
    open,
    filled === 0 ? '–' : percent(right[task] ?? 0, filled),
  ]);
  return table(
    [
      'property',
      'known before',
      'predicted',
      'known or predicted',
      'still open',
      'right (the generator knows)',
    ],
    rows,
  );
}

/** What an explanation says, and its map, rows from the top. */
export function explanationLines(explanation: PhotographExplanation): string[] {
  const { value, confidence, photograph, encoder, model, cells, strongest } = explanation;
  const signed = (loss: number): string => `${loss < 0 ? '−' : ''}${Math.abs(loss).toFixed(2)}`;
  return [
    `${value.label}, ${points(confidence)} %, by the photograph <${photograph}>`,
    `What covering a part of it takes from the log-odds of “${value.label}” (model ${model}, encoder ${encoder}):`,
    table(
      ['', ...cells.map((_, column) => String(column + 1))],
      cells.map((row, index) => [String(index + 1), ...row.map(signed)]),
    ),
    strongest === undefined
      ? 'No part of it speaks for that value alone.'
      : `Strongest in the part: ${strongest}.`,
  ];
}
