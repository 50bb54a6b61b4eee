import { indexOfLargest } from '../src/learning/index-of-largest.js';
import type { LabelledCase, Opinion } from '../src/modalities/case.js';

/** Of the cases with a known value and an opinion on it: the value and what has the highest score, as class indices. */
export function answered(
  task: string,
  cases: readonly LabelledCase[],
  opinions: readonly (readonly Opinion[])[],
): { readonly truth: readonly number[]; readonly answers: readonly number[] } {
  const pairs = cases.flatMap(({ labels }, index) => {
    const truth = labels[task];
    const scores = opinions[index]?.find((opinion) => opinion.task === task)?.scores;
    return truth === undefined || scores === undefined ? [] : [[truth, indexOfLargest(scores)] as const];
  });
  return { truth: pairs.map(([truth]) => truth), answers: pairs.map(([, answer]) => answer) };
}
