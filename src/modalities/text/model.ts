import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { focalGamma } from '../../learning/imbalance.js';
import { indexOfLargest } from '../../learning/index-of-largest.js';
import { KernelVote } from '../../learning/kernel-vote.js';
import type { SparseMatrix } from '../../learning/sparse-matrix.js';
import { writeSafetensors, type Tensor } from '../../models/safetensors.js';
import type { Lexicon } from '../../vocabulary/lexicon.js';
import { pace } from '../cancellation.js';
import type { Case, Opinion } from '../case.js';
import type { ModalityDescription, PredictOptions, TrainedModality } from '../modality.js';
import { documentOf } from './document.js';
import { spanContributions } from './evidence.js';
import {
  classWeights,
  headScores,
  inverseRegularisation,
  type SeenDocument,
  type TextHead,
  type WeightedVote,
} from './heads.js';
import {
  lexiconFile,
  settingsFile,
  weightsFile,
  type settingsSchema,
  type TextSettings,
} from './model-files.js';
import { blockNames, bucketOfText, labelBlock } from './n-grams.js';
import { spansNamed } from './span-label.js';
import { Vectoriser, type Vocabulary } from './vocabulary.js';

/** Texts classified by hashed n-grams: per task one linear softmax head, and the vote of similar texts. */
export class TextModel implements TrainedModality {
  readonly name = 'text';
  readonly #settings: TextSettings;
  readonly #vocabulary: Vocabulary;
  readonly #vectoriser: Vectoriser;
  readonly #texts: SparseMatrix;
  readonly #vote: WeightedVote;
  readonly #heads: readonly TextHead[];
  readonly #lexicon: Lexicon | undefined;

  constructor(
    settings: TextSettings,
    vocabulary: Vocabulary,
    texts: SparseMatrix,
    heads: readonly TextHead[],
    lexicon: Lexicon | undefined,
  ) {
    this.#settings = settings;
    this.#vocabulary = vocabulary;
    this.#vectoriser = new Vectoriser(vocabulary);
    this.#texts = texts;
    this.#vote = { kernel: new KernelVote(texts), weight: settings.voteWeight };
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
    const seen: SeenDocument = { vector, cosines: this.#vote.kernel.cosines(vector) };
    const scores = this.#heads.map((head) => headScores(head, this.#vote, seen));
    const evidence = isExplained
      ? spanContributions(
          document,
          vector,
          this.#vectoriser,
          this.#heads.map((head, index) =>
            classWeights(head, this.#vote, seen, indexOfLargest(scores[index]!)),
          ),
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
    add('texts.starts', this.#texts.starts);
    add('texts.columns', this.#texts.columns);
    add('texts.values', this.#texts.values);
    for (const { task, learnt, weights, bias, voters } of this.#heads) {
      add(`tasks.${task.name}.classes`, learnt);
      add(`tasks.${task.name}.weights`, weights, [this.#vectoriser.width, learnt.length]);
      add(`tasks.${task.name}.bias`, bias);
      add(`tasks.${task.name}.voters`, voters.rows);
      add(`tasks.${task.name}.votes`, voters.labels);
      add(`tasks.${task.name}.voteWeights`, voters.weights);
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
    const { imbalance, documents, minimumLength, maximumLength, voteWeight } = this.#settings;
    const mentioned =
      this.#lexicon === undefined ? '' : ', and the times and labels of the vocabulary mentioned';
    return {
      modality: 'text',
      encoder: `hashed word 1-2-grams and character 2-5-grams${this.#lexicon === undefined ? '' : ', mentions'}, TF-IDF`,
      encoderTier: 'built-in',
      explanation:
        `Reads the descriptions of the object: words, pairs of words and parts of words, in any language${mentioned}, weighed by ` +
        `how rare they are, are given to one linear softmax classifier per property${voteWeight === 0 ? '' : ', beside which the most similar descriptions vote'}. ` +
        `It has learnt from the ${documents} labelled records that have a description. Titles and record numbers are read only where the profile has them among the descriptions.`,
      parameters: {
        features: this.#vectoriser.width,
        documents,
        tasks: this.#heads.map(({ task }) => task.name).join(', '),
        imbalance,
        inverseRegularisation,
        voteWeight,
        ...(imbalance === 'focal' ? { focalGamma } : {}),
        minimumLength,
        maximumLength,
        optimiser: 'L-BFGS',
      },
    };
  }
}
