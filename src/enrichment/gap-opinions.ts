import type { Progress } from '../config/progress.js';
import type { Case, CollectionRecord, LearnableTask, ModalityName, Opinion } from '../modalities/case.js';
import type { TrainedModality } from '../modalities/modality.js';
import type { ModelCard } from '../models/card.js';
import { fusedOpinions } from './fused-opinions.js';
import { familiarityIn, isForeign } from './familiarity.js';
import { knowing, type TunedOn } from './tuned-on.js';

const batchSize = 200;

/** Records with a gap, and what every modality says of them, one list per record. */
export interface GapOpinions {
  readonly records: readonly CollectionRecord[];
  readonly opinions: ReadonlyMap<ModalityName, readonly (readonly Opinion[])[]>;
}

/** True where a record of a museum that training knows lacks a task's value. */
export function isKnownGap(
  { known, museum }: CollectionRecord,
  task: string,
  card: Pick<ModelCard, 'familiarity'>,
): boolean {
  return (known[task] ?? []).length === 0 && !isForeign(familiarityIn(card, task, museum));
}

/**
 * Asks trained models, fusion last, about the records that lack a value and are of a museum that training knows. A model whose
 * encoder learnt other values of a record would be surer of it than of other gaps: its opinion is left out, and fusion's.
 */
export async function gapOpinions(
  models: ReadonlyMap<ModalityName, TrainedModality>,
  all: readonly CollectionRecord[],
  tasks: readonly LearnableTask[],
  card: Pick<ModelCard, 'familiarity'>,
  { progress, signal }: { readonly progress: Progress; readonly signal?: AbortSignal | undefined },
  tuned: TunedOn = new Map(),
): Promise<GapOpinions> {
  const records = all.filter((record) => tasks.some(({ name }) => isKnownGap(record, name, card)));
  const opinions = new Map([...models.keys()].map((name) => [name, [] as (readonly Opinion[])[]]));
  const fusion = models.get('fusion');
  for (let start = 0; start < records.length; start += batchSize) {
    const cases: Case[] = records.slice(start, start + batchSize).map((record) => ({ record, opinions: {} }));
    const heard = new Map<ModalityName, readonly (readonly Opinion[])[]>();
    for (const [name, model] of models) {
      if (name !== 'fusion') heard.set(name, await model.predict(cases, { signal, isExplained: false }));
    }
    if (fusion !== undefined)
      heard.set('fusion', await fusedOpinions(fusion, cases, heard, { signal, isExplained: false }));
    const taught = cases.map((each) => knowing(tuned, [each]));
    for (const [name, lists] of heard) {
      const isTaught = (names: ReadonlySet<ModalityName>): boolean =>
        name === 'fusion' ? names.size > 0 : names.has(name);
      opinions.get(name)!.push(...lists.map((list, index) => (isTaught(taught[index]!) ? [] : list)));
    }
    progress('gaps asked about', Math.min(start + batchSize, records.length), records.length);
  }
  return { records, opinions };
}
