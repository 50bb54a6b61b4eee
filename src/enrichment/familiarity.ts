import { smallestEvidence } from '../learning/calibration/threshold.js';
import type { Split } from '../learning/splits/split.js';
import type { CollectionRecord, LearnableTask } from '../modalities/case.js';
import type { ModelCard } from '../models/card.js';

/** How well training knows a museum's records as far as one task goes. */
export type Familiarity = ModelCard['familiarity'][string][string];

/** Labelled training records of a museum that speak for as much as everything known of other museums. */
const halfKnown = 5;
/** That of a museum without a labelled training record. */
export const unknownMuseum: Familiarity = { labelled: 0, share: 0 };

/** Familiarity by task and museum; a museum without a labelled training record has no key. */
export function familiarityOf(
  records: readonly CollectionRecord[],
  splits: ReadonlyMap<string, Split>,
  tasks: readonly LearnableTask[],
): ModelCard['familiarity'] {
  const all = new Map<string, number>();
  for (const { museum } of records) all.set(museum, (all.get(museum) ?? 0) + 1);
  return Object.fromEntries(
    tasks.map(({ name, classes }) => {
      const known = new Map<string, number>();
      const labelled = new Map<string, number>();
      for (const { object, museum, known: values } of records) {
        const own = values[name] ?? [];
        if (own.length === 0) continue;
        known.set(museum, (known.get(museum) ?? 0) + 1);
        if (own.length === 1 && classes.includes(own[0]!) && splits.get(object) === 'train') {
          labelled.set(museum, (labelled.get(museum) ?? 0) + 1);
        }
      }
      return [
        name,
        Object.fromEntries(
          [...labelled]
            .sort()
            .map(([museum, count]) => [
              museum,
              { labelled: count, share: known.get(museum)! / all.get(museum)! },
            ]),
        ),
      ];
    }),
  );
}

/** What a card knows of a museum as far as one task goes. */
export function familiarityIn(
  card: Pick<ModelCard, 'familiarity'>,
  task: string,
  museum: string,
): Familiarity {
  const museums = card.familiarity[task] ?? {};
  return (Object.hasOwn(museums, museum) ? museums[museum] : undefined) ?? unknownMuseum;
}

/**
 * How far the labelled training records speak for a record, in [0, 1]: n / (n + 5) with n labelled training records of its
 * museum, for a record that is labelled itself; for one with a gap that times the share of the museum's records that have a
 * value, for what a museum left open is the less like what it filled in the more it left open.
 */
export function trustIn({ labelled, share }: Familiarity, isGap: boolean): number {
  return (labelled / (labelled + halfKnown)) * (isGap ? share : 1);
}

/** True when training knows too little of a museum for thresholds from known museums to promise anything there. */
export const isForeign = ({ labelled }: Familiarity): boolean => labelled < smallestEvidence;
