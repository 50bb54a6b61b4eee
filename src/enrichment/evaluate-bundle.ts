import type { Progress } from '../config/progress.js';
import type { EvaluatedModality, EvaluatedRecord, EvaluatedTask } from '../learning/report/evaluated.js';
import type { Split } from '../learning/splits/split.js';
import type { CollectionRecord, LearnableTask } from '../modalities/case.js';
import type { TaskMetrics } from '../models/card.js';
import { taskMetrics } from './evaluation.js';
import type { Judgement, Predictor } from './predictor.js';

const batchSize = 200;

/** The row of a record whose task has one known value; undefined when it has none, or several. */
function evaluatedRecord(
  { object, museum, texts, known }: CollectionRecord,
  { name, classes }: LearnableTask,
  judged: Judgement | undefined,
): EvaluatedRecord | undefined {
  const values = known[name] ?? [];
  if (values.length !== 1) return undefined;
  return {
    id: object,
    museum,
    languages: [...new Set(texts.map(({ language }) => language))],
    truth: classes.indexOf(values[0]!),
    // In the order of the classes: an object's keys that look like numbers come in an order of their own.
    scores: judged && classes.map((id) => judged.distribution[id]!),
    raw: undefined,
    decision: judged === undefined ? -1 : classes.indexOf(judged.classId),
    confidence: judged?.confidence ?? 0,
  };
}

/**
 * What every modality of a loaded bundle says of the records of one split that have a known value. A task's own value is
 * hidden from the models, as it is on a record with a gap.
 */
export async function evaluateBundle(
  records: readonly CollectionRecord[],
  splits: ReadonlyMap<string, Split>,
  split: Split,
  predictor: Predictor,
  shell: { progress: Progress; signal?: AbortSignal | undefined },
): Promise<EvaluatedModality[]> {
  const { card } = predictor;
  const measured = records.filter(({ object }) => splits.get(object) === split);
  const rows = new Map<string, EvaluatedRecord[]>();
  const rowsOf = (modality: string, task: string): EvaluatedRecord[] => {
    const key = `${modality} ${task}`;
    if (!rows.has(key)) rows.set(key, []);
    return rows.get(key)!;
  };
  for (let start = 0; start < measured.length; start += batchSize) {
    const batch = measured.slice(start, start + batchSize);
    const judgements = await predictor.judgements(batch, { signal: shell.signal });
    for (const [index, record] of batch.entries()) {
      for (const task of card.tasks) {
        for (const { modality } of card.modalities) {
          const judged = judgements[index]!.find(
            (one) => one.modality === modality && one.task === task.name,
          );
          const row = evaluatedRecord(record, task, judged);
          if (row !== undefined) rowsOf(modality, task.name).push(row);
        }
      }
    }
    shell.progress('records measured', start + batch.length, measured.length);
  }
  return card.modalities.map(({ modality }) => ({
    modality,
    tasks: card.tasks.map(({ name, classes, threshold }): EvaluatedTask => ({
      task: name,
      classes,
      threshold: card.decider[name] === modality ? threshold : null,
      records: rowsOf(modality, name),
    })),
  }));
}

/**
 * The figures of the model card, by modality and task, without records of classes that were not learnt. On the records
 * and split of the training they are those on the card.
 */
export function cardMetrics(
  evaluated: readonly EvaluatedModality[],
): Record<string, Record<string, TaskMetrics>> {
  const metrics: Record<string, Record<string, TaskMetrics>> = {};
  for (const { modality, tasks } of evaluated) {
    for (const { task, classes, records } of tasks) {
      const learnt = records.filter(({ truth }) => truth >= 0);
      const measured = taskMetrics(learnt, { name: task, classes });
      if (measured !== undefined) (metrics[modality] ??= {})[task] = measured;
    }
  }
  return metrics;
}
