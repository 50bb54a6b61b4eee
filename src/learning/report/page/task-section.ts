import { confusionPlot } from '../plots/confusion.js';
import { classPlots, groupPlot, importancePlot } from '../plots/bars.js';
import { confidencePlot, reliabilityPlot } from '../plots/reliability.js';
import { riskCoveragePlot } from '../plots/risk-coverage.js';
import type {
  CalibrationFigures,
  Figures,
  GroupFigures,
  ReportEvaluation,
  ReportModality,
  ReportTask,
} from '../report-schema.js';
import { disclosure, figure, html, table, type Markup } from './markup.js';
import { predictionSetTable } from './prediction-sets.js';
import { deciderOf } from './summary.js';
import {
  anchor,
  capital,
  count,
  decimal,
  differenceCells,
  fromConfidence,
  percent,
  percentInterval,
  points,
  pointsOr,
  propertyLabel,
} from './words.js';

function figuresRow(name: string, figures: Figures): string[] {
  const { macro, micro, weighted } = figures.averages;
  return [
    name,
    count(figures.records),
    points(figures.macroF1),
    points(figures.accuracy),
    points(figures.balancedAccuracy),
    `${points(macro.precision)} / ${points(macro.recall)}`,
    points(micro.f1),
    points(weighted.f1),
    pointsOr(figures.underRepresentedF1),
    decimal(figures.kappa),
    decimal(figures.matthews),
  ];
}

function figuresTable({ label, decider, modalities }: ReportTask): Markup {
  const rows = modalities.flatMap(({ modality, heard, whole }) => [
    figuresRow(`${modality}, all records`, whole),
    ...(heard.records === whole.records ? [] : [figuresRow(`${modality}, where it has input`, heard)]),
  ]);
  return table(
    [
      '',
      'records',
      'macro-F1',
      'accuracy',
      'balanced acc.',
      'macro P / R',
      'micro-F1',
      'weighted F1',
      'rare-class F1',
      'kappa',
      'Matthews',
    ],
    rows,
    {
      caption: `${capital(label)}: figures in percent; kappa and Matthews from −1 to 1`,
      highlight: rows.flatMap(([name], index) => (name!.startsWith(`${decider},`) ? [index] : [])),
    },
  );
}

function probabilityTable({ label, modalities }: ReportTask): Markup {
  const ks = [
    ...new Set(modalities.flatMap(({ probabilistic }) => Object.keys(probabilistic?.accuracyAt ?? {}))),
  ];
  return table(
    [
      '',
      'log-loss',
      'Brier',
      'calibration error',
      'the same, equal mass',
      'before calibration',
      'AURC',
      ...ks.map((k) => `right in top ${k}`),
      'average rank',
    ],
    modalities.map(({ modality, probabilistic, before, after, promise }) => [
      modality,
      probabilistic ? decimal(probabilistic.logLoss) : '–',
      probabilistic ? decimal(probabilistic.brier) : '–',
      decimal(after.error),
      decimal(after.equalMassError),
      before ? decimal(before.error) : '–',
      decimal(promise.aurc),
      ...ks.map((k) => pointsOr(probabilistic?.accuracyAt[k])),
      probabilistic ? probabilistic.averageRank.toFixed(2) : '–',
    ]),
    { caption: `${capital(label)}: how good the probabilities are, where a modality has input` },
  );
}

function multiLabelTable({ label, modalities }: ReportTask): Markup | undefined {
  const measured = modalities.flatMap(({ modality, multiLabel }) =>
    multiLabel ? [{ modality, multiLabel }] : [],
  );
  if (measured.length === 0) return undefined;
  const ks = Object.keys(measured[0]!.multiLabel.accuracyAt);
  return table(
    [
      '',
      'records',
      'R-Precision',
      ...ks.map((k) => `Acc@${k}`),
      'average rank',
      'micro P / R / F1',
      'macro P / R / F1',
      'exact',
    ],
    measured.map(({ modality, multiLabel: one }) => [
      modality,
      count(one.records),
      points(one.rPrecision),
      ...ks.map((k) => pointsOr(one.accuracyAt[k])),
      one.averageRank.toFixed(2),
      ...[one.micro, one.macro].map(
        ({ precision, recall, f1 }) => `${points(precision)} / ${points(recall)} / ${points(f1)}`,
      ),
      points(one.exactMatch),
    ]),
    { caption: `${capital(label)}: records with one value or several, a class being named from 50 % on` },
  );
}

function significanceTable({ label, significance }: ReportTask): Markup | undefined {
  if (significance.length === 0) return undefined;
  return table(
    ['', 'macro-F1', '95 % interval', 'p', 'accuracy', '95 % interval', 'p', 'McNemar p'],
    significance.map(({ first, second, ...difference }) => [
      `${second} less ${first}`,
      ...differenceCells(difference),
    ]),
    {
      caption: `${capital(label)}: is the published decision better than each modality? Points, all records, paired bootstrap`,
    },
  );
}

function binsTable(name: string, { bins }: CalibrationFigures): Markup {
  return table(
    ['said', 'right', '95 % interval', 'records'],
    bins.map(({ confidence, accuracy, interval, count: held }) => [
      percent(confidence),
      percent(accuracy),
      percentInterval(interval),
      count(held),
    ]),
    { caption: name },
  );
}

function reliabilityFigure(task: ReportTask, modality: ReportModality): Markup {
  const { before, after } = modality;
  const caption = html`<strong>Do the confidences hold?</strong> On the dashed line, answers of 80&nbsp;%
    confidence are right 80&nbsp;% of the time. Calibrated (blue; larger dots = more records, bars = 95&nbsp;%
    interval) they are off by <strong>${points(after.error)} points</strong> on
    average${before ? html`, the scores of the likeliest classes before that (grey) by ${points(before.error)}` : ''}.`;
  return figure(
    html`${reliabilityPlot(task, modality)}${confidencePlot(task, modality)}`,
    caption,
    html`${binsTable('After calibration', after)}${before && binsTable('Before calibration', before)}`,
  );
}

function riskFigure(task: ReportTask, { promise }: ReportModality, targetPrecision: number): Markup {
  const { publishedFrom, selection, records } = promise;
  const from = fromConfidence(publishedFrom);
  const rows = promise.curve.filter((_, index) => index % 20 === 0 || index === promise.curve.length - 1);
  const told =
    from === undefined
      ? html`No confidence keeps ${percent(targetPrecision)} right: nothing is published.`
      : html`Published ${from} (dot): ${percent(selection.coverage)} of ${count(records)} records answered,
        ${percent(selection.precision)} right (95&nbsp;% interval ${percentInterval(selection.interval)}).`;
  return figure(
    riskCoveragePlot(task, targetPrecision),
    html`<strong>How much can be answered at which risk?</strong> From left to right less sure answers are
      given too. ${told}`,
    table(
      ['from confidence', 'answered', 'wrong'],
      rows.map(({ threshold, coverage, risk }) => [percent(threshold), percent(coverage), percent(risk)]),
      { caption: `Risk and coverage of ${task.label}` },
    ),
  );
}

function confusionFigure(task: ReportTask, modality: ReportModality): Markup {
  const { confusion, perClass } = modality;
  return figure(
    confusionPlot(task, modality),
    html`<strong>What is mistaken for what?</strong> Each row is one class as the museums know it, and what
      became of its records: share of the row, with the number of records below.
      ${capital(modality.modality)}, all records.`,
    table(
      ['truth', ...task.classes.map(({ label }) => label), 'no answer'],
      task.classes.map(({ label }, row) => {
        const answered = confusion[row]!.reduce((sum, value) => sum + value, 0);
        return [label, ...confusion[row]!.map(count), count(perClass[row]!.support - answered)];
      }),
      { caption: `Confusion of ${task.label}, ${modality.modality}: records` },
    ),
  );
}

function classFigure(task: ReportTask, modality: ReportModality): Markup {
  const [f1, support] = classPlots(task, modality);
  const isTrainedKnown = task.classes.some(({ trained }) => trained !== null);
  return figure(
    html`<div class="pair">${f1}${support}</div>`,
    html`<strong>Which classes are told well?</strong> F1 of each class, beside the records it was measured on
      ${isTrainedKnown && '(narrow bars, with their number) and learnt from (wide, pale bars)'}.
      ${task.imbalanceRatio !== null && html`The commonest class has ${task.imbalanceRatio.toFixed(1)} times the records of the rarest.`}`,
    table(
      ['class', 'precision', 'recall', 'F1', 'measured', 'learnt from'],
      task.classes.map(({ label, trained }, index) => {
        const { precision, recall, f1: value, support: measured } = modality.perClass[index]!;
        return [
          label,
          points(precision),
          points(recall),
          points(value),
          count(measured),
          trained === null ? '–' : count(trained),
        ];
      }),
      { caption: `Classes of ${task.label}, ${modality.modality}` },
    ),
  );
}

function groupFigure(
  task: ReportTask,
  modality: ReportModality,
  which: 'museums' | 'languages',
): Markup | undefined {
  const groups = modality[which].filter(({ figures }) => figures.records > 0);
  if (groups.length === 0) return undefined;
  const kind = which === 'museums' ? 'museum' : 'language of the description';
  const others = task.modalities.filter((other) => other !== modality);
  const cell = (group: GroupFigures | undefined): string =>
    group === undefined ? '–' : `${points(group.figures.macroF1)} / ${points(group.figures.accuracy)}`;
  return figure(
    groupPlot(`Accuracy of ${task.label} by ${kind}, ${modality.modality}`, groups, modality.whole.accuracy),
    html`<strong>By ${kind}.</strong> Share of its records answered rightly, with the 95&nbsp;% interval;
      dashed: all records.
      ${which === 'languages' && 'Where the graph has no language tag, the language was detected.'}`,
    table(
      [
        kind,
        'records',
        `${modality.modality} F1 / acc.`,
        ...others.map((other) => `${other.modality} F1 / acc.`),
        'calibration error',
        'published',
        'of these right',
      ],
      groups.map((group) => [
        group.name === '' ? 'not told' : group.name,
        count(group.figures.records),
        cell(group),
        ...others.map((other) => cell(other[which].find(({ name }) => name === group.name))),
        decimal(group.calibrationError),
        percent(group.selection.coverage),
        group.selection.answered === 0 ? '–' : percent(group.selection.precision),
      ]),
      { caption: `${capital(task.label)} by ${kind}` },
    ),
  );
}

function importanceFigures(task: ReportTask, tasks: readonly ReportTask[]): Markup[] {
  return Object.entries(task.importance)
    .filter(([, gains]) => gains.some(({ gain }) => gain > 0))
    .map(([modality, list]) => {
      const gains = list.map(({ feature, gain }) => ({ feature: propertyLabel(tasks, feature), gain }));
      return figure(
        importancePlot(`Feature importance of ${task.label}, ${modality}`, gains),
        html`<strong>What do the trees of ${modality} look at?</strong> Share of the total gain of their
          splits${gains.length > 12 && ', the first twelve'}.`,
        table(
          ['feature', 'share of the gain, %'],
          gains.map(({ feature, gain }) => [feature, points(gain)]),
          { caption: `Feature importance of ${task.label}, ${modality}` },
        ),
      );
    });
}

/** Everything about one task: tables first, then a figure per question. */
export function taskSection(
  task: ReportTask,
  { model, name, tasks }: ReportEvaluation,
  place: string,
): Markup {
  const id = anchor(place, task.task);
  const decider = deciderOf(task);
  const heading = html`<h3 id="${id}">${capital(task.label)}</h3>`;
  if (decider === undefined) {
    return html`<section class="task">
      ${heading}
      <p>No record of ${name} has a known value.</p>
    </section>`;
  }
  const others = task.modalities.filter((modality) => modality !== decider);
  return html`<section class="task">
    ${heading}
    <p class="note">
      Decided by <span class="chip ${decider.modality}">${decider.modality}</span>.
      ${task.notLearnt > 0 && html`${count(task.notLearnt)} more records have a value too rare to be learnt; they count in risk and coverage, where every answer to them is wrong.`}
    </p>
    ${figuresTable(task)}
    <div class="figures">
      ${confusionFigure(task, decider)} ${classFigure(task, decider)} ${reliabilityFigure(task, decider)}
      ${riskFigure(task, decider, model.targetPrecision)} ${groupFigure(task, decider, 'museums')}
      ${groupFigure(task, decider, 'languages')} ${importanceFigures(task, tasks)}
    </div>
    ${probabilityTable(task)} ${predictionSetTable(task, decider)} ${multiLabelTable(task)}
    ${significanceTable(task)}
    ${
      others.length > 0 &&
      disclosure(
        `Confusion, classes and reliability of ${others.map(({ modality }) => modality).join(', ')}`,
        others.map(
          (modality) =>
            html`<h4>${capital(modality.modality)}</h4>
              <div class="figures">
                ${confusionFigure(task, modality)}${classFigure(task, modality)}${reliabilityFigure(task, modality)}
              </div>`,
        ),
      )
    }
  </section>`;
}
