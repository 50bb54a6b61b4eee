import { groupBy } from '../config/group-by.js';
import { densityRatio, flattened } from '../learning/calibration/density-ratio.js';
import {
  thresholdAcrossGroups,
  thresholdForPrecision,
  type Answers,
} from '../learning/calibration/threshold.js';
import type { CollectionRecord, LabelledCase, LearnableTask, Opinion } from '../modalities/case.js';
import { confident, type TaskCalibration } from './confidence.js';
import { familiarityIn, isForeign, unknownMuseum, type Familiarity } from './familiarity.js';
import type { Calibrated } from './evaluation.js';
import { fitSets, type Fitting, type TaskSets } from './prediction-set.js';

/** Weights are flattened until so many records' worth is left to tell from: fewer would make the promise one of chance. */
const fewestEffective = 50;

/** What is to be promised. */
export interface Promising {
  /** Precision of what is published, in (0, 1]. */
  readonly targetPrecision: number;
  /** Probability with which published sets hold the truth, in (0, 1); absent = no sets are published. */
  readonly setCoverage?: number | undefined;
}

/** Confidences from which the target precision can be promised; undefined where it cannot. */
export interface Promised {
  readonly threshold: number | undefined;
  readonly foreignThreshold: number | undefined;
  readonly predictionSet?: TaskSets | undefined;
}

/** What a promise is made on: cases with a known value and what the deciding modality says of them. */
export interface Heard {
  readonly cases: readonly LabelledCase[];
  readonly opinions: readonly (readonly Opinion[])[];
}

interface Answer extends Fitting {
  readonly record: CollectionRecord;
  readonly isRight: boolean;
}

/**
 * Answers to all cases with one known value, those whose class was too rare to be learnt included: among the gaps there
 * are such records too, and every answer to them is wrong.
 */
function answersOf(
  { cases, opinions }: Heard,
  { name, classes }: LearnableTask,
  calibrationOf: (index: number) => TaskCalibration,
  familiarityOf: (record: CollectionRecord) => Familiarity,
): Answer[] {
  return cases.flatMap(({ record }, index): Answer[] => {
    const known = record.known[name] ?? [];
    const opinion = opinions[index]?.find(({ task }) => task === name);
    if (known.length !== 1 || opinion === undefined) return [];
    const { scores, decision, confidence } = confident(
      calibrationOf(index),
      opinion.scores,
      familiarityOf(record),
      true,
    );
    const misfit = 1 - (scores[classes.indexOf(known[0]!)] ?? -Infinity);
    return [{ record, confidence, misfit, isRight: classes[decision] === known[0] }];
  });
}

const gathered = (answers: readonly Answer[]): Answers => ({
  confidence: answers.map(({ confidence }) => confidence),
  correct: answers.map(({ isRight }) => isRight),
});

/** What a labelled record and one with a gap can be compared by: the museum, the other properties, what there is to look at. */
function traits(record: CollectionRecord, task: string, tasks: readonly LearnableTask[]): string[] {
  return [
    `museum = ${record.museum}`,
    ...tasks
      .filter(({ name }) => name !== task)
      .map(({ name }) => `${name} = ${(record.known[name] ?? ['unknown']).join(', ')}`),
    ...(record.texts.length > 0 ? ['has a description'] : []),
    ...(record.images.length > 0 ? ['has a photograph'] : []),
  ];
}

/**
 * The confidences that keep the target precision, in museums that training knows and in others.
 *
 * For known museums: on validation cases, each with the confidence that it would have if its value were missing, weighted
 * to look like the gaps (density ratio of museum, known properties, texts and photographs) and unweighted, both. For others: on cases of museums
 * that were left out one by one. Prediction sets, if they are asked for, are fitted on the same.
 *
 * @param gaps records that lack the task's value
 */
export function promise(
  task: LearnableTask,
  calibration: {
    readonly whole: TaskCalibration;
    /** That of one validation case, by its place, fitted to others. */
    readonly ofValidation: (index: number) => TaskCalibration;
  },
  heard: { readonly validation: Heard; readonly foreign: Heard },
  surroundings: {
    readonly card: Calibrated;
    readonly tasks: readonly LearnableTask[];
    readonly gaps: readonly CollectionRecord[];
  },
  { targetPrecision, setCoverage }: Promising,
): Promised {
  const { card, tasks, gaps } = surroundings;
  const familiarity = ({ museum }: CollectionRecord) => familiarityIn(card, task.name, museum);
  const isKnown = (record: CollectionRecord): boolean => !isForeign(familiarity(record));

  const validation = answersOf(heard.validation, task, calibration.ofValidation, familiarity).filter(
    ({ record }) => isKnown(record),
  );
  const { weights } = flattened(
    densityRatio(
      validation.map(({ record }) => traits(record, task.name, tasks)),
      gaps.filter(isKnown).map((record) => traits(record, task.name, tasks)),
    ),
    fewestEffective,
  );

  const abroad = answersOf(
    heard.foreign,
    task,
    () => calibration.whole,
    () => unknownMuseum,
  );
  const byMuseum = groupBy(abroad, ({ record }) => record.museum);
  const answers = gathered(validation);
  const threshold = thresholdForPrecision([answers, { ...answers, weights }], targetPrecision);
  const museums = [...byMuseum.values()];
  const foreignThreshold = thresholdAcrossGroups(museums.map(gathered), targetPrecision);
  if (setCoverage === undefined) return { threshold, foreignThreshold };
  const predictionSet = fitSets(
    { records: validation, weights, from: threshold },
    { museums, from: foreignThreshold },
    setCoverage,
  );
  return { threshold, foreignThreshold, predictionSet };
}
