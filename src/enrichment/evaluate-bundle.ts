import type { Progress } from '../config/progress.js';
import type { Ablated } from '../learning/report/build-report.js';
import type {
  EvaluatedModality,
  EvaluatedRecord,
  EvaluatedTask,
  MultiLabelRecord,
} from '../learning/report/evaluated.js';
import type { Split } from '../learning/splits/split.js';
import type { CollectionRecord, LearnableTask, ModalityName } from '../modalities/case.js';
import { languagesOf, loadLanguageDetector, type LanguageDetector } from '../modalities/text/language.js';
import { learntTasks, type ModelCard, type TaskMetrics } from '../models/card.js';
import { confident } from './confidence.js';
import { taskMetrics } from './evaluation.js';
import { familiarityIn, isForeign } from './familiarity.js';
import { effectiveThresholds, type Thresholds } from './judges.js';
import { predictionSet } from './prediction-set.js';
import type { Judgement, Predictor } from './predictor.js';
import { refuseTunedOn } from './tuned-on.js';

const batchSize = 200;
/** Of a modality whose answers are not those that are published. */
const never: Thresholds = { known: null, foreign: null };

/** What a bundle says of records whose values are known. */
export interface EvaluatedBundle {
  readonly modalities: readonly EvaluatedModality[];
  /** The fusion with one modality hidden, each in turn; empty where there are not two to be fused. */
  readonly ablated: readonly Ablated[];
}

// In the order of the classes: an object's keys that look like numbers come in an order of their own.
const scoresOf = ({ distribution }: Judgement, classes: readonly string[]): number[] =>
  classes.map((id) => distribution[id]!);

/** The row of a record whose task has one known value; undefined when it has none, or several. */
function evaluatedRecord(
  { object, museum, known }: CollectionRecord,
  languages: readonly string[],
  { name, classes }: LearnableTask,
  judged: Judgement | undefined,
  { isPublished, predictionSet: set }: AsGap,
): EvaluatedRecord | undefined {
  const values = known[name] ?? [];
  if (values.length !== 1) return undefined;
  return {
    id: object,
    museum,
    languages,
    truth: classes.indexOf(values[0]!),
    scores: judged && scoresOf(judged, classes),
    raw: judged && classes.map((id) => judged.raw[id]!),
    decision: judged === undefined ? -1 : classes.indexOf(judged.classId),
    confidence: judged?.confidence ?? 0,
    isPublished,
    ...(set && { predictionSet: set }),
  };
}

function multiLabelRecord(
  { known }: CollectionRecord,
  { name, classes }: LearnableTask,
  judged: Judgement | undefined,
): MultiLabelRecord | undefined {
  const relevant = (known[name] ?? []).map((id) => classes.indexOf(id)).filter((index) => index >= 0);
  if (relevant.length === 0 || judged === undefined) return undefined;
  return { relevant, scores: scoresOf(judged, classes) };
}

/** What would become of a record with a known value if the value were missing. */
interface AsGap {
  readonly isPublished: boolean;
  /** Class indices; undefined where no set is promised. */
  readonly predictionSet: readonly number[] | undefined;
}

const open: AsGap = { isPublished: false, predictionSet: undefined };

/** What would become of a judgement of the deciding modality. */
function asGap(
  card: ModelCard,
  { museum }: CollectionRecord,
  { modality, task, raw }: Judgement,
  { known, foreign }: Thresholds,
): AsGap {
  const { classes, predictionSet: sets } = card.tasks.find(({ name }) => name === task)!;
  const familiarity = familiarityIn(card, task, museum);
  const threshold = isForeign(familiarity) ? foreign : known;
  const { scores, decision, confidence } = confident(
    card.calibration[modality]?.[task],
    classes.map((id) => raw[id]!),
    familiarity,
    true,
  );
  return {
    isPublished: threshold !== null && confidence >= threshold,
    predictionSet: predictionSet(sets, scores, decision, isForeign(familiarity)),
  };
}

/** Gathers the rows of one modality of a bundle. */
class Rows {
  readonly #single = new Map<string, EvaluatedRecord[]>();
  readonly #several = new Map<string, MultiLabelRecord[]>();

  constructor(tasks: readonly LearnableTask[]) {
    for (const { name } of tasks) {
      this.#single.set(name, []);
      this.#several.set(name, []);
    }
  }

  add(
    record: CollectionRecord,
    languages: readonly string[],
    task: LearnableTask,
    judged: Judgement | undefined,
    gap: AsGap,
  ): void {
    const row = evaluatedRecord(record, languages, task, judged, gap);
    if (row !== undefined) this.#single.get(task.name)!.push(row);
    const several = multiLabelRecord(record, task, judged);
    if (several !== undefined) this.#several.get(task.name)!.push(several);
  }

  of(task: LearnableTask, { known, foreign }: Thresholds, setCoverage: number | undefined): EvaluatedTask {
    const several = this.#several.get(task.name)!;
    const isMultiLabel = several.some(({ relevant }) => relevant.length > 1);
    return {
      task: task.name,
      classes: task.classes,
      publishedFrom: { known, unknown: foreign },
      setCoverage,
      records: this.#single.get(task.name)!,
      ...(isMultiLabel && { multiLabel: several }),
    };
  }
}

/** Detects languages where a description lacks its tag; loads nothing where all have theirs. */
async function detectorFor(records: readonly CollectionRecord[]): Promise<LanguageDetector> {
  const isUntagged = records.some(({ texts }) => texts.some(({ language }) => language === ''));
  return isUntagged ? loadLanguageDetector() : () => '';
}

/**
 * What every modality of a loaded bundle says of the records of one split that have a known value. A task's own value is
 * hidden from the models, as it is on a record with a gap. `thresholds` are configured ones, by task; absent = the model's.
 *
 * @throws LacunaError CONFIG_INVALID when an encoder was tuned on records of the split, see `refuseTunedOn`
 */
export async function evaluateBundle(
  records: readonly CollectionRecord[],
  splits: ReadonlyMap<string, Split>,
  split: Split,
  predictor: Predictor,
  shell: { progress: Progress; signal?: AbortSignal | undefined },
  thresholds: Readonly<Record<string, number | undefined>> = {},
): Promise<EvaluatedBundle> {
  refuseTunedOn(predictor.tunedOn, splits, [split]);
  const { card } = predictor;
  const { tasks, modalities, decider } = card;
  const names = modalities.map(({ modality }) => modality);
  const limits = effectiveThresholds(tasks, { card, thresholds });
  const single = names.filter((name) => name !== 'fusion' && name !== 'vocabulary');
  const learnt = learntTasks(card);
  /** What a modality has been asked to say something of. */
  const tasksOf = (name: ModalityName): ModelCard['tasks'] =>
    name === 'vocabulary' ? tasks.filter((task) => !learnt.includes(task)) : learnt;
  const isFused = names.includes('fusion') && single.length > 1;
  const hidden: ModalityName[][] = [[], ...(isFused ? single.map((name) => [name]) : [])];
  // Of everything, each modality's rows; of a fusion that lacks a modality, its own.
  const asked = hidden.flatMap((without, at) =>
    (at === 0 ? names : ['fusion' as const]).map((name) => ({
      at,
      name,
      without,
      rows: new Rows(tasksOf(name)),
    })),
  );

  const measured = records.filter(({ object }) => splits.get(object) === split);
  const detect = await detectorFor(measured);
  for (let start = 0; start < measured.length; start += batchSize) {
    const batch = measured.slice(start, start + batchSize);
    const languages = batch.map(({ texts }) => languagesOf(texts, detect));
    const judgements = await predictor.judgementsWithout(batch, hidden, {
      signal: shell.signal,
      isExplained: false,
    });
    for (const { at, name, rows } of asked) {
      for (const [index, record] of batch.entries()) {
        for (const task of tasksOf(name)) {
          const judged = judgements[at]![index]!.find(
            ({ modality, task: about }) => modality === name && about === task.name,
          );
          const isDecided = judged !== undefined && decider[task.name] === name;
          const gap = isDecided ? asGap(card, record, judged, limits.get(task.name)!) : open;
          rows.add(record, languages[index]!, task, judged, gap);
        }
      }
    }
    shell.progress('records measured', start + batch.length, measured.length);
  }

  const rowsOf = (name: ModalityName, rows: Rows): EvaluatedTask[] =>
    tasksOf(name).map((task) =>
      decider[task.name] === name
        ? rows.of(task, limits.get(task.name)!, task.predictionSet?.coverage)
        : rows.of(task, never, undefined),
    );
  return {
    modalities: asked
      .filter(({ at }) => at === 0)
      .map(({ name, rows }) => ({ modality: name, tasks: rowsOf(name, rows) })),
    ablated: asked
      .filter(({ at }) => at > 0)
      .map(({ without, rows }) => ({
        modalities: single.filter((name) => !without.includes(name)),
        fused: true,
        tasks: rowsOf('fusion', rows),
      })),
  };
}

/**
 * The figures of the model card, by modality and task, without records of classes that were not learnt. On the records
 * and split of the training they are those on the card.
 */
export function cardMetrics(
  evaluated: readonly EvaluatedModality[],
): Record<string, Record<string, TaskMetrics>> {
  const metrics: Record<string, Record<string, TaskMetrics>> = {};
  for (const { modality, tasks } of evaluated) {
    for (const { task, classes, records } of tasks) {
      const learnt = records.filter(({ truth }) => truth >= 0);
      const measured = taskMetrics(learnt, { name: task, classes });
      if (measured !== undefined) (metrics[modality] ??= {})[task] = measured;
    }
  }
  return metrics;
}
