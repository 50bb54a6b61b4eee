import {
  conformalSet,
  conformalThreshold,
  conformalThresholdAcrossGroups,
  type Misfits,
} from '../learning/calibration/conformal.js';
import type { ModelCard } from '../models/card.js';

/** What a card says of the prediction sets of one task. */
export type TaskSets = NonNullable<ModelCard['tasks'][number]['predictionSet']>;

/** A held-out record as it would be judged if its value were missing. */
export interface Fitting {
  /** Calibrated probability of the decision, in [0, 1]. */
  readonly confidence: number;
  /** 1 − the calibrated probability of the truth; Infinity where its class was too rare to be learnt. */
  readonly misfit: number;
}

/** The largest of the thresholds; null where one of them cannot be promised. */
function strictest(thresholds: readonly (number | undefined)[]): number | null {
  const promised = thresholds.filter((threshold) => threshold !== undefined);
  return promised.length === thresholds.length ? Math.max(...promised) : null;
}

/**
 * Thresholds of the sets that hold the truth of a gap with the probability `coverage`: both among all gaps and among those
 * that are published, for being sure of the decision says nothing of what else it may be.
 *
 * In known museums that is told by held-out records, counted as they are and with `weights` that make them look like the gaps, if
 * there are any; in others by left-out museums, each counted alike.
 *
 * @param known with the confidence from which they are published, undefined = never
 * @param foreign the same by museum
 */
export function fitSets(
  known: {
    readonly records: readonly Fitting[];
    readonly weights: readonly number[] | undefined;
    readonly from: number | undefined;
  },
  foreign: { readonly museums: readonly (readonly Fitting[])[]; readonly from: number | undefined },
  coverage: number,
): TaskSets {
  const { records, weights } = known;
  const isPublished = ({ confidence }: Fitting, from: number | undefined): boolean =>
    from !== undefined && confidence >= from;
  const some = (weighting: readonly number[] | undefined, places: readonly number[]): Misfits => ({
    misfit: places.map((place) => records[place]!.misfit),
    weights: weighting && places.map((place) => weighting[place]!),
  });
  const everywhere = [...records.keys()];
  const published = everywhere.filter((place) => isPublished(records[place]!, known.from));
  const selections = known.from === undefined ? [everywhere] : [everywhere, published];
  const weightings = weights === undefined ? [undefined] : [undefined, weights];
  const misfits = selections.flatMap((places) => weightings.map((weighting) => some(weighting, places)));

  const { museums, from } = foreign;
  const ofThose = museums.map((museum) => museum.filter((record) => isPublished(record, from)));
  const selected = from === undefined ? [museums] : [museums, ofThose];
  return {
    coverage,
    threshold: strictest(misfits.map((one) => conformalThreshold(one, coverage))),
    foreignThreshold: strictest(
      selected.map((groups) =>
        conformalThresholdAcrossGroups(
          groups.map((group) => group.map(({ misfit }) => misfit)),
          coverage,
        ),
      ),
    ),
  };
}

/**
 * The classes among which the truth is with the promised probability, likeliest first; the decision is one of them, whatever its
 * score, which can only add to the coverage. Undefined where nothing is promised.
 *
 * @param scores calibrated probability per class, of a record that lacks the value
 */
export function predictionSet(
  sets: TaskSets | undefined,
  scores: readonly number[],
  decision: number,
  isForeign: boolean,
): number[] | undefined {
  const threshold = (isForeign ? sets?.foreignThreshold : sets?.threshold) ?? undefined;
  if (threshold === undefined) return undefined;
  const set = conformalSet(scores, threshold);
  return set.includes(decision) ? set : [...set, decision];
}
