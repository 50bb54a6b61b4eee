import type { Case, ModalityName, Opinion } from '../modalities/case.js';
import type { PredictOptions, TrainedModality } from '../modalities/modality.js';

/** What fusion says of cases when it hears what the others say of them, one list per case, by modality. */
export async function fusedOpinions(
  fusion: TrainedModality,
  cases: readonly Case[],
  heard: ReadonlyMap<ModalityName, readonly (readonly Opinion[])[]>,
  options: PredictOptions,
): Promise<readonly (readonly Opinion[])[]> {
  const informed = cases.map((candidate, index) => ({
    ...candidate,
    opinions: Object.fromEntries([...heard].map(([name, lists]) => [name, lists[index]!])),
  }));
  return fusion.predict(informed, options);
}
