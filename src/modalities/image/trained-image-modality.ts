import { cancelledOr } from '../../config/cancelled-or.js';
import type { Case, Opinion } from '../case.js';
import type { ModalityDescription, PredictOptions, TrainedModality } from '../modality.js';
import type { ImageModel } from './image-model.js';
import { saveImageModel } from './model-files.js';
import type { PhotographDescriptions } from './photograph-descriptions.js';
import { opinionOnPhotograph, type PhotographOpinion } from './photograph-opinion.js';
import { opinionOnTask, type Pooling } from './task-opinion.js';

/** Photographs looked at per record; a record with more is a whole album, and its first pages will do. */
export const photographsPerRecord = 50;

const howPooled: Readonly<Record<Pooling, string>> = {
  highest: 'the one it is most certain about decides',
  mean: 'what it sees in all of them is averaged',
};

interface Seen {
  readonly node: string;
  readonly opinion: PhotographOpinion;
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
   * One opinion per learnt task for every case with a readable photograph. How several photographs decide, task by task,
   * is the model's pooling; the one that decided, or agrees most with the decision, is named in `used`.
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
      throw cancelledOr(error, signal, 'reading photographs');
    }
  }

  async #opinions(
    { record }: Case,
    isExplained: boolean,
    signal: AbortSignal | undefined,
  ): Promise<readonly Opinion[]> {
    const { heads, standardiser, tasks, pooling } = this.#model;
    const { families } = this.#descriptions.encoder;
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
    if (seen.length === 0) return [];
    const opinions = seen.map(({ opinion }) => opinion);
    return tasks.map(({ name, classes }, task) => {
      const { scores, decisive, evidence } = opinionOnTask(
        opinions,
        heads.classes,
        task,
        pooling,
        classes.length,
      );
      return {
        task: name,
        scores,
        used: seen[decisive]!.node,
        evidence: isExplained ? evidence(families) : [],
      };
    });
  }

  async save(folder: string): Promise<void> {
    await saveImageModel(folder, this.#model);
  }

  describe(): ModalityDescription {
    const { tier } = this.#descriptions.encoder;
    const { encoder, looksAt } = this.#descriptions.encoder.describe();
    return {
      modality: 'image',
      encoder,
      encoderTier: tier,
      explanation:
        `Looks at the photographs of the object: ${looksAt}. ` +
        'A small neural network trained on the records whose values are known ' +
        `compares them; when there are several photographs, ${howPooled[this.#model.pooling]}.`,
      parameters: this.#model.parameters,
    };
  }
}
