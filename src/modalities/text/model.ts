import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { focalGamma, imbalanceStrategies } from '../../learning/imbalance.js';
import { indexOfLargest } from '../../learning/index-of-largest.js';
import { readSafetensors, writeSafetensors, type Tensor } from '../../models/safetensors.js';
import type { Lexicon } from '../../vocabulary/lexicon.js';
import { pace } from '../cancellation.js';
import type { Case, LearnableTask, Opinion } from '../case.js';
import { matchTasks, modelInvalid, readModelBytes, readModelJson } from '../model-file.js';
import type { ModalityDescription, PredictOptions, TrainedModality } from '../modality.js';
import { documentOf } from './document.js';
import { spanContributions } from './evidence.js';
import { classWeights, headScores, inverseRegularisation, type SoftmaxHead } from './heads.js';
import { blockNames, bucketCount, bucketOfText, labelBlock } from './n-grams.js';
import { spansNamed } from './span-label.js';
import { Vectoriser, type Vocabulary } from './vocabulary.js';

const settingsFile = 'text.json';
const weightsFile = 'text.safetensors';
const lexiconFile = 'text.lexicon.json';

const settingsSchema = z.object({
  format: z.literal(1),
  imbalance: z.enum(imbalanceStrategies),
  minimumLength: z.number().int().nonnegative(),
  maximumLength: z.number().int().positive(),
  /** Training records with a description. */
  documents: z.number().int().positive(),
  tasks: z.array(z.object({ name: z.string(), classes: z.array(z.string()).min(2) })).min(1),
});

/** Absent where n-grams alone are looked at. */
const lexiconSchema = z.array(z.tuple([z.string(), z.array(z.string())])).nullable();

/** What the text modality was trained with. */
export type TextSettings = Omit<z.infer<typeof settingsSchema>, 'format' | 'tasks'>;

/** Texts classified by hashed n-grams and one linear softmax head per task. */
export class TextModel implements TrainedModality {
  readonly name = 'text';
  readonly #settings: TextSettings;
  readonly #vocabulary: Vocabulary;
  readonly #vectoriser: Vectoriser;
  readonly #heads: readonly SoftmaxHead[];
  readonly #lexicon: Lexicon | undefined;

  constructor(
    settings: TextSettings,
    vocabulary: Vocabulary,
    heads: readonly SoftmaxHead[],
    lexicon: Lexicon | undefined,
  ) {
    this.#settings = settings;
    this.#vocabulary = vocabulary;
    this.#vectoriser = new Vectoriser(vocabulary);
    this.#heads = heads;
    this.#lexicon = lexicon;
  }

  async predict(
    cases: readonly Case[],
    { signal, isExplained = true }: PredictOptions = {},
  ): Promise<readonly (readonly Opinion[])[]> {
    const breathe = pace(signal, 'classifying texts');
    const opinions: (readonly Opinion[])[] = [];
    for (const candidate of cases) {
      await breathe();
      opinions.push(this.#opinions(candidate, isExplained));
    }
    return opinions;
  }

  #opinions({ record }: Case, isExplained: boolean): readonly Opinion[] {
    const document = documentOf(record, this.#settings, this.#lexicon);
    if (document === undefined) return [];
    const vector = this.#vectoriser.vector(document);
    if (vector.columns.length === 0) return [];
    const scores = this.#heads.map((head) => headScores(head, vector));
    const evidence = isExplained
      ? spanContributions(
          document,
          vector,
          this.#vectoriser,
          this.#heads.map((head, index) => classWeights(head, indexOfLargest(scores[index]!))),
          spansNamed,
        )
      : [];
    return this.#heads.map((head, index) => ({
      task: head.task.name,
      scores: scores[index]!,
      used: record.object,
      evidence: evidence[index] ?? [],
    }));
  }

  async save(folder: string): Promise<void> {
    const tensors = new Map<string, Tensor>();
    const add = (name: string, data: Tensor['data'], shape = [data.length]) =>
      tensors.set(name, { shape, data });
    this.#vocabulary.buckets.forEach((buckets, block) => add(`${blockNames[block]}.buckets`, buckets));
    add('idf', this.#vocabulary.idf);
    for (const { task, learnt, weights, bias } of this.#heads) {
      add(`tasks.${task.name}.classes`, learnt);
      add(`tasks.${task.name}.weights`, weights, [this.#vectoriser.width, learnt.length]);
      add(`tasks.${task.name}.bias`, bias);
    }
    const settings: z.infer<typeof settingsSchema> = {
      format: 1,
      ...this.#settings,
      tasks: this.#heads.map(({ task: { name, classes } }) => ({ name, classes: [...classes] })),
    };
    await writeFile(path.join(folder, settingsFile), `${JSON.stringify(settings, null, 2)}\n`);
    await writeFile(path.join(folder, weightsFile), writeSafetensors(tensors));
    await writeFile(path.join(folder, lexiconFile), `${JSON.stringify(this.#learntLexicon())}\n`);
  }

  /** What the lexicon says with a feature that the model knows: what it is asked with later, whatever has become of the vocabulary. */
  #learntLexicon(): [string, string[]][] | null {
    if (this.#lexicon === undefined) return null;
    const isLearnt = (feature: string): boolean =>
      this.#vectoriser.column(labelBlock, bucketOfText(feature)) >= 0;
    return [...this.#lexicon].flatMap(([label, features]): [string, string[]][] => {
      const learnt = features.filter(isLearnt);
      return learnt.length === 0 ? [] : [[label, learnt]];
    });
  }

  describe(): ModalityDescription {
    const { imbalance, documents, minimumLength, maximumLength } = this.#settings;
    const mentioned =
      this.#lexicon === undefined ? '' : ', and the times and labels of the vocabulary mentioned';
    return {
      modality: 'text',
      encoder: `hashed word 1-2-grams and character 2-5-grams${this.#lexicon === undefined ? '' : ', mentions'}, TF-IDF`,
      encoderTier: 'built-in',
      explanation:
        `Reads the descriptions of the object: words, pairs of words and parts of words, in any language${mentioned}, weighed by ` +
        'how rare they are, are given to one linear softmax classifier per property, trained on the ' +
        `${documents} labelled records that have a description. Titles and record numbers are read only where the profile has them among the descriptions.`,
      parameters: {
        features: this.#vectoriser.width,
        documents,
        tasks: this.#heads.map(({ task }) => task.name).join(', '),
        imbalance,
        inverseRegularisation,
        ...(imbalance === 'focal' ? { focalGamma } : {}),
        minimumLength,
        maximumLength,
        optimiser: 'L-BFGS',
      },
    };
  }
}

/** Reads what `TextModel.save` wrote. Throws LacunaError MODEL_INVALID naming the damaged file. */
export async function loadTextModel(folder: string, tasks: readonly LearnableTask[]): Promise<TextModel> {
  const {
    format: _format,
    tasks: saved,
    ...settings
  } = await readModelJson(folder, settingsFile, settingsSchema);
  const wanted = matchTasks(path.join(folder, settingsFile), saved, tasks);
  const file = path.join(folder, weightsFile);
  const { tensors } = readSafetensors(await readModelBytes(folder, weightsFile), file);

  function get<Data extends Tensor['data']>(
    name: string,
    type: abstract new (...args: never[]) => Data,
    length?: number,
  ): Data {
    const data = tensors.get(name)?.data;
    if (!(data instanceof type)) throw modelInvalid(file, `has no tensor "${name}" of the right type`);
    if (length !== undefined && data.length !== length) {
      throw modelInvalid(file, `has a tensor "${name}" of ${data.length} elements where ${length} belong`);
    }
    return data;
  }
  const indices = (name: string, limit: number): Int32Array => {
    const data = get(name, Int32Array);
    if (data.some((value, at) => value < 0 || value >= limit || (at > 0 && value <= data[at - 1]!))) {
      throw modelInvalid(file, `has a tensor "${name}" that is not ascending within 0..${limit - 1}`);
    }
    return data;
  };

  const buckets = blockNames.map((name) => indices(`${name}.buckets`, bucketCount));
  const width = buckets.reduce((sum, { length }) => sum + length, 0);
  const vocabulary: Vocabulary = { buckets, idf: get('idf', Float32Array, width) };
  const lexicon = await readModelJson(folder, lexiconFile, lexiconSchema);
  const heads = saved.map((task): SoftmaxHead => {
    const learnt = indices(`tasks.${task.name}.classes`, task.classes.length);
    return {
      task,
      learnt,
      weights: get(`tasks.${task.name}.weights`, Float32Array, width * learnt.length),
      bias: get(`tasks.${task.name}.bias`, Float32Array, learnt.length),
    };
  });
  return new TextModel(
    settings,
    vocabulary,
    heads.filter(({ task }) => wanted.has(task.name)),
    lexicon === null ? undefined : new Map(lexicon),
  );
}
