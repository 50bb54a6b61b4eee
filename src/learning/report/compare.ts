import { accuracyOf, macroF1Of } from '../metrics/tally.js';
import { seededRandom } from '../random.js';
import { mcNemar } from '../significance/mcnemar.js';
import { pairedBootstrap } from '../significance/paired-bootstrap.js';
import type { EvaluatedRecord, EvaluatedTask } from './evaluated.js';
import type { Difference } from './report-schema.js';

/** Records two models have answered, in class indices they share. */
interface Shared {
  readonly classes: number;
  readonly truth: number[];
  readonly first: number[];
  readonly second: number[];
}

/** Pairs the rows of two models by record. A class only one of them has learnt is one the other can never answer. */
function sharedAnswers(first: EvaluatedTask, second: EvaluatedTask): Shared {
  const classes = [...new Set([...first.classes, ...second.classes])];
  const indexOf = (task: EvaluatedTask, own: number): number =>
    own === -1 ? -1 : classes.indexOf(task.classes[own]!);
  const others = new Map(second.records.map((record) => [record.id, record]));
  const shared: Shared = { classes: classes.length, truth: [], first: [], second: [] };
  for (const record of first.records) {
    const other: EvaluatedRecord | undefined = others.get(record.id);
    if (other === undefined) continue;
    const truth = Math.max(indexOf(first, record.truth), indexOf(second, other.truth));
    if (truth === -1) continue;
    shared.truth.push(truth);
    shared.first.push(indexOf(first, record.decision));
    shared.second.push(indexOf(second, other.decision));
  }
  return shared;
}

/**
 * How the answers of two models differ on the records both were asked about: paired bootstrap of accuracy and macro-F1,
 * McNemar's exact test. Silence is wrong. Undefined when they share no record.
 */
export function compareAnswers(
  first: { readonly name: string; readonly task: EvaluatedTask },
  second: { readonly name: string; readonly task: EvaluatedTask },
  { seed, resamples }: { readonly seed: number; readonly resamples?: number | undefined },
): Difference | undefined {
  const answers = sharedAnswers(first.task, second.task);
  if (answers.truth.length === 0) return undefined;
  const right = (predicted: readonly number[]): boolean[] =>
    predicted.map((answer, record) => answer === answers.truth[record]);
  const differences = pairedBootstrap(
    [answers],
    { accuracy: accuracyOf, macroF1: macroF1Of },
    { resamples, random: seededRandom(seed) },
  );
  return {
    first: first.name,
    second: second.name,
    records: answers.truth.length,
    ...differences,
    mcNemar: mcNemar(right(answers.first), right(answers.second)),
  };
}
