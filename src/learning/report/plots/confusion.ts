import * as Plot from '@observablehq/plot';
import type { Markup } from '../page/markup.js';
import { percent } from '../page/words.js';
import type { ReportModality, ReportTask } from '../report-schema.js';
import { colours, draw } from './drawing.js';

const silence = 'no answer';

interface Cell {
  readonly truth: string;
  readonly answer: string;
  readonly count: number;
  readonly share: number;
  readonly isRight: boolean;
}

function cells({ classes }: ReportTask, { confusion, perClass }: ReportModality): Cell[] {
  return classes.flatMap(({ label: truth }, row) => {
    const { support } = perClass[row]!;
    const answers = confusion[row]!.map((count, column) => ({
      answer: classes[column]!.label,
      count,
      isRight: row === column,
    }));
    const silent = support - answers.reduce((sum, { count }) => sum + count, 0);
    return [...answers, { answer: silence, count: silent, isRight: false }].map((cell) => ({
      truth,
      share: support === 0 ? 0 : cell.count / support,
      ...cell,
    }));
  });
}

/** Heat map of a confusion matrix: each row is what became of the records of one class; its shades sum to one. */
export function confusionPlot(task: ReportTask, modality: ReportModality): Markup {
  const all = cells(task, modality);
  const isSilent = all.some(({ answer, count }) => answer === silence && count > 0);
  const shown = all.filter(({ answer }) => isSilent || answer !== silence);
  const labels = task.classes.map(({ label }) => label);
  const answers = isSilent ? [...labels, silence] : labels;
  const margin = Math.min(150, 18 + 6.4 * Math.max(...answers.map(({ length }) => length)));
  const isSlanted = labels.length > 4;
  const size = Math.max(34, Math.min(84, 460 / answers.length));
  const top = isSlanted ? 30 + margin * 0.62 : 44;
  const isDark = ({ share }: Cell): boolean => share > 0.55;
  const written = shown.filter(({ count }) => count > 0);
  const text = (which: readonly Cell[], fill: string, options: object): Plot.Markish =>
    Plot.text(which, { x: 'answer', y: 'truth', fill, ...options });
  const hasRoom = size >= 44;
  const figure = (which: readonly Cell[], fill: string): Plot.Markish[] => [
    text(which, fill, {
      text: ({ share }: Cell) => percent(share),
      dy: hasRoom ? -6 : 0,
      fontWeight: 600,
      fontSize: hasRoom ? 13 : 10,
    }),
    ...(hasRoom
      ? [text(which, fill, { text: ({ count }: Cell) => String(count), dy: 9, fontSize: 10.5 })]
      : []),
  ];
  return draw(
    `Confusion of ${task.label}, ${modality.modality}`,
    task.classes
      .map(({ label }, row) => {
        const own = all.filter((cell) => cell.truth === label && cell.count > 0);
        return `${label} (${modality.perClass[row]!.support} records): ${own.map(({ answer, share }) => `${answer} ${percent(share)}`).join(', ')}`;
      })
      .join('. '),
    {
      width: margin + size * answers.length + 12,
      height: top + size * labels.length + 8,
      marginLeft: margin,
      marginTop: top,
      marginRight: 12,
      marginBottom: 8,
      padding: 0.04,
      x: {
        domain: answers,
        axis: 'top',
        label: 'answer →',
        tickSize: 0,
        tickRotate: isSlanted ? -40 : 0,
        labelAnchor: 'right',
      },
      y: { domain: labels, label: '↓ truth', tickSize: 0, labelAnchor: 'top' },
      marks: [
        Plot.cell(shown, { x: 'answer', y: 'truth', fill: colours.line, fillOpacity: 0.35, rx: 3 }),
        Plot.cell(written, {
          x: 'answer',
          y: 'truth',
          fill: ({ isRight, answer }: Cell) =>
            isRight ? colours.accent : answer === silence ? colours.quiet : 'var(--wrong)',
          fillOpacity: ({ share }: Cell) => 0.08 + 0.92 * share,
          rx: 3,
          title: ({ truth, answer, count, share }: Cell) =>
            `${truth} answered ${answer}: ${count} records, ${percent(share)} of ${truth}`,
        }),
        ...figure(written.filter(isDark), colours.paper),
        ...figure(
          written.filter((cell) => !isDark(cell)),
          colours.ink,
        ),
      ],
    },
  );
}
