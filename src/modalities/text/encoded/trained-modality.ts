import { z } from 'zod';
import { cancelledOr } from '../../../config/cancelled-or.js';
import { headsScores } from '../../../learning/heads.js';
import type { Case, LearnableTask, Opinion } from '../../case.js';
import type { FeatureModel } from '../../feature-model.js';
import { loadFeatureModel, saveFeatureModel, type FeatureModelFiles } from '../../feature-model-files.js';
import type { ModalityDescription, PredictOptions, TrainedModality } from '../../modality.js';
import { standardise } from '../../standardiser.js';
import { descriptionText, type TextLimits } from '../description.js';
import { reasonsFor } from './reasons.js';
import type { TextFeatures } from './text-features.js';

const files: FeatureModelFiles<TextLimits> = {
  name: 'text',
  described: 'texts',
  settings: z.strictObject({
    minimumLength: z.int().nonnegative(),
    maximumLength: z.int().positive(),
  }),
};

/** Texts classified by heads on what a pretrained encoder makes of them. */
export class EncodedTextModality implements TrainedModality {
  readonly name = 'text';
  readonly isSlowToExplain = true;
  readonly #model: FeatureModel;
  readonly #limits: TextLimits;
  readonly #features: TextFeatures;
  readonly #passes: number;

  /** Nothing is read yet. @param passes through the network, at most, to say which words of a description decided */
  constructor(model: FeatureModel, limits: TextLimits, features: TextFeatures, passes: number) {
    this.#model = model;
    this.#limits = limits;
    this.#features = features;
    this.#passes = passes;
  }

  /** Reads what `save` wrote. Throws LacunaError MODEL_INVALID naming the file. */
  static async load(
    folder: string,
    tasks: readonly LearnableTask[],
    features: TextFeatures,
    passes: number,
  ): Promise<EncodedTextModality> {
    const { model, settings } = await loadFeatureModel(folder, files, tasks, features.encoder);
    return new EncodedTextModality(model, settings, features, passes);
  }

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
      throw cancelledOr(error, signal, 'reading texts');
    }
  }

  async #opinions(
    { record }: Case,
    isExplained: boolean,
    signal: AbortSignal | undefined,
  ): Promise<readonly Opinion[]> {
    const { heads, standardiser, tasks } = this.#model;
    const text = descriptionText(record, this.#limits);
    if (text === undefined) return [];
    const features = await this.#features.of(text, signal);
    if (features === undefined) return [];
    const scores = headsScores(heads, standardise(standardiser, features));
    const evidence = isExplained
      ? await reasonsFor(text, features, this.#model, this.#features.encoder, this.#passes, signal)
      : [];
    return tasks.map(({ name }, task) => ({
      task: name,
      scores: scores[task]!,
      used: record.object,
      evidence: evidence[task] ?? [],
    }));
  }

  async save(folder: string): Promise<void> {
    const { minimumLength, maximumLength } = this.#limits;
    await saveFeatureModel(folder, files, this.#model, { minimumLength, maximumLength });
  }

  describe(): ModalityDescription {
    const { name } = this.#features.encoder;
    const { encoder, trainedOn } = this.#features.encoder.describe();
    return {
      modality: 'text',
      encoder,
      encoderTier: 'pretrained',
      explanation:
        `Reads the descriptions of the object: what the network ${name}, which was trained on ${trainedOn}, makes of them is ` +
        'compared by a small neural network trained on the records whose values are known. Titles and record numbers are not read.',
      parameters: this.#model.parameters,
    };
  }
}
