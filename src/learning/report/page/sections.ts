import { ablationPlot, associationPlot, comparisonPlot, scoresPlot } from '../plots/overview.js';
import type { Report, ReportComparison, ReportEvaluation, ReportModel } from '../report-schema.js';
import { disclosure, figure, html, table, type Markup } from './markup.js';
import { deciderOf } from './summary.js';
import {
  capital,
  count,
  day,
  differenceCells,
  decimal,
  percent,
  points,
  pointsOr,
  propertyLabel,
} from './words.js';

/** Macro-F1 and accuracy of every modality on every task. */
export function scoresSection(evaluation: ReportEvaluation): Markup {
  const { tasks, averages } = evaluation;
  const rows = averages.map(({ modality, macroF1, accuracy }) => [
    modality,
    ...tasks.map((task) => {
      const whole = task.modalities.find((one) => one.modality === modality)?.whole;
      return whole === undefined ? '–' : `${points(whole.macroF1)} / ${points(whole.accuracy)}`;
    }),
    macroF1 === null ? '–' : `${pointsOr(macroF1)} / ${pointsOr(accuracy)}`,
  ]);
  const figures = table(['', ...tasks.map(({ label }) => label), 'average'], rows, {
    caption: 'Macro-F1 / accuracy in percent, all records',
  });
  if (averages.length < 2) return figures;
  return html`<figure class="wide">
      ${scoresPlot(evaluation)}
      <p class="legend">
        ${averages.map(({ modality }) => html`<span class="swatch ${modality}"></span> ${modality} `)}
      </p>
      <figcaption>
        <strong>Which way of looking at a record tells most?</strong> Macro-F1 (every class counts the same)
        over all records with a known value; a record a modality has nothing to say about counts as wrong.
      </figcaption>
    </figure>
    ${figures}`;
}

/** What each combination of modalities achieves. */
export function ablationSection(evaluation: ReportEvaluation): Markup | undefined {
  const { ablation, tasks } = evaluation;
  if (ablation.length < 2) return undefined;
  return html`${figure(
    ablationPlot(evaluation),
    html`<strong>What does each modality add?</strong> Macro-F1 averaged over the tasks. A fusion without a
      modality is the same trained fusion, asked as if that modality had nothing to say.`,
    table(
      ['', ...tasks.map(({ label }) => label)],
      ablation.map((row) => [
        row.name,
        ...tasks.map(({ task }) => {
          const figures = row.tasks[task];
          return figures === undefined ? '–' : `${points(figures.macroF1)} / ${points(figures.accuracy)}`;
        }),
      ]),
      { caption: 'Macro-F1 / accuracy in percent, all records' },
    ),
  )}`;
}

/** How the properties go together. */
export function associationSection(evaluation: ReportEvaluation): Markup | undefined {
  if (evaluation.associations.length === 0) return undefined;
  return figure(
    associationPlot(evaluation),
    html`<strong>How much do the properties tell of each other?</strong> Cramér’s V over all records that have
      both, corrected for small samples: 0 = nothing, 1 = everything.`,
    table(
      ['properties', 'V, corrected', 'V', 'records'],
      evaluation.associations.map(({ first, second, corrected, cramersV, records }) => [
        [first, second].map((property) => propertyLabel(evaluation.tasks, property)).join(', '),
        decimal(corrected),
        decimal(cramersV),
        count(records),
      ]),
      { caption: 'Cramér’s V' },
    ),
  );
}

/** Two models on the same records. */
export function comparisonSection(comparison: ReportComparison): Markup {
  const { first, second, tasks, notShared, bothAsTrained } = comparison;
  const better = tasks.filter(({ macroF1 }) => macroF1.interval.low > 0).map(({ label }) => label);
  const worse = tasks.filter(({ macroF1 }) => macroF1.interval.high < 0).map(({ label }) => label);
  const told =
    better.length + worse.length === 0
      ? 'No task differs by more than chance would explain.'
      : `${better.length > 0 ? `Better beyond chance: ${better.join(', ')}. ` : ''}${worse.length > 0 ? `Worse beyond chance: ${worse.join(', ')}.` : ''}`;
  return html`<p>
      Model <code>${second.version}</code> (${day(second.trainedAt)}) against model
      <code>${first.version}</code> (${day(first.trainedAt)}), the decisions each would publish from, on the
      same records. ${told}
    </p>
    ${!bothAsTrained && html`<p class="warning">At least one of the models was trained on other records or another split than those measured on: it may have learnt some of them.</p>`}
    ${
      tasks.length > 0 &&
      figure(
        comparisonPlot(comparison),
        html`Difference in macro-F1 with the 95&nbsp;% interval of the paired bootstrap. An interval that
        includes 0 may be chance.`,
        table(
          [
            'task',
            'records',
            'macro-F1 before',
            'after',
            'difference',
            '95 % interval',
            'p',
            'accuracy',
            '95 % interval',
            'p',
            'McNemar p',
          ],
          tasks.map(({ label, records, ...difference }) => [
            label,
            count(records),
            points(difference.macroF1.first),
            points(difference.macroF1.second),
            ...differenceCells(difference),
          ]),
          { caption: 'Paired bootstrap and McNemar’s test, points' },
        ),
      )
    }
    ${notShared.length > 0 && html`<p>Not compared, for only one of the models has learnt them: ${notShared.join(', ')}.</p>`}`;
}

/** Several evaluations side by side: the published decisions, task by task. */
export function sideBySideSection({ evaluations }: Report): Markup | undefined {
  if (evaluations.length < 2) return undefined;
  const names = [...new Set(evaluations.flatMap(({ tasks }) => tasks.map(({ task }) => task)))];
  const rows = names.flatMap((name) => {
    const measured = evaluations.map((evaluation) => {
      const task = evaluation.tasks.find((one) => one.task === name);
      return { label: task?.label ?? name, decider: task && deciderOf(task) };
    });
    const row = (title: string, pick: (index: number) => string): string[] => [
      `${measured.find(({ decider }) => decider)?.label ?? name}: ${title}`,
      ...measured.map(({ decider }, index) => (decider === undefined ? '–' : pick(index))),
    ];
    const decider = (index: number): NonNullable<(typeof measured)[number]['decider']> =>
      measured[index]!.decider!;
    return [
      row(
        'macro-F1 / accuracy',
        (at) => `${points(decider(at).whole.macroF1)} / ${points(decider(at).whole.accuracy)}`,
      ),
      row('calibration error', (at) => decimal(decider(at).after.error)),
      row('published, of these right', (at) => {
        const { selection } = decider(at).promise;
        return selection.answered === 0
          ? 'nothing'
          : `${percent(selection.coverage)}, ${percent(selection.precision)}`;
      }),
    ];
  });
  return table(['', ...evaluations.map(({ name }) => name)], rows, {
    caption: 'The published decisions on each set of records, macro-F1 and accuracy in percent',
  });
}

/** Which model was measured: what it was trained on, with which split and seed, and what it promises. */
export function modelFacts(model: ReportModel): Markup {
  const { data, split } = model;
  return html`<dl class="facts small">
    <dt>Model</dt>
    <dd>
      <code>${model.version}</code> of profile ${model.profile}, trained ${day(model.trainedAt)} with Lacuna
      ${model.codeVersion}, seed ${model.seed}
    </dd>
    <dt>Data</dt>
    <dd>${count(data.records)} records of ${data.store}, digest <code>${data.digest.slice(0, 16)}</code></dd>
    <dt>Split</dt>
    <dd>
      ${count(split.train)} to learn from, ${count(split.validation)} to choose and calibrate on,
      ${count(split.test)} to measure on (${split.kind})
    </dd>
    <dt>Promise</dt>
    <dd>${percent(model.targetPrecision)} of what is published is right</dd>
    ${model.notLearnt.map(
      ({ label, reason }) =>
        html`<dt>Not learnt</dt>
          <dd>${capital(label)}: ${reason}</dd>`,
    )}
    ${model.notTrained.map(
      ({ modality, reason }) =>
        html`<dt>Not trained</dt>
          <dd>${modality}: ${reason}</dd>`,
    )}
  </dl>`;
}

/** Whether descriptions that are measured on were learnt from. */
export function duplicatesNote({ duplicates }: ReportEvaluation): Markup | undefined {
  if (duplicates === undefined || duplicates.described === 0) return undefined;
  const { described, same, near } = duplicates;
  if (same + near === 0) {
    return html`<p class="note">
      None of the ${count(described)} descriptions measured on was learnt from, nor one nearly the same.
    </p>`;
  }
  return html`<p class="warning">
    ${count(same + near)} of the ${count(described)} descriptions measured on were learnt from: ${count(same)}
    in the same words, ${count(near)} in nearly the same. What text says of them is partly memory.
  </p>`;
}

/** The model card: how each modality looks at a record. */
export function modelSection({ version, modalities }: ReportModel): Markup {
  return html`<p>Model <code>${version}</code> looks at a record in these ways:</p>
    ${modalities.map(
      ({ modality, encoder, encoderTier, explanation, parameters }) =>
        html`<h3><span class="chip ${modality}">${capital(modality)}</span></h3>
          <p>${explanation}</p>
          <p class="note">${capital(encoder)}${encoderTier === 'none' ? '' : ` (${encoderTier} encoder)`}.</p>
          ${disclosure(
            `Parameters of ${modality}`,
            table(
              ['parameter', 'value'],
              Object.entries(parameters).map(([name, value]) => [name, String(value)]),
              { caption: `Parameters of ${modality}` },
            ),
          )}`,
    )}`;
}

const terms: readonly (readonly [string, string])[] = [
  [
    'Accuracy',
    'share of the records answered rightly. Balanced accuracy: the mean of that share over the classes.',
  ],
  [
    'Precision, recall, F1',
    'of a class: share of the answers that are right, share of its records that are found, and the harmonic mean of the two. Macro: mean over the classes. Micro: over all records together. Weighted: mean by records.',
  ],
  [
    'Rare-class F1',
    'mean F1 of the classes with less than their even share of the training records (Dorozynski 2022).',
  ],
  [
    'Unknown museum',
    'one of which too few labelled records were learnt from. Confidence there is told from museums that were left out of training, and is published from a threshold of its own.',
  ],
  ['Kappa, Matthews', 'agreement beyond chance: 0 = chance, 1 = always right.'],
  ['Log-loss, Brier', 'how far the probabilities are from the truth; lower is better.'],
  [
    'Calibration error',
    'mean distance between confidence and share right, over 15 bins of equal width (Guo et al. 2017) or of equally many records.',
  ],
  [
    'AURC',
    'area under the risk–coverage curve: mean share of wrong answers over all coverages (Geifman & El-Yaniv 2018); lower is better.',
  ],
  ['Average rank', 'at which place the right class stands on average; 1 = first.'],
  [
    '95 % interval',
    'of a share: Wilson 1927. Of a difference: paired bootstrap, 2,000 draws (Efron & Tibshirani 1993; Koehn 2004).',
  ],
  [
    'McNemar p',
    'how likely the two would differ so much in which records they get right, were they equally good; exact test.',
  ],
];

/** What the terms mean. */
export const glossarySection = (): Markup =>
  html`<dl class="facts">
    ${terms.map(
      ([term, meaning]) =>
        html`<dt>${term}</dt>
          <dd>${meaning}</dd>`,
    )}
  </dl>`;
