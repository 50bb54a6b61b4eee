import type { Thresholds } from './judges.js';
import type { TaskJudgement } from './predictor.js';

/** What to do about one gap. */
export type Decision =
  | { readonly outcome: 'publish'; readonly judgement: TaskJudgement }
  | { readonly outcome: 'abstained'; readonly reason: string }
  | { readonly outcome: 'nothing-to-go-on'; readonly reason: string }
  | { readonly outcome: 'rejected-by-curator'; readonly reason: string };

const percent = (confidence: number): string => `${(100 * confidence).toFixed(1)} %`;

/**
 * Publishes a judgement whose confidence reaches the threshold for its museum. Null means that the target precision could
 * not be promised there, so the task abstains. A class that a curator has rejected is never published,
 * neither as decision nor among the opinions or in the set.
 *
 * @param isRejected tells of a class, by its id.
 */
export function decide(
  judgement: TaskJudgement | undefined,
  thresholds: Thresholds,
  isRejected: (classId: string) => boolean,
): Decision {
  if (judgement === undefined) {
    return { outcome: 'nothing-to-go-on', reason: 'no modality has anything to go on' };
  }
  const { confidence, classId } = judgement.decision;
  const threshold = judgement.isForeign ? thresholds.foreign : thresholds.known;
  if (threshold === null) {
    const where = judgement.isForeign ? ' in a museum that training knows too little of' : '';
    return {
      outcome: 'abstained',
      reason: `the target precision cannot be promised for this property${where}`,
    };
  }
  if (confidence < threshold) {
    return {
      outcome: 'abstained',
      reason: `${classId} at ${percent(confidence)} is below the threshold of ${percent(threshold)}`,
    };
  }
  if (isRejected(classId)) {
    return { outcome: 'rejected-by-curator', reason: `a curator has rejected ${classId}` };
  }
  const modalities = judgement.modalities.filter((opinion) => !isRejected(opinion.classId));
  const set = judgement.set && {
    ...judgement.set,
    classIds: judgement.set.classIds.filter((id) => !isRejected(id)),
  };
  return { outcome: 'publish', judgement: { ...judgement, modalities, set } };
}
