import type { Report, ReportEvaluation } from '../report-schema.js';
import { html, Markup } from './markup.js';
import {
  ablationSection,
  associationSection,
  comparisonSection,
  duplicatesNote,
  glossarySection,
  modelFacts,
  modelSection,
  scoresSection,
  sideBySideSection,
} from './sections.js';
import { summarySection } from './summary.js';
import { taskSection } from './task-section.js';
import { anchor, capital, count, day } from './words.js';

const placeOf = (evaluation: ReportEvaluation, index: number): string =>
  anchor('evaluation', index + 1, evaluation.name);

function evaluationChapter(evaluation: ReportEvaluation, index: number): Markup {
  const place = placeOf(evaluation, index);
  const together = [ablationSection(evaluation), associationSection(evaluation)];
  return html`<section class="chapter">
    <h2 id="${place}">${capital(evaluation.name)}</h2>
    ${!evaluation.isAsTrained && html`<p class="warning">The records or their split are not those of the training: some of what is measured on may have been learnt from.</p>`}
    ${evaluation.remarks.map((remark) => html`<p class="warning">${remark}</p>`)}
    ${duplicatesNote(evaluation)} ${modelFacts(evaluation.model)} ${summarySection(evaluation, place)}
    <h3 id="${place}-modalities">Modalities</h3>
    ${scoresSection(evaluation)}
    <div class="figures">${together}</div>
    ${evaluation.tasks.map((task) => taskSection(task, evaluation, place))}
  </section>`;
}

function contents({ evaluations, comparison }: Report): Markup {
  const link = (target: string, text: string, below?: Markup): Markup =>
    html`<li><a href="#${target}">${text}</a>${below}</li>`;
  return html`<nav aria-label="Contents">
    <ul>
      ${evaluations.length > 1 && link('side-by-side', 'Side by side')}
      ${evaluations.map((evaluation, index) => {
        const place = placeOf(evaluation, index);
        const tasks = evaluation.tasks.map(({ task, label }) => link(anchor(place, task), capital(label)));
        return link(
          place,
          capital(evaluation.name),
          html`<ul>
            ${link(`${place}-modalities`, 'Modalities')}${tasks}
          </ul>`,
        );
      })}
      ${comparison !== undefined && link('comparison', 'Compared with another model')}
      ${link('model', 'Model card')} ${link('terms', 'Terms')}
    </ul>
  </nav>`;
}

/**
 * The report as one HTML page that needs nothing else: no script, no request, plots as SVG. `style` is the text of its
 * style sheet; what a viewer may load is forbidden by the page itself.
 */
export function reportPage(report: Report, style: string): string {
  const [first] = report.evaluations;
  const models = new Map(report.evaluations.map(({ model }) => [model.version, model]));
  const { profile, version, trainedAt } = first!.model;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <meta name="color-scheme" content="light dark" />
        <title>Evaluation of model ${version}</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the report</a>
        <header class="wrap">
          <p class="kicker">Lacuna · evaluation</p>
          <h1>How well are the gaps filled?</h1>
          <p class="lead">
            Model <code>${version}</code> of profile <strong>${profile}</strong>, trained ${day(trainedAt)} on
            ${count(first!.model.split.train)} records, measured ${day(report.madeAt)} on
            ${report.evaluations.map(({ name }) => name).join(' · ')}.
          </p>
        </header>
        <div class="wrap columns">
          ${contents(report)}
          <main id="main">
            ${
              report.evaluations.length > 1 &&
              html`<section class="chapter">
                <h2 id="side-by-side">Side by side</h2>
                ${sideBySideSection(report)}
              </section>`
            }
            ${report.evaluations.map(evaluationChapter)}
            ${
              report.comparison &&
              html`<section class="chapter">
                <h2 id="comparison">Compared with another model</h2>
                ${comparisonSection(report.comparison)}
              </section>`
            }
            <section class="chapter">
              <h2 id="model">Model card</h2>
              ${[...models.values()].map(modelSection)}
            </section>
            <section class="chapter">
              <h2 id="terms">Terms</h2>
              ${glossarySection()}
              <p class="note">
                Report made ${report.madeAt}; bootstrap seed ${report.seed}. The same figures are in the JSON
                file beside this page.
              </p>
            </section>
          </main>
        </div>
      </body>
    </html> `;
  return page.text;
}
