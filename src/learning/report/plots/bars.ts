import * as Plot from '@observablehq/plot';
import type { Markup } from '../page/markup.js';
import { count, percent, points } from '../page/words.js';
import type { GroupFigures, ReportModality, ReportTask } from '../report-schema.js';
import { colours, draw, shareAxis } from './drawing.js';

const rowHeight = 26;

const labelMargin = (labels: readonly string[]): number =>
  Math.min(190, 20 + 6.6 * Math.max(0, ...labels.map(({ length }) => length)));

const inThousands = (value: number): string => (value < 1000 ? String(value) : `${value / 1000}k`);

interface NamedClass {
  readonly label: string;
  readonly f1: number;
  readonly support: number;
  readonly trained: number | null;
}

/** F1 of each class, and beside it how many records of it were measured and learnt from. */
export function classPlots(task: ReportTask, { modality, perClass }: ReportModality): [Markup, Markup] {
  const rows = task.classes.map(({ label, trained }, index): NamedClass => ({
    label,
    trained,
    f1: perClass[index]!.f1,
    support: perClass[index]!.support,
  }));
  const labels = rows.map(({ label }) => label);
  const shared = {
    height: 62 + rowHeight * rows.length,
    marginTop: 42,
    marginBottom: 20,
    y: { domain: labels, label: null, tickSize: 0 },
  };
  const most = Math.max(1, ...rows.map(({ support, trained }) => Math.max(support, trained ?? 0)));
  const f1 = draw(
    `F1 by class of ${task.label}, ${modality}`,
    rows.map(({ label, f1: value }) => `${label} ${points(value)}`).join(', '),
    {
      ...shared,
      width: labelMargin(labels) + 210,
      marginLeft: labelMargin(labels),
      marginRight: 40,
      x: { ...shareAxis, axis: 'top', label: 'F1, %', grid: true, ticks: 5 },
      marks: [
        Plot.barX(rows, {
          x: 'f1',
          y: 'label',
          fill: colours.accent,
          fillOpacity: 0.85,
          insetTop: 4,
          insetBottom: 4,
          rx: 2,
        }),
        Plot.text(rows, {
          x: 'f1',
          y: 'label',
          text: ({ f1: value }: NamedClass) => points(value),
          textAnchor: 'start',
          dx: 5,
          fill: colours.ink,
        }),
      ],
    },
  );
  const support = draw(
    `Records by class of ${task.label}`,
    rows
      .map(
        ({ label, support: measured, trained }) =>
          `${label} ${measured} measured${trained === null ? '' : `, ${trained} learnt from`}`,
      )
      .join('; '),
    {
      ...shared,
      width: 178,
      marginLeft: 8,
      marginRight: 54,
      y: { ...shared.y, axis: null },
      x: { axis: 'top', label: 'records', domain: [0, most], ticks: 2, grid: true, tickFormat: inThousands },
      marks: [
        Plot.barX(
          rows.filter(({ trained }) => trained !== null),
          {
            x: 'trained',
            y: 'label',
            fill: colours.quiet,
            fillOpacity: 0.28,
            insetTop: 4,
            insetBottom: 4,
            rx: 2,
          },
        ),
        Plot.barX(rows, {
          x: 'support',
          y: 'label',
          fill: colours.quiet,
          fillOpacity: 0.85,
          insetTop: 8,
          insetBottom: 8,
          rx: 2,
        }),
        Plot.text(rows, {
          x: ({ trained, support: measured }: NamedClass) => Math.max(measured, trained ?? 0),
          y: 'label',
          text: ({ support: measured }: NamedClass) => count(measured),
          textAnchor: 'start',
          dx: 5,
          fill: colours.ink,
        }),
      ],
    },
  );
  return [f1, support];
}

/** Accuracy in each museum or language, with its 95 % interval and, dashed, that of all records. */
export function groupPlot(title: string, groups: readonly GroupFigures[], overall: number): Markup {
  const names = groups.map(({ name }) => name);
  const margin = labelMargin(names);
  return draw(
    title,
    groups
      .map(({ name, figures }) => `${name} ${percent(figures.accuracy)} of ${figures.records}`)
      .join(', '),
    {
      width: 440,
      height: 66 + rowHeight * groups.length,
      marginLeft: margin,
      marginRight: 58,
      marginTop: 42,
      marginBottom: 24,
      r: { type: 'identity' },
      x: { ...shareAxis, axis: 'top', label: 'right, %', grid: true, ticks: 5 },
      y: { domain: names, label: null, tickSize: 0 },
      marks: [
        Plot.ruleX([overall], { stroke: colours.quiet, strokeDasharray: '4 4' }),
        Plot.ruleY(groups, {
          y: 'name',
          x1: ({ figures }: GroupFigures) => figures.accuracyInterval.low,
          x2: ({ figures }: GroupFigures) => figures.accuracyInterval.high,
          stroke: colours.accent,
          strokeOpacity: 0.45,
          strokeWidth: 3,
        }),
        Plot.dot(groups, {
          y: 'name',
          x: ({ figures }: GroupFigures) => figures.accuracy,
          r: 5,
          fill: colours.accent,
          stroke: colours.paper,
        }),
        Plot.text(groups, {
          y: 'name',
          x: 1,
          text: ({ figures }: GroupFigures) => `n\u00a0=\u00a0${count(figures.records)}`,
          textAnchor: 'start',
          dx: 8,
          fill: colours.quiet,
        }),
      ],
    },
  );
}

/** What the trees look at: the share of the total gain that each feature brings, the first dozen. */
export function importancePlot(
  title: string,
  gains: readonly { readonly feature: string; readonly gain: number }[],
): Markup {
  const shown = gains.filter(({ gain }) => gain > 0).slice(0, 12);
  const names = shown.map(({ feature }) => feature);
  return draw(title, shown.map(({ feature, gain }) => `${feature} ${percent(gain)}`).join(', '), {
    width: 440,
    height: 58 + 24 * shown.length,
    marginLeft: labelMargin(names),
    marginRight: 44,
    marginTop: 42,
    marginBottom: 10,
    x: { axis: 'top', label: 'share of the gain, %', grid: true, ticks: 5, tickFormat: shareAxis.tickFormat },
    y: { domain: names, label: null, tickSize: 0 },
    marks: [
      Plot.barX(shown, {
        x: 'gain',
        y: 'feature',
        fill: colours.accent,
        fillOpacity: 0.75,
        insetTop: 4,
        insetBottom: 4,
        rx: 2,
      }),
      Plot.text(shown, {
        x: 'gain',
        y: 'feature',
        text: ({ gain }: { gain: number }) => points(gain),
        textAnchor: 'start',
        dx: 5,
        fill: colours.ink,
      }),
    ],
  });
}
