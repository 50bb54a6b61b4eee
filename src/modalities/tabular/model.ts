import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { indexOfLargest } from '../../learning/index-of-largest.js';
import {
  boosterFromJSON,
  type Booster,
  type FeatureColumn,
  type FeatureDescription,
} from '../../learning/trees/booster.js';
import { pace } from '../cancellation.js';
import type { Case, CollectionRecord, Evidence, LearnableTask, Opinion } from '../case.js';
import { matchTasks, modelInvalid, readModelJson } from '../model-file.js';
import type { Importance, ModalityDescription, PredictOptions, TrainedModality } from '../modality.js';
import {
  columnRows,
  photographsColumn,
  photographsFeature,
  propertyCategories,
  propertyColumn,
  propertyFeatures,
  propertyInWords,
} from '../property-columns.js';
import { fittedParameters, patience, type FittedParameters } from './hyper-parameters.js';

const modelFile = 'tabular.json';
const evidenceLimit = 5;
// Few records differ in their properties; a reason found once serves all that are alike.
const evidenceKept = 20_000;

const modelSchema = z.object({
  format: z.literal(1),
  tasks: z
    .array(
      z.object({
        name: z.string(),
        classes: z.array(z.string()).min(2),
        parameters: fittedParameters,
        trees: z.unknown(),
      }),
    )
    .min(1),
});

/** One task's trees. */
export interface TaskTrees {
  readonly task: LearnableTask;
  readonly booster: Booster;
  /** How they were boosted. */
  readonly parameters: FittedParameters;
}

/** The columns a task's trees are trained on: the museum, the other tasks' known classes and the number of photographs. */
export function trainingColumns(
  records: readonly CollectionRecord[],
  task: string,
  tasks: readonly string[],
): FeatureColumn[] {
  return [
    ...propertyFeatures(task, tasks).map((feature) =>
      propertyColumn(records, feature, propertyCategories(records, feature)),
    ),
    photographsColumn(records),
  ];
}

/** The same columns for other records, in the coding of training. */
export function columnsLike(
  features: readonly FeatureDescription[],
  records: readonly CollectionRecord[],
): FeatureColumn[] {
  return features.map((feature) =>
    feature.kind === 'numeric'
      ? photographsColumn(records)
      : propertyColumn(records, feature.name, feature.categories),
  );
}

/** Why the trees lean towards a class: what each property adds to its log-odds, strongest first. */
function evidenceFor(booster: Booster, row: readonly FeatureColumn[], classIndex: number): Evidence[] {
  return booster
    .contributions(row, 0, classIndex)
    .map(({ weight }, index) => {
      const column = row[index]!;
      const value = column.values[0]!;
      const words =
        column.kind === 'categorical'
          ? propertyInWords(column.name, column.categories[value])
          : `${column.name} = ${value}`;
      return { feature: words, weight };
    })
    .filter(({ weight }) => weight !== 0)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, evidenceLimit);
}

/** Records classified by their museum, their other properties and how often they were photographed. */
export class TabularModel implements TrainedModality {
  readonly name = 'tabular';
  /** One entry per task that was learnt. */
  readonly tasks: readonly TaskTrees[];
  readonly #evidence = new LRUCache<string, readonly Evidence[]>({ max: evidenceKept });

  constructor(trees: readonly TaskTrees[]) {
    this.tasks = trees;
  }

  async predict(
    cases: readonly Case[],
    { signal, isExplained = true }: PredictOptions = {},
  ): Promise<readonly (readonly Opinion[])[]> {
    const breathe = pace(signal, 'classifying properties');
    await breathe();
    const records = cases.map(({ record }) => record);
    const opinions = records.map((): Opinion[] => []);
    for (const { task, booster } of this.tasks) {
      const columns = columnsLike(booster.features, records);
      const scores = booster.predict(columns, records.length);
      const width = task.classes.length;
      for (const [row, record] of records.entries()) {
        await breathe();
        // Code 0 is [NA]: with nothing but that, only the commonest class could be told.
        if (columns.every(({ kind, values }) => kind === 'numeric' || values[row] === 0)) continue;
        const own = Array.from(scores.subarray(row * width, (row + 1) * width));
        opinions[row]!.push({
          task: task.name,
          scores: own,
          used: record.object,
          evidence: isExplained
            ? this.#evidenceFor(task.name, booster, columns, row, indexOfLargest(own))
            : [],
        });
      }
    }
    return opinions;
  }

  #evidenceFor(
    task: string,
    booster: Booster,
    columns: readonly FeatureColumn[],
    row: number,
    classIndex: number,
  ): readonly Evidence[] {
    const key = `${task} ${classIndex} ${columns.map(({ values }) => values[row]).join()}`;
    const known = this.#evidence.get(key);
    if (known !== undefined) return known;
    const evidence = evidenceFor(booster, columnRows(columns, [row]), classIndex);
    this.#evidence.set(key, evidence);
    return evidence;
  }

  async save(folder: string): Promise<void> {
    const stored: z.infer<typeof modelSchema> = {
      format: 1,
      tasks: this.tasks.map(({ task, booster, parameters }) => ({
        name: task.name,
        classes: [...task.classes],
        parameters,
        trees: booster.toJSON(),
      })),
    };
    await writeFile(path.join(folder, modelFile), `${JSON.stringify(stored)}\n`);
  }

  importance(): Importance {
    return Object.fromEntries(
      this.tasks.map(({ task, booster }) => [
        task.name,
        booster.importance().map(({ feature, totalGain }) => ({ feature, gain: totalGain })),
      ]),
    );
  }

  describe(): ModalityDescription {
    return {
      modality: 'tabular',
      encoder: 'museum, known properties, number of photographs',
      encoderTier: 'none',
      explanation:
        'Looks at which museum holds the object, at the properties already known of it and at how many photographs there ' +
        'are, and tells the missing one by gradient-boosted decision trees trained on the records that have it. Titles and record numbers are not used.',
      parameters: {
        patience,
        ...Object.fromEntries<string | number>(
          this.tasks.flatMap(({ task, booster, parameters }) => [
            [`${task.name}.features`, booster.features.map(({ name }) => name).join(', ')],
            [`${task.name}.roundsKept`, booster.rounds],
            ...Object.entries(parameters).map(([name, value]): [string, string | number] => [
              `${task.name}.${name}`,
              value,
            ]),
          ]),
        ),
      },
    };
  }
}

/** Reads what `TabularModel.save` wrote. Throws LacunaError MODEL_INVALID naming the damaged file. */
export async function loadTabularModel(
  folder: string,
  tasks: readonly LearnableTask[],
): Promise<TabularModel> {
  const file = path.join(folder, modelFile);
  const stored = await readModelJson(folder, modelFile, modelSchema);
  const wanted = matchTasks(file, stored.tasks, tasks);
  const trees = stored.tasks.map(({ name, classes, parameters, trees: json }): TaskTrees => {
    let booster: Booster;
    try {
      booster = boosterFromJSON(json);
    } catch (cause) {
      throw modelInvalid(file, `holds damaged trees for ${name}`, cause);
    }
    if (
      booster.classes !== classes.length ||
      booster.features.some(({ kind, name: feature }) => kind === 'numeric' && feature !== photographsFeature)
    ) {
      throw modelInvalid(file, `holds trees for ${name} that do not fit its classes or features`);
    }
    return { task: { name, classes }, booster, parameters };
  });
  return new TabularModel(trees.filter(({ task }) => wanted.has(task.name)));
}
