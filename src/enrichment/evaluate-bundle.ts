import type { Progress } from '../config/progress.js';
import type { Split } from '../learning/split.js';
import type { CollectionRecord } from '../modalities/case.js';
import type { TaskMetrics } from '../models/card.js';
import { taskMetrics, type Scored } from './evaluation.js';
import { labelledCases } from './learnable.js';
import type { Predictor } from './predictor.js';

const batchSize = 200;

/**
 * Measures a loaded bundle on the records of one split; returns metrics by modality and task. A task's own value is
 * hidden from the models, as it is on a record with a gap. On the records and splits of its training it gives the
 * figures on the card.
 */
export async function evaluateBundle(
  records: readonly CollectionRecord[],
  splits: ReadonlyMap<string, Split>,
  split: Split,
  predictor: Predictor,
  shell: { progress: Progress; signal?: AbortSignal | undefined },
): Promise<Record<string, Record<string, TaskMetrics>>> {
  const { tasks, modalities } = predictor.card;
  const classesOf = new Map(tasks.map(({ name, classes }) => [name, classes]));
  const cases = labelledCases(
    records.filter(({ object }) => splits.get(object) === split),
    tasks,
  );
  const scored = new Map<string, Scored[]>();
  for (let start = 0; start < cases.length; start += batchSize) {
    const batch = cases.slice(start, start + batchSize);
    const judgements = await predictor.judgements(
      batch.map(({ record }) => record),
      { signal: shell.signal },
    );
    for (const [index, { labels }] of batch.entries()) {
      for (const [task, truth] of Object.entries(labels)) {
        for (const { modality } of modalities) {
          const judged = judgements[index]!.find((one) => one.modality === modality && one.task === task);
          // In the order of the classes: an object's keys that look like numbers come in an order of their own.
          const scores = judged && classesOf.get(task)!.map((id) => judged.distribution[id]!);
          const key = `${modality} ${task}`;
          const list = scored.get(key) ?? [];
          list.push({ truth, scores });
          scored.set(key, list);
        }
      }
    }
    shell.progress('records measured', Math.min(start + batchSize, cases.length), cases.length);
  }
  const metrics: Record<string, Record<string, TaskMetrics>> = {};
  for (const { modality } of modalities) {
    for (const task of tasks) {
      const measured = taskMetrics(scored.get(`${modality} ${task.name}`) ?? [], task);
      if (measured !== undefined) (metrics[modality] ??= {})[task.name] = measured;
    }
  }
  return metrics;
}
