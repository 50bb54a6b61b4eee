import type { CollectionRecord, LabelledCase, ModalityName } from '../modalities/case.js';
import type { FusionModality } from '../modalities/fusion/index.js';
import type { Modality, TrainingContext } from '../modalities/modality.js';
import type { Cases, OpinionsOfCases } from './calibrate.js';
import { leaveOneGroupOut } from '../learning/splits/leave-one-group-out.js';
import { fitFusion } from './fit-fusions.js';
import { fitModality, informedCases, type Fitted } from './fit-modalities.js';
import { isLacunaError } from '../config/errors.js';
import { fittedOn, knowing, type TunedOn } from './tuned-on.js';

/** Museums left out at a time at most so many times: the large ones alone, the small ones together. */
const mostGroups = 12;

/** Cases of known museums, as training and choosing see them, with what models say that have seen none of their museum. */
export interface ForeignOpinions {
  /** Training and validation cases. */
  readonly cases: readonly LabelledCase[];
  /** One list of opinions per case, by modality. */
  readonly opinions: ReadonlyMap<ModalityName, OpinionsOfCases>;
}

/** What is left out together, per record: each large museum alone, the small ones in one go. */
export function museumGroups(records: readonly Pick<CollectionRecord, 'museum'>[]): string[] {
  const counts = new Map<string, number>();
  for (const { museum } of records) counts.set(museum, (counts.get(museum) ?? 0) + 1);
  const bySize = [...counts].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1));
  const names = bySize.map(([museum]) => museum);
  const small = names.length <= mostGroups ? [] : names.slice(mostGroups - 1);
  return records.map(({ museum }) => (small.includes(museum) ? small.join(', ') : museum));
}

const pick = <T>(items: readonly T[], indices: readonly number[]): T[] =>
  indices.map((index) => items[index]!);

/**
 * What models say of museums they have not seen: all modalities and the fusion are fitted without each museum in turn and
 * asked about its training and validation records (leave-one-group-out). This is what a museum that never records a property
 * gets, and what confidences there are calibrated on.
 *
 * Where a modality looks with something that was tuned on records of a museum, nobody can say what it would make of that
 * museum if it were unknown: neither it nor the fusion is asked.
 *
 * @param fitted the modalities on all museums, for the opinions that fusion is fitted on
 */
export async function foreignOpinions(
  modalities: readonly Modality[],
  fusion: FusionModality | undefined,
  cases: Cases,
  fitted: ReadonlyMap<ModalityName, Fitted>,
  context: TrainingContext,
  tuned: TunedOn = new Map(),
): Promise<ForeignOpinions> {
  const all = [...cases.train, ...cases.validation];
  const names: ModalityName[] = [...fitted.keys(), ...(fusion === undefined ? [] : ['fusion' as const])];
  const opinions = new Map(names.map((name) => [name, all.map((): OpinionsOfCases[number] => [])]));
  const groups = museumGroups(all.map(({ record }) => record));
  const count = new Set(groups).size;
  // One museum alone leaves nothing to learn from.
  const folds = count < 2 ? [] : leaveOneGroupOut(groups);
  let done = 0;
  for (const { held, heldOut, rest } of folds) {
    done += 1;
    const where = `without ${held}: ${done} of ${count}`;
    const train = rest.filter((index) => index < cases.train.length);
    const seen: Cases = {
      train: pick(all, train),
      validation: pick(
        all,
        rest.filter((index) => index >= cases.train.length),
      ),
      test: pick(all, heldOut),
    };
    const quiet: TrainingContext = {
      ...context,
      progress: (label, part, total) => {
        context.progress(`${label} (${where})`, part, total);
      },
    };
    const known = knowing(tuned, pick(all, heldOut));
    const abroad = new Map<ModalityName, Fitted>();
    const fit = async (name: ModalityName, work: () => Promise<Fitted>): Promise<void> => {
      try {
        const one = await work();
        abroad.set(name, one);
        for (const [at, index] of heldOut.entries()) opinions.get(name)![index] = one.test[at]!;
      } catch (error) {
        // Without this museum there may be nothing to learn from: then nothing is said of it.
        if (!isLacunaError(error, 'INPUT_INVALID')) throw error;
      }
    };
    for (const modality of modalities) {
      const own = fitted.get(modality.name);
      if (own === undefined || known.has(modality.name)) continue;
      await fit(modality.name, () => fitModality(modality, seen, quiet, pick(own.train, train)));
    }
    if (fusion !== undefined && abroad.size > 0 && known.size === 0) {
      const on = fittedOn(tuned, seen.train);
      await fit('fusion', () => fitFusion(fusion, informedCases(seen, abroad), quiet, 0, on));
    }
  }
  return { cases: all, opinions };
}
