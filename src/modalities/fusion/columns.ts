import { indexOfLargest } from '../../learning/index-of-largest.js';
import type { FeatureColumn } from '../../learning/trees/booster.js';
import type { Case, LearnableTask, ModalityName } from '../case.js';
import { notAvailable, propertyColumn } from '../property-columns.js';

/** The modalities that can be fused. */
export const fusable = ['image', 'text', 'tabular'] as const satisfies readonly ModalityName[];
/** One of them. */
export type FusableModality = (typeof fusable)[number];

/** What one task's fusion looks at. */
export interface FusionInputs {
  readonly task: LearnableTask;
  /** Of every opinion the scores of all classes, or the decision alone as in Rei et al. 2024. */
  readonly sees: 'scores' | 'decisions';
  /** Modalities that had opinions in training. */
  readonly modalities: readonly FusableModality[];
  /** Properties beside the opinions, with their categories in training. */
  readonly properties: readonly { readonly name: string; readonly categories: readonly string[] }[];
}

/** Scores per modality of a case on a task, in the order asked for; undefined where a modality has no opinion. */
export type ScoresByModality = readonly (readonly number[] | undefined)[];

// One modality's certainty that a class is impossible must not outweigh all the others.
const smallestScore = 1e-6;

/** The scores of each modality on the task. An opinion of the wrong length or with a score that is no number is none. */
export function scoresOf(
  candidate: Case,
  task: LearnableTask,
  modalities: readonly FusableModality[],
): ScoresByModality {
  return modalities.map((modality) => {
    const scores = candidate.opinions[modality]?.find((opinion) => opinion.task === task.name)?.scores;
    return scores?.length === task.classes.length && scores.every(Number.isFinite) ? scores : undefined;
  });
}

/**
 * Log-linear pooling (Genest & Zidek 1986): the normalised geometric mean of the opinions, one score per class;
 * undefined when there are none.
 */
export function pooledScores(opinions: ScoresByModality): number[] | undefined {
  const heard = opinions.filter((scores) => scores !== undefined);
  const [first] = heard;
  if (first === undefined) return undefined;
  const logs = first.map(
    (_, k) =>
      heard.reduce((sum, scores) => sum + Math.log(Math.max(scores[k]!, smallestScore)), 0) / heard.length,
  );
  const largest = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

const scoreFeature = (source: string, classId: string): string => `${source}: ${classId}`;
const decisionFeature = (modality: FusableModality): string => `${modality} says`;

/** What a column of the fusion is about: one modality, the modalities together, or a property. */
export type ColumnOrigin =
  | { readonly kind: 'modality'; readonly modality: FusableModality }
  | { readonly kind: 'together' }
  | { readonly kind: 'property' };

/** Where each column of `fusionColumns` comes from, in the same order. */
export function columnOrigins({ task, sees, modalities, properties }: FusionInputs): ColumnOrigin[] {
  const scored = sees === 'scores' ? task.classes : [];
  return [
    ...properties.map((): ColumnOrigin => ({ kind: 'property' })),
    ...modalities.flatMap((modality) =>
      Array.from({ length: scored.length + 1 }, (): ColumnOrigin => ({ kind: 'modality', modality })),
    ),
    ...scored.map((): ColumnOrigin => ({ kind: 'together' })),
  ];
}

/**
 * The columns that the trees see: museum and other properties; of every modality its decision, `[NA]` when it is silent;
 * and where scores are seen, its score per class and the pooled score per class, which trees on few rows could not put
 * together themselves.
 */
export function fusionColumns(
  cases: readonly Case[],
  { task, sees, modalities, properties }: FusionInputs,
): FeatureColumn[] {
  const records = cases.map(({ record }) => record);
  const opinions = cases.map((candidate) => scoresOf(candidate, task, modalities));
  const numeric = (source: string, scores: readonly (readonly number[] | undefined)[]): FeatureColumn[] =>
    (sees === 'scores' ? task.classes : []).map((id, k) => ({
      name: scoreFeature(source, id),
      kind: 'numeric',
      values: Float64Array.from(scores, (row) => row?.[k] ?? NaN),
    }));
  return [
    ...properties.map(({ name, categories }) => propertyColumn(records, name, categories)),
    ...modalities.flatMap((modality, index): FeatureColumn[] => {
      const scores = opinions.map((row) => row[index]);
      const decision: FeatureColumn = {
        name: decisionFeature(modality),
        kind: 'categorical',
        categories: [notAvailable, ...task.classes],
        values: Int32Array.from(scores, (row) => (row === undefined ? 0 : indexOfLargest(row) + 1)),
      };
      return [decision, ...numeric(modality, scores)];
    }),
    ...numeric('together', opinions.map(pooledScores)),
  ];
}
