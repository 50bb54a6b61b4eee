import * as Plot from '@observablehq/plot';
import type { Markup } from '../page/markup.js';
import { fromConfidence, percent } from '../page/words.js';
import type { PromiseFigures, ReportTask } from '../report-schema.js';
import { colours, draw, modalityColour, shareAxis } from './drawing.js';

type Point = PromiseFigures['curve'][number] & { readonly modality: string };

/**
 * Risk–coverage curves of a task: the share of wrong answers when only the surest are given, with the published
 * threshold and the promised precision marked.
 */
export function riskCoveragePlot(task: ReportTask, targetPrecision: number): Markup {
  const curves = task.modalities.map(({ modality, promise }) => ({
    modality,
    points: promise.curve.map((point): Point => ({ ...point, modality })),
  }));
  const decider = task.modalities.find(({ modality }) => modality === task.decider);
  const highest = Math.max(
    1.25 * (1 - targetPrecision),
    ...curves.flatMap(({ points }) =>
      points.filter(({ coverage }) => coverage > 0.05).map(({ risk }) => risk),
    ),
  );
  const ends = curves.flatMap(({ points }) => points.slice(-1));
  const published = [decider?.promise].flatMap((promise) =>
    promise === undefined || promise.selection.answered === 0
      ? []
      : [
          {
            from: fromConfidence(promise.publishedFrom) ?? '',
            coverage: promise.selection.coverage,
            risk: 1 - promise.selection.precision,
          },
        ],
  );
  const target = 1 - targetPrecision;
  return draw(
    `Risk and coverage of ${task.label}`,
    published
      .map(
        ({ from, coverage, risk }) =>
          `Published ${from}: ${percent(coverage)} of the records are answered and ${percent(risk)} of the answers are wrong.`,
      )
      .join('') || 'Nothing is published.',
    {
      width: 480,
      height: 360,
      marginLeft: 44,
      marginBottom: 40,
      marginTop: 28,
      marginRight: 64,
      x: { ...shareAxis, label: 'records answered, % →', ticks: 6 },
      y: {
        domain: [0, Math.min(1, highest * 1.08)],
        clamp: true,
        label: '↑ wrong answers, %',
        grid: true,
        ticks: 6,
        tickFormat: shareAxis.tickFormat,
      },
      marks: [
        Plot.ruleY([target], { stroke: colours.good, strokeDasharray: '5 4', strokeWidth: 1.5 }),
        Plot.text([target], {
          x: 0,
          y: (value: number) => value,
          text: () => `promised: at most ${percent(target)} wrong`,
          // On the left, where the surest answers are, the curve is below.
          textAnchor: 'start',
          dx: 6,
          dy: -8,
          fill: colours.good,
          stroke: colours.paper,
          strokeWidth: 4,
        }),
        curves.map(({ modality, points }) =>
          Plot.line(points, {
            x: 'coverage',
            y: 'risk',
            stroke: modalityColour(modality),
            strokeWidth: modality === task.decider ? 2.5 : 1.25,
            strokeOpacity: modality === task.decider ? 1 : 0.75,
            curve: 'step-before',
          }),
        ),
        Plot.text(ends, {
          x: 'coverage',
          y: 'risk',
          text: 'modality',
          fill: ({ modality }: Point) => modalityColour(modality),
          textAnchor: 'start',
          dx: 6,
          fontWeight: 600,
        }),
        Plot.ruleX(published, {
          x: 'coverage',
          y1: 0,
          y2: 'risk',
          stroke: colours.ink,
          strokeDasharray: '2 3',
        }),
        Plot.dot(published, { x: 'coverage', y: 'risk', r: 6, fill: colours.ink, stroke: colours.paper }),
        Plot.text(published, {
          x: 'coverage',
          y: 'risk',
          text: () => 'published',
          dy: 18,
          dx: 8,
          textAnchor: published.some(({ coverage }) => coverage > 0.6) ? 'end' : 'start',
          fill: colours.ink,
          stroke: colours.paper,
          strokeWidth: 4,
          fontWeight: 600,
        }),
      ],
    },
  );
}
