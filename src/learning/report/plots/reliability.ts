import * as Plot from '@observablehq/plot';
import type { Markup } from '../page/markup.js';
import { percent } from '../page/words.js';
import type { CalibrationFigures, ReportModality, ReportTask } from '../report-schema.js';
import { colours, draw, shareAxis } from './drawing.js';

type Bin = CalibrationFigures['bins'][number];

const width = 440;

/** Reliability diagram: how often answers of each confidence are right, before and after calibration. */
export function reliabilityPlot(task: ReportTask, { modality, before, after }: ReportModality): Markup {
  const total = after.bins.reduce((sum, { count }) => sum + count, 0);
  const radius = ({ count }: Bin): number => 2.5 + 9 * Math.sqrt(count / Math.max(1, total));
  const marks: Plot.Markish[] = [
    Plot.line(
      [
        [0, 0],
        [1, 1],
      ],
      { stroke: colours.quiet, strokeDasharray: '3 4' },
    ),
  ];
  if (before !== undefined) {
    marks.push(
      Plot.line(before.bins, { x: 'confidence', y: 'accuracy', stroke: colours.quiet, strokeOpacity: 0.7 }),
      Plot.dot(before.bins, {
        x: 'confidence',
        y: 'accuracy',
        stroke: colours.quiet,
        fill: colours.paper,
        r: 3,
        title: ({ confidence, accuracy, count }: Bin) =>
          `before: said ${percent(confidence)}, right ${percent(accuracy)}, ${count} records`,
      }),
    );
  }
  marks.push(
    Plot.ruleX(after.bins, {
      x: 'confidence',
      y1: ({ interval }: Bin) => interval.low,
      y2: ({ interval }: Bin) => interval.high,
      stroke: colours.accent,
      strokeOpacity: 0.45,
      strokeWidth: 1.5,
    }),
    Plot.line(after.bins, { x: 'confidence', y: 'accuracy', stroke: colours.accent, strokeWidth: 2 }),
    Plot.dot(after.bins, {
      x: 'confidence',
      y: 'accuracy',
      fill: colours.accent,
      stroke: colours.paper,
      r: radius,
      title: ({ confidence, accuracy, count }: Bin) =>
        `said ${percent(confidence)}, right ${percent(accuracy)}, ${count} records`,
    }),
  );
  return draw(
    `Reliability of ${task.label}, ${modality}`,
    after.bins
      .map(
        ({ confidence, accuracy, count }) =>
          `said ${percent(confidence)}, right ${percent(accuracy)} (${count})`,
      )
      .join('; '),
    {
      width,
      height: 360,
      marginLeft: 44,
      marginBottom: 40,
      marginTop: 28,
      r: { type: 'identity' },
      x: { ...shareAxis, label: 'confidence, % →', ticks: 6 },
      y: { ...shareAxis, label: '↑ right, %', grid: true, ticks: 6 },
      marks,
    },
  );
}

/** How many answers have which confidence: the histogram below a reliability diagram. */
export function confidencePlot(task: ReportTask, { modality, after }: ReportModality): Markup {
  const total = after.bins.reduce((sum, { count }) => sum + count, 0);
  const bins = after.bins.length === 0 ? [] : after.bins;
  const share = ({ count }: Bin): number => count / Math.max(1, total);
  return draw(
    `Confidences of ${task.label}, ${modality}`,
    bins.map((bin) => `${percent(bin.confidence)}: ${bin.count} records`).join('; '),
    {
      width,
      height: 96,
      marginLeft: 44,
      marginBottom: 20,
      marginTop: 18,
      x: { ...shareAxis, label: null, ticks: 6 },
      y: {
        label: '↑ share of the answers',
        ticks: 2,
        tickFormat: (value: number) => `${Math.round(100 * value)}`,
      },
      marks: [
        Plot.rectY(bins, {
          x1: ({ confidence }: Bin) => (Math.ceil(confidence * 15) - 1) / 15 + 0.006,
          x2: ({ confidence }: Bin) => Math.ceil(confidence * 15) / 15 - 0.006,
          y: share,
          fill: colours.accent,
          fillOpacity: 0.55,
          title: (bin: Bin) => `${bin.count} records, ${percent(share(bin))}`,
        }),
        Plot.ruleY([0], { stroke: colours.line }),
      ],
    },
  );
}
