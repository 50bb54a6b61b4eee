import { LacunaError } from '../../config/errors.js';
import type { Case, Opinion } from '../case.js';
import type { ModalityDescription, PredictOptions, TrainedModality } from '../modality.js';
import { descriptorLength } from './descriptor.js';
import type { ImageModel } from './image-model.js';
import { saveImageModel } from './model-files.js';
import type { PhotographDescriptions } from './photograph-descriptions.js';
import { opinionOnPhotograph, type PhotographOpinion } from './photograph-opinion.js';

/** Photographs looked at per record; a record with more is a whole album, and its first pages will do. */
export const photographsPerRecord = 50;

interface Seen {
  readonly node: string;
  readonly opinion: PhotographOpinion;
}

/** Turns an aborted read into the error the house expects; anything else passes. */
export function cancelledOr(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted === true
    ? new LacunaError('CANCELLED', 'reading photographs was cancelled', { cause: error })
    : error;
}

function mostCertain(seen: readonly Seen[], task: number): Seen | undefined {
  const certainty = ({ opinion }: Seen): number => Math.max(...(opinion.scores[task] ?? []));
  let best: Seen | undefined;
  for (const candidate of seen) {
    if (best === undefined || certainty(candidate) > certainty(best)) best = candidate;
  }
  return best;
}

/** A trained image classifier over the photographs of a record. */
export class TrainedImageModality implements TrainedModality {
  readonly name = 'image';
  readonly #model: ImageModel;
  readonly #descriptions: PhotographDescriptions;

  constructor(model: ImageModel, descriptions: PhotographDescriptions) {
    this.#model = model;
    this.#descriptions = descriptions;
  }

  /**
   * One opinion per learnt task for every case with a readable photograph. With several photographs the most certain one
   * decides, task by task (Rei et al. 2024), and is named in `used`.
   */
  async predict(
    cases: readonly Case[],
    { signal, isExplained = true }: PredictOptions = {},
  ): Promise<readonly (readonly Opinion[])[]> {
    try {
      signal?.throwIfAborted();
      return await Promise.all(
        cases.map(async (candidate) => this.#opinions(candidate, isExplained, signal)),
      );
    } catch (error) {
      throw cancelledOr(error, signal);
    }
  }

  async #opinions(
    { record }: Case,
    isExplained: boolean,
    signal: AbortSignal | undefined,
  ): Promise<readonly Opinion[]> {
    const { heads, standardiser, tasks } = this.#model;
    const images = record.images.slice(0, photographsPerRecord);
    const looked = await Promise.all(
      images.map(async ({ node, url }): Promise<readonly Seen[]> => {
        const descriptor = await this.#descriptions.of(url, signal);
        return descriptor === undefined
          ? []
          : [{ node, opinion: opinionOnPhotograph(heads, standardiser, descriptor) }];
      }),
    );
    const seen = looked.flat();
    return tasks.flatMap(({ name }, task) => {
      const decided = mostCertain(seen, task);
      if (decided === undefined) return [];
      const scores = decided.opinion.scores[task] ?? [];
      const evidence = isExplained ? decided.opinion.evidence(task) : [];
      return [{ task: name, scores, used: decided.node, evidence }];
    });
  }

  async save(folder: string): Promise<void> {
    await saveImageModel(folder, this.#model);
  }

  describe(): ModalityDescription {
    return {
      modality: 'image',
      encoder: `colours, lines, surface texture and repeats of the photograph (${descriptorLength} values)`,
      encoderTier: 'built-in',
      explanation:
        'Looks at the photographs of the object: their colours, the directions and arrangement of lines, the surface ' +
        'texture and how weave and motif repeat. A small neural network trained on the records whose values are known ' +
        'compares them; when there are several photographs, the one it is most certain about decides.',
      parameters: this.#model.parameters,
    };
  }
}
