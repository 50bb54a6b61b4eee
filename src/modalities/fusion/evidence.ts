import { indexOfLargest } from '../../learning/index-of-largest.js';
import type { FeatureColumn } from '../../learning/trees/booster.js';
import type { Evidence } from '../case.js';
import { propertyInWords } from '../property-columns.js';
import { columnOrigins, pooledScores, type ScoresByModality } from './columns.js';
import { poolContributions } from './linear-pool.js';
import type { TaskFusion } from './task-fusion.js';

const evidenceLimit = 5;

function saying(who: string, scores: readonly number[], classes: readonly string[]): string {
  const decision = indexOfLargest(scores);
  return `${who} ${classes[decision]} (${scores[decision]!.toFixed(2)})`;
}

/**
 * Why the fusion leans towards a class, strongest first: all that one modality's opinion adds to the log-odds is one
 * reason, `text says damask (0.91)`; what the pooled opinion adds is another, or belongs to the only modality heard;
 * every property is one.
 *
 * @param row the case's columns, one row
 * @param opinions the case's scores, in the order of `inputs.modalities`
 */
export function fusionEvidence(
  { ensembles, inputs, pool }: TaskFusion,
  row: readonly FeatureColumn[],
  opinions: ScoresByModality,
  classIndex: number,
): Evidence[] {
  const { classes } = inputs.task;
  const saidBy = inputs.modalities.map((modality, index) => {
    const scores = opinions[index];
    return scores === undefined ? `${modality} is silent` : saying(`${modality} says`, scores, classes);
  });
  const heard = saidBy.filter((_, index) => opinions[index] !== undefined);
  const pooled = pooledScores(opinions);
  const together =
    heard.length === 1 || pooled === undefined
      ? heard[0]
      : saying('modalities together say', pooled, classes);

  const sums = new Map<string, number>();
  const share = pool === undefined ? 1 : 0.5;
  for (const [index, weight] of (pool ? poolContributions(pool, opinions, classIndex) : []).entries()) {
    if (opinions[index] !== undefined) sums.set(saidBy[index]!, share * weight);
  }
  const origins = columnOrigins(inputs);
  const contributions = ensembles.map((booster) => booster.contributions(row, 0, classIndex));
  row.forEach((column, index) => {
    const origin = origins[index]!;
    let reason: string | undefined;
    if (origin.kind === 'modality') {
      reason = saidBy[inputs.modalities.indexOf(origin.modality)];
    } else if (origin.kind === 'together') {
      reason = together;
    } else if (column.kind === 'categorical') {
      reason = propertyInWords(column.name, column.categories[column.values[0]!]);
    }
    if (reason === undefined) return;
    const weight =
      (share * contributions.reduce((sum, own) => sum + own[index]!.weight, 0)) / ensembles.length;
    sums.set(reason, (sums.get(reason) ?? 0) + weight);
  });
  return Array.from(sums, ([feature, weight]) => ({ feature, weight }))
    .filter(({ weight }) => weight !== 0)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, evidenceLimit);
}
