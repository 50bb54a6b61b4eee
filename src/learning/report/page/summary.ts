import type { ReportEvaluation, ReportTask } from '../report-schema.js';
import { html, type Markup } from './markup.js';
import { anchor, capital, count, fromConfidence, listed, percent, percentInterval } from './words.js';

/** The modality whose decisions are published, of one task; undefined when it was not measured. */
export const deciderOf = (task: ReportTask): ReportTask['modalities'][number] | undefined =>
  task.modalities.find(({ modality }) => modality === task.decider);

/** Does the precision that was promised hold on the measured records, as far as so many can tell? */
export type Verdict = 'holds' | 'unsure' | 'broken' | 'abstains' | 'unmeasured';

/**
 * `holds` when the measured precision reaches the target, `unsure` when only its 95 % interval does, `broken` when not even
 * that, `abstains` when nothing is published, `unmeasured` when no value is known.
 */
export function verdictOf(task: ReportTask, targetPrecision: number): Verdict {
  const decider = deciderOf(task);
  if (decider === undefined) return 'unmeasured';
  if (decider.promise.selection.answered === 0) return 'abstains';
  const { precision, interval } = decider.promise.selection;
  if (precision >= targetPrecision) return 'holds';
  return interval.high >= targetPrecision ? 'unsure' : 'broken';
}

const verdictWords: Readonly<Record<Verdict, string>> = {
  holds: 'keeps its promise',
  unsure: 'short of its promise, within chance',
  broken: 'does not keep its promise',
  abstains: 'publishes nothing',
  unmeasured: 'could not be measured',
};

function taskCard(evaluation: ReportEvaluation, task: ReportTask, place: string): Markup {
  const verdict = verdictOf(task, evaluation.model.targetPrecision);
  const decider = deciderOf(task);
  const heading = html`<h3><a href="#${anchor(place, task.task)}">${capital(task.label)}</a></h3>
    <p class="verdict ${verdict}">${verdictWords[verdict]}</p>`;
  if (decider === undefined) {
    return html`<li class="card">
      ${heading}
      <p>No value is known, so nobody can tell here how much of what it publishes is right.</p>
    </li>`;
  }
  const from = fromConfidence(decider.promise.publishedFrom);
  if (verdict === 'abstains') {
    return html`<li class="card">
      ${heading}
      <p>
        ${
          from === undefined
            ? `No confidence was found from which ${percent(evaluation.model.targetPrecision)} of the answers are right, so every gap is left open and no value is written.`
            : `It publishes ${from}: none of the ${count(decider.promise.records)} records reaches that.`
        }
      </p>
    </li>`;
  }
  const { selection, records } = decider.promise;
  const right = Math.round(selection.answered * selection.precision);
  const share = (part: number): string => `flex-grow:${part}`;
  return html`<li class="card">
    ${heading}
    <p class="big"><strong>${percent(selection.precision)}</strong> of what it would publish is right</p>
    <div class="outcome" aria-hidden="true">
      <span class="right" style="${share(right)}"></span
      ><span class="wrong" style="${share(selection.answered - right)}"></span
      ><span class="open" style="${share(records - selection.answered)}"></span>
    </div>
    <p>
      Of ${count(records)} records it answers ${count(selection.answered)} (${percent(selection.coverage)}):
      ${count(right)} rightly, ${count(selection.answered - right)} wrongly.
      ${selection.answered < records && html`The others it leaves open: it publishes ${from}.`} Of more
      records like these, ${percentInterval(selection.interval)} would be right.
    </p>
  </li>`;
}

function overallSentence(evaluation: ReportEvaluation): Markup {
  const { tasks, model } = evaluation;
  const named = (verdicts: readonly Verdict[]): string[] =>
    tasks
      .filter((task) => verdicts.includes(verdictOf(task, model.targetPrecision)))
      .map(({ label }) => label);
  const kept = named(['holds']);
  const unsure = named(['unsure']);
  const broken = named(['broken']);
  const silent = named(['abstains']);
  const unmeasured = named(['unmeasured']);
  const strong = (names: readonly string[]): Markup => html`<strong>${listed(names)}</strong>`;
  return html`<p class="lead">
    Lacuna publishes a value only when it is sure enough that
    <strong>${percent(model.targetPrecision)}</strong> of what it publishes should be right.
    ${kept.length > 0 && html`On these records that holds for ${strong(kept)}.`}
    ${unsure.length > 0 && html`It falls short for ${strong(unsure)}, by no more than chance would explain.`}
    ${broken.length > 0 && html`It does not hold for ${strong(broken)}.`}
    ${silent.length > 0 && html`For ${strong(silent)} it publishes nothing.`}
    ${unmeasured.length > 0 && html`${strong(unmeasured)} could not be measured, for no value is known.`}
  </p>`;
}

/** The plain-language summary of one evaluation: what would be published, and how much of it is right. */
export function summarySection(evaluation: ReportEvaluation, place: string): Markup {
  const largest = Math.max(0, ...evaluation.tasks.map((task) => deciderOf(task)?.promise.records ?? 0));
  return html`${overallSentence(evaluation)}
    <ul class="cards">
      ${evaluation.tasks.map((task) => taskCard(evaluation, task, place))}
    </ul>
    <p class="legend">
      <span class="swatch right"></span> right <span class="swatch wrong"></span> wrong
      <span class="swatch open"></span> left open
    </p>
    <p class="note">
      Measured on up to ${count(largest)} records whose value is known and was hidden from the models. Real
      gaps can be harder than these: a record often lacks a value for a reason. A museum the models have not
      seen is the harder test.
    </p>`;
}
