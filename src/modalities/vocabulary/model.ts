import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Lexicon } from '../../vocabulary/lexicon.js';
import { pace } from '../cancellation.js';
import type { Case, Evidence, LearnableTask, Opinion } from '../case.js';
import { matchTasks, readModelJson } from '../model-file.js';
import type { ModalityDescription, PredictOptions, TrainedModality } from '../modality.js';
import { documentOf, type Document } from '../text/document.js';
import { spanLabel, spansNamed } from '../text/span-label.js';
import { meaningsFrom, soleMention, type Meanings, type SoleMention } from './sole-mention.js';
import { confidenceIn, total, type Trust } from './trust.js';

const settingsFile = 'vocabulary.json';
const lexiconFile = 'vocabulary.lexicon.json';

const count = z.number().int().nonnegative();

const settingsSchema = z.object({
  format: z.literal(1),
  maximumLength: z.number().int().positive(),
  tasks: z
    .array(
      z.object({
        name: z.string(),
        classes: z.array(z.string()).min(2),
        meanings: z.array(z.tuple([z.string(), z.string()])),
        trust: z.object({
          museums: z.record(z.string(), z.object({ answers: count, right: count })),
          elsewhere: z.number().min(0).max(1),
          isAcrossMuseums: z.boolean(),
        }),
      }),
    )
    .min(1),
});

const lexiconSchema = z.array(z.tuple([z.string(), z.array(z.string())]));

/** A property that is answered: all classes of the profile, what mentions mean for it, and what an answer is worth. */
export interface AnsweredTask extends LearnableTask {
  readonly meanings: Meanings;
  readonly trust: Trust;
}

/** A record's descriptions, whatever their length, with what they mention. */
export function readDocument(
  { record }: Case,
  maximumLength: number,
  lexicon: Lexicon,
): Document | undefined {
  return documentOf(record, { minimumLength: 0, maximumLength }, lexicon);
}

/** The words that name the class and what they mean, by how often they do; `weight` is shared between them. */
function evidenceOf(document: Document, { mentions }: SoleMention, weight: number): Evidence[] {
  const counts = new Map<string, number>();
  for (const { feature, first, last } of mentions) {
    const concept = document.mentions.find(
      (other) => other.first === first && other.last === last && other.feature.startsWith('concept = '),
    );
    const meaning = concept === undefined ? feature : `${feature} (${concept.feature})`;
    const reason = `${spanLabel(document.tokens.slice(first, last + 1).map(({ surface }) => surface))} names ${meaning}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([feature, times]) => ({ feature, weight: (weight * times) / mentions.length }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, spansNamed);
}

/** Answers by what descriptions mention; knows nothing that was learnt. */
export class VocabularyModel implements TrainedModality {
  readonly name = 'vocabulary';
  readonly tasks: readonly AnsweredTask[];
  readonly #maximumLength: number;
  readonly #lexicon: Lexicon;

  constructor(tasks: readonly AnsweredTask[], maximumLength: number, lexicon: Lexicon) {
    this.tasks = tasks;
    this.#maximumLength = maximumLength;
    this.#lexicon = lexicon;
  }

  async predict(
    cases: readonly Case[],
    { signal, isExplained = true }: PredictOptions = {},
  ): Promise<readonly (readonly Opinion[])[]> {
    const breathe = pace(signal, 'looking for mentions');
    const opinions: (readonly Opinion[])[] = [];
    for (const candidate of cases) {
      await breathe();
      opinions.push(this.#opinions(candidate, isExplained));
    }
    return opinions;
  }

  #opinions(candidate: Case, isExplained: boolean): readonly Opinion[] {
    const document = readDocument(candidate, this.#maximumLength, this.#lexicon);
    if (document === undefined) return [];
    return this.tasks.flatMap((task) => {
      const sole = soleMention(document, task.meanings);
      if (sole === undefined) return [];
      const confidence = confidenceIn(task.trust, candidate.record.museum);
      // Else another value would be the likelier one.
      if (confidence <= 1 / task.classes.length) return [];
      // Of the other classes nothing is known, so they share what is left.
      const rest = (1 - confidence) / (task.classes.length - 1);
      return {
        task: task.name,
        scores: task.classes.map((id) => (id === sole.classId ? confidence : rest)),
        used: candidate.record.object,
        evidence: isExplained ? evidenceOf(document, sole, Math.log(confidence / rest)) : [],
      };
    });
  }

  async save(folder: string): Promise<void> {
    const settings: z.infer<typeof settingsSchema> = {
      format: 1,
      maximumLength: this.#maximumLength,
      tasks: this.tasks.map(({ name, classes, meanings, trust }) => ({
        name,
        classes: [...classes],
        meanings: [...meanings.classOf],
        trust,
      })),
    };
    await writeFile(path.join(folder, settingsFile), `${JSON.stringify(settings, null, 2)}\n`);
    await writeFile(path.join(folder, lexiconFile), `${JSON.stringify([...this.#lexicon])}\n`);
  }

  describe(): ModalityDescription {
    return {
      modality: 'vocabulary',
      encoder: "the vocabulary's labels, centuries and years",
      encoderTier: 'none',
      explanation:
        'Has learnt nothing: it answers properties of which too few values are known to learn from. It looks in the descriptions of ' +
        'the object for the labels of the vocabulary in any language, for centuries and for years, and answers where they name exactly one ' +
        'value of the property. Its confidence is the share of such answers that are right at least in the museum, as far as known values tell, or a low one where none is known.',
      parameters: {
        labels: this.#lexicon.size,
        maximumLength: this.#maximumLength,
        ...Object.fromEntries(
          this.tasks.flatMap(({ name, trust: { museums, elsewhere } }) => {
            const { answers, right } = total(Object.values(museums));
            return [
              [`${name}.answersChecked`, answers],
              [`${name}.answersRight`, right],
              [`${name}.confidenceElsewhere`, elsewhere],
            ];
          }),
        ),
      },
    };
  }
}

/** What the lexicon says of the tasks; of labels that say nothing of them only that they are labels, so that no shorter one within them counts. */
export function narrowed(lexicon: Lexicon, tasks: readonly Pick<AnsweredTask, 'meanings'>[]): Lexicon {
  const isMeant = (feature: string): boolean =>
    tasks.some(({ meanings: { classOf } }) => classOf.has(feature));
  return new Map(
    [...lexicon].map(([label, features]) => {
      const kept = features.some(isMeant)
        ? features.filter((feature) => isMeant(feature) || feature.startsWith('concept = '))
        : [];
      return [label, kept];
    }),
  );
}

/** Reads what `VocabularyModel.save` wrote. Throws LacunaError MODEL_INVALID naming the damaged file. */
export async function loadVocabularyModel(
  folder: string,
  wanted: readonly LearnableTask[],
): Promise<VocabularyModel> {
  const { maximumLength, tasks } = await readModelJson(folder, settingsFile, settingsSchema);
  const names = matchTasks(path.join(folder, settingsFile), tasks, wanted);
  const lexicon = new Map(await readModelJson(folder, lexiconFile, lexiconSchema));
  const answered = tasks
    .filter(({ name }) => names.has(name))
    .map((task) => ({ ...task, meanings: meaningsFrom(task.meanings) }));
  return new VocabularyModel(answered, maximumLength, lexicon);
}
