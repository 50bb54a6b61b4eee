import { LacunaError } from '../config/errors.js';
import type { Split } from '../learning/splits/split.js';
import type { LabelledCase, ModalityName } from '../modalities/case.js';
import type { Modality } from '../modalities/modality.js';

/** What each record was for when what a modality looks with was tuned on the collection, by modality and object. */
export type TunedOn = ReadonlyMap<ModalityName, ReadonlyMap<string, Split>>;

/** Asks the modalities what they look with was tuned on; those that were not tuned are left out. */
export async function tunedOn(modalities: readonly Modality[]): Promise<TunedOn> {
  const found = new Map<ModalityName, ReadonlyMap<string, Split>>();
  for (const { name, tunedOn: ask } of modalities) {
    const records = await ask?.();
    if (records !== undefined) found.set(name, records);
  }
  return found;
}

/** Examples named in a message. */
const named = 3;

/**
 * Refuses a split by which a model would be chosen, calibrated or measured on records whose values were learnt before: what was
 * trained on may only be trained on, what training was stopped by must not be measured on.
 *
 * @param used the parts of the split that something is chosen, calibrated or measured by
 * @throws LacunaError CONFIG_INVALID with the number of such records, and some of them, by modality
 */
export function refuseTunedOn(
  tuned: TunedOn,
  splits: ReadonlyMap<string, Split>,
  used: readonly Split[] = ['validation', 'test'],
): void {
  const problems = [...tuned].flatMap(([name, records]) => {
    const wrong = (was: Split, is: Split): string[] => {
      if (!used.includes(is)) return [];
      const objects = [...records].filter(([object, split]) => split === was && splits.get(object) === is);
      if (objects.length === 0) return [];
      const some = objects
        .slice(0, named)
        .map(([object]) => object)
        .join(', ');
      const more = objects.length > named ? ' …' : '';
      return [`${name}: ${objects.length} records of its ${was} are for ${is} here: ${some}${more}`];
    };
    return [...wrong('train', 'validation'), ...wrong('train', 'test'), ...wrong('validation', 'test')];
  });
  if (problems.length === 0) return;
  throw new LacunaError(
    'CONFIG_INVALID',
    'The encoder was tuned on records that this split (training.split) chooses or measures by, so figures and confidences would be ' +
      'those of a pupil who has seen the answers. Divide the records as they were then: training.split: { kind: file, path: ' +
      '<folder of the encoder>/records.tsv }, or tune an encoder with this split.',
    { problems },
  );
}

/** The modalities whose features hold the values of some of the cases. */
export function knowing(
  tuned: TunedOn,
  cases: readonly Pick<LabelledCase, 'record'>[],
): ReadonlySet<ModalityName> {
  const knows = [...tuned].filter(([, records]) =>
    cases.some(({ record }) => records.get(record.object) === 'train'),
  );
  return new Set(knows.map(([name]) => name));
}

/**
 * Where fusion has to be fitted: on the validation cases where a modality knows values of training cases, for what it says
 * of those it would be believed too much. Undefined where each way of fusing may go its own.
 */
export function fittedOn(tuned: TunedOn, train: readonly LabelledCase[]): 'validation' | undefined {
  return knowing(tuned, train).size > 0 ? 'validation' : undefined;
}
