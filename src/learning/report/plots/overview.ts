import * as Plot from '@observablehq/plot';
import type { Markup } from '../page/markup.js';
import { points, propertyLabel, signed } from '../page/words.js';
import type { ReportComparison, ReportEvaluation } from '../report-schema.js';
import { colours, draw, modalityColour, shareAxis } from './drawing.js';

interface Score {
  readonly task: string;
  readonly modality: string;
  readonly macroF1: number;
}

/** Macro-F1 of every modality on every task, all records. */
export function scoresPlot({ name, tasks }: ReportEvaluation): Markup {
  const scores = tasks.flatMap(({ label, modalities }) =>
    modalities.map(({ modality, whole }): Score => ({ task: label, modality, macroF1: whole.macroF1 })),
  );
  const best = (task: string, at: 'max' | 'min'): number =>
    Math[at](...scores.filter((score) => score.task === task).map(({ macroF1 }) => macroF1));
  const labels = tasks.map(({ label }) => label);
  return draw(
    `Macro-F1 by task and modality, ${name}`,
    scores.map(({ task, modality, macroF1 }) => `${task}, ${modality}: ${points(macroF1)}`).join('; '),
    {
      width: 520,
      height: 64 + 38 * labels.length,
      marginLeft: 18 + 7 * Math.max(...labels.map(({ length }) => length)),
      marginRight: 24,
      marginTop: 44,
      marginBottom: 14,
      x: { ...shareAxis, axis: 'top', label: 'macro-F1, % →', grid: true, ticks: 6 },
      y: { domain: labels, label: null, tickSize: 0 },
      marks: [
        Plot.ruleY(labels, {
          y: (task: string) => task,
          x1: (task: string) => best(task, 'min'),
          x2: (task: string) => best(task, 'max'),
          stroke: colours.line,
          strokeWidth: 3,
        }),
        Plot.dot(scores, {
          x: 'macroF1',
          y: 'task',
          r: ({ modality }: Score) => (modality === 'fusion' ? 8 : 6),
          fill: ({ modality }: Score) => modalityColour(modality),
          stroke: colours.paper,
          strokeWidth: 1.5,
          title: ({ task, modality, macroF1 }: Score) => `${task}, ${modality}: ${points(macroF1)}`,
        }),
      ],
      r: { type: 'identity' },
    },
  );
}

/** Cramér's V between the properties, bias-corrected. */
export function associationPlot({ name, associations, tasks }: ReportEvaluation): Markup {
  const named = (property: string): string => propertyLabel(tasks, property);
  const names = [...new Set(associations.flatMap(({ first, second }) => [named(first), named(second)]))];
  const cells = associations.map(({ first, second, corrected }) => ({
    first: named(first),
    second: named(second),
    corrected,
  }));
  type Cell = (typeof cells)[number];
  const margin = 18 + 7 * Math.max(0, ...names.map(({ length }) => length));
  const cell = Math.max(62, margin - 22);
  const text = (which: readonly Cell[], fill: string): Plot.Markish =>
    Plot.text(which, {
      x: 'first',
      y: 'second',
      text: ({ corrected }: Cell) => corrected.toFixed(2),
      fill,
      fontWeight: 600,
    });
  const isDark = ({ corrected }: Cell): boolean => corrected > 0.55;
  return draw(
    `Association of the properties, ${name}`,
    cells.map(({ first, second, corrected }) => `${first} and ${second} ${corrected.toFixed(2)}`).join('; '),
    {
      width: margin + cell * (names.length - 1) + 20,
      height: 40 + 44 * (names.length - 1),
      marginLeft: margin,
      marginTop: 6,
      marginBottom: 32,
      padding: 0.05,
      x: { domain: names.slice(0, -1), label: null, tickSize: 0 },
      y: { domain: names.slice(1), label: null, tickSize: 0 },
      marks: [
        Plot.cell(cells, {
          x: 'first',
          y: 'second',
          fill: colours.accent,
          fillOpacity: ({ corrected }: Cell) => 0.06 + 0.94 * corrected,
          rx: 3,
        }),
        text(cells.filter(isDark), colours.paper),
        text(
          cells.filter((one) => !isDark(one)),
          colours.ink,
        ),
      ],
    },
  );
}

/** Average macro-F1 of every combination of modalities, the best first. */
export function ablationPlot({ name, ablation }: ReportEvaluation): Markup {
  const rows = ablation
    .map((row) => {
      const scores = Object.values(row.tasks).map(({ macroF1 }) => macroF1);
      const isAll = row.fused && ablation.every((other) => other.modalities.length <= row.modalities.length);
      return {
        ...row,
        isAll,
        average: scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length),
      };
    })
    .sort((a, b) => b.average - a.average);
  type Row = (typeof rows)[number];
  const names = rows.map((row) => row.name);
  return draw(
    `Average macro-F1 by modalities, ${name}`,
    rows.map((row) => `${row.name} ${points(row.average)}`).join(', '),
    {
      width: 480,
      height: 58 + 28 * rows.length,
      marginLeft: Math.min(230, 16 + 6.5 * Math.max(...names.map(({ length }) => length))),
      marginRight: 44,
      marginTop: 44,
      marginBottom: 10,
      x: { ...shareAxis, axis: 'top', label: 'average macro-F1, %', grid: true, ticks: 6 },
      y: { domain: names, label: null, tickSize: 0 },
      marks: [
        Plot.barX(rows, {
          x: 'average',
          y: 'name',
          fill: ({ fused, modalities }: Row) =>
            fused ? modalityColour('fusion') : modalityColour(modalities[0]!),
          fillOpacity: ({ isAll }: Row) => (isAll ? 1 : 0.6),
          insetTop: 4,
          insetBottom: 4,
          rx: 2,
        }),
        Plot.text(rows, {
          x: 'average',
          y: 'name',
          text: ({ average }: Row) => points(average),
          textAnchor: 'start',
          dx: 5,
          fill: colours.ink,
        }),
      ],
    },
  );
}

/** Difference of two models in macro-F1 per task, with its 95 % interval; right of zero the second one is better. */
export function comparisonPlot({ first, second, tasks }: ReportComparison): Markup {
  type Row = ReportComparison['tasks'][number];
  const names = tasks.map(({ label }) => label);
  const reach =
    1.1 * Math.max(0.01, ...tasks.flatMap(({ macroF1 }) => [-macroF1.interval.low, macroF1.interval.high]));
  return draw(
    `Macro-F1 of ${second.version} less that of ${first.version}`,
    tasks
      .map(({ label, macroF1 }) => `${label} ${signed(macroF1.difference)}, p ${macroF1.p.toFixed(3)}`)
      .join('; '),
    {
      width: 480,
      height: 70 + 34 * names.length,
      marginLeft: 18 + 7 * Math.max(0, ...names.map(({ length }) => length)),
      marginRight: 24,
      marginTop: 44,
      marginBottom: 18,
      x: {
        domain: [-reach, reach],
        axis: 'top',
        label: '← worse   difference in points   better →',
        labelAnchor: 'center',
        grid: true,
        tickFormat: (value: number) => (value === 0 ? '0' : signed(value).replace('.0', '')),
      },
      y: { domain: names, label: null, tickSize: 0 },
      marks: [
        Plot.ruleX([0], { stroke: colours.quiet }),
        Plot.ruleY(tasks, {
          y: 'label',
          x1: ({ macroF1 }: Row) => macroF1.interval.low,
          x2: ({ macroF1 }: Row) => macroF1.interval.high,
          stroke: colours.accent,
          strokeWidth: 3,
          strokeOpacity: 0.5,
        }),
        Plot.dot(tasks, {
          y: 'label',
          x: ({ macroF1 }: Row) => macroF1.difference,
          r: 6,
          fill: colours.accent,
          stroke: colours.paper,
        }),
      ],
    },
  );
}
