import type { ImbalanceStrategy } from '../../learning/imbalance.js';
import { seededRandom } from '../../learning/random.js';
import { pace } from '../cancellation.js';
import type { Lexicon } from '../../vocabulary/lexicon.js';
import type { LabelledCase } from '../case.js';
import type { Modality, TrainingContext } from '../modality.js';
import { descriptionTokens, nothingToLearn, type TextLimits } from './description.js';
import { documentOf, type Document } from './document.js';
import { fitHead, maximumIterations, type TextHead } from './heads.js';
import { loadTextModel } from './load-model.js';
import { TextModel } from './model.js';
import { mostTexts, similarTexts } from './similar-texts.js';
import { stack, Vectoriser, VocabularyBuilder, type DocumentVector } from './vocabulary.js';

/** Settings of the text modality, `modalities.text` in the configuration. */
export interface TextOptions extends TextLimits {
  readonly imbalance: ImbalanceStrategy;
  /** What labels mean in any language; without it n-grams alone are looked at, and no times. */
  readonly lexicon?: Lexicon | undefined;
  /** The weight of the vote of similar texts beside the linear softmax, 0 or more; 0.4 when left out. */
  readonly voteWeight?: number;
}

async function train(
  cases: readonly LabelledCase[],
  { tasks, seed, signal, progress, imbalance: override }: TrainingContext,
  { imbalance: configured, minimumLength, maximumLength, lexicon, voteWeight = 0.4 }: TextOptions,
): Promise<TextModel> {
  const imbalance = override ?? configured;
  const breathe = pace(signal, 'training on texts');
  const texts: { labels: LabelledCase['labels']; document: Document }[] = [];
  const builder = new VocabularyBuilder();
  for (const [index, { record, labels }] of cases.entries()) {
    await breathe();
    const document = documentOf(record, { minimumLength, maximumLength }, lexicon);
    if (document !== undefined && tasks.some(({ name }) => labels[name] !== undefined)) {
      builder.add(document);
      texts.push({ labels, document });
    }
    progress('text: reading descriptions', index + 1, cases.length);
  }
  const vocabulary = builder.finish();
  const vectoriser = new Vectoriser(vocabulary);
  const vectors: DocumentVector[] = [];
  for (const { document } of texts) {
    await breathe();
    vectors.push(vectoriser.vector(document));
  }
  const features = stack(vectors, vectoriser.width);

  const heads: TextHead[] = [];
  for (const task of tasks) {
    const labels = texts.map((text) => text.labels[task.name]);
    const fit = fitHead(task, features, labels, imbalance, seededRandom(seed));
    for (;;) {
      await breathe();
      const { done, value } = fit.next();
      if (done) {
        if (value !== undefined) heads.push(value);
        progress(`text: learning ${task.name}`, maximumIterations, maximumIterations);
        break;
      }
      progress(`text: learning ${task.name}`, value, maximumIterations);
    }
  }
  if (heads.length === 0) {
    throw nothingToLearn(texts.length, cases.length, { minimumLength, maximumLength });
  }
  return new TextModel(
    { imbalance, minimumLength, maximumLength, voteWeight, documents: texts.length },
    vocabulary,
    similarTexts(features, vectoriser.gramWidth, seededRandom(seed), voteWeight === 0 ? 0 : mostTexts),
    heads,
    lexicon,
  );
}

/**
 * The built-in text modality: hashed word and character n-grams of the descriptions, what they mention of times and of the
 * vocabulary in any language; per task one L2-regularised softmax head over them, fitted on the records that have a label for the
 * task, beside which those records vote that are alike. Needs no download, works in any language, and knows why it decides: what words
 * contribute adds up to the decision.
 */
export function createTextModality(options: TextOptions): Modality {
  return {
    name: 'text',
    applies: ({ record }) => descriptionTokens(record, options) !== undefined,
    train: (cases, _validation, context) => train(cases, context, options),
    load: loadTextModel,
  };
}
