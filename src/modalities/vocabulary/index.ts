import { LacunaError } from '../../config/errors.js';
import type { Lexicon } from '../../vocabulary/lexicon.js';
import type { Task } from '../../vocabulary/profile.js';
import { pace } from '../cancellation.js';
import type { LabelledCase } from '../case.js';
import type { Modality, TrainingContext } from '../modality.js';
import { descriptionText } from '../text/description.js';
import { loadVocabularyModel, narrowed, readDocument, VocabularyModel } from './model.js';
import { meaningsOf, soleMention } from './sole-mention.js';
import { confidenceIn, tallies, total, trustOf, type Checked } from './trust.js';

/** Settings of the vocabulary modality. */
export interface VocabularyOptions {
  /** Longer descriptions are cut after so many characters. */
  readonly maximumLength: number;
  /** All properties of the profile: those that are learnt say what mentions are worth, too. */
  readonly tasks: readonly Task[];
  /** What labels mean in any language; asked for in training alone. */
  readonly lexicon: () => Lexicon;
}

/** The modality that answers by what descriptions mention. */
export interface VocabularyModality extends Modality {
  /**
   * Learns nothing; checks on all cases, those for validation included, how often answers are right. A task is left out where
   * that is no more often than chance. Throws LacunaError INPUT_INVALID when none is left.
   */
  train(
    train: readonly LabelledCase[],
    validation: readonly LabelledCase[],
    context: TrainingContext,
  ): Promise<VocabularyModel>;
}

async function train(
  cases: readonly LabelledCase[],
  { tasks: asked, signal, progress }: TrainingContext,
  { tasks, maximumLength, lexicon: readLexicon }: VocabularyOptions,
): Promise<VocabularyModel> {
  const breathe = pace(signal, 'looking for mentions');
  await breathe();
  const lexicon = readLexicon();
  const known = tasks.map((task) => ({ task, meanings: meaningsOf(task), checked: [] as Checked[] }));
  for (const [index, candidate] of cases.entries()) {
    await breathe();
    const { record } = candidate;
    const document = readDocument(candidate, maximumLength, lexicon);
    for (const { task, meanings, checked } of known) {
      const values = record.known[task.name] ?? [];
      const sole = document && values.length > 0 ? soleMention(document, meanings) : undefined;
      if (sole !== undefined) checked.push({ museum: record.museum, isRight: values.includes(sole.classId) });
    }
    progress('vocabulary: checking mentions', index + 1, cases.length);
  }
  const told = known.map(({ task, meanings, checked }) => ({ task, meanings, museums: tallies(checked) }));
  const answered = told
    .filter(({ task }) => asked.some(({ name }) => name === task.name))
    .map((own) => {
      const others = told.filter((other) => other !== own);
      const trust = trustOf(
        own.museums,
        others.map(({ museums }) => total(Object.values(museums))),
      );
      return {
        name: own.task.name,
        classes: own.task.classes.map(({ id }) => id),
        meanings: own.meanings,
        trust,
      };
    })
    .filter(({ classes, trust }) =>
      [trust.elsewhere, ...Object.keys(trust.museums).map((museum) => confidenceIn(trust, museum))].some(
        (confidence) => confidence > 1 / classes.length,
      ),
    );
  if (answered.length === 0) {
    throw new LacunaError(
      'INPUT_INVALID',
      'Nothing can be answered from the vocabulary alone: what descriptions mention is right no more often than chance.',
    );
  }
  return new VocabularyModel(answered, maximumLength, narrowed(lexicon, answered));
}

/**
 * The vocabulary modality: where a description mentions exactly one value of a property, by a label of the vocabulary in any
 * language, a century or a year, that is the answer. For properties with too few known values to learn from.
 */
export function createVocabularyModality(options: VocabularyOptions): VocabularyModality {
  return {
    name: 'vocabulary',
    applies: ({ record }) => descriptionText(record, { ...options, minimumLength: 0 }) !== undefined,
    train: (cases, validation, context) => train([...cases, ...validation], context, options),
    load: loadVocabularyModel,
  };
}
