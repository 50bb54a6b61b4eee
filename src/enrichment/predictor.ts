import path from 'node:path';
import { LacunaError } from '../config/errors.js';
import type { Case, CollectionRecord, Evidence, ModalityName, Opinion } from '../modalities/case.js';
import type { Importance, Modality, PredictOptions, TrainedModality } from '../modalities/modality.js';
import type { ModelCard } from '../models/card.js';
import type { Bundle } from '../models/registry.js';
import { confident } from './confidence.js';
import { familiarityIn, isForeign } from './familiarity.js';
import { fusedOpinions } from './fused-opinions.js';
import { predictionSet } from './prediction-set.js';
import { tunedOn, type TunedOn } from './tuned-on.js';

/** A modality's calibrated decision on one task of one record. */
export interface Judgement {
  readonly modality: ModalityName;
  readonly task: string;
  readonly classId: string;
  /** Calibrated probability of `classId`, in (0, 1]. */
  readonly confidence: number;
  /** Calibrated probability per class id, summing to 1. */
  readonly distribution: Readonly<Record<string, number>>;
  /** The same before calibration. */
  readonly raw: Readonly<Record<string, number>>;
  readonly used: string;
  readonly evidence: readonly Evidence[];
}

/** What the bundle says of one task: the deciding judgement and those it was fused from. */
export interface TaskJudgement {
  readonly decision: Judgement;
  readonly modalities: readonly Judgement[];
  /** True when training knows too little of the record's museum: another threshold counts then. */
  readonly isForeign: boolean;
  /** What holds the truth with a promised probability; undefined where nothing is promised, or was asked for. */
  readonly set?: PromisedSet | undefined;
}

/** Classes among which the truth is with the probability `coverage` in (0, 1). */
export interface PromisedSet {
  /** Ids, likeliest first; the decision is one of them. */
  readonly classIds: readonly string[];
  readonly coverage: number;
}

/** Judgements by task name; a task nothing can be said about has no key. */
export type RecordJudgement = Readonly<Record<string, TaskJudgement>>;

/** A judgement on a record. */
export interface Judged {
  readonly record: CollectionRecord;
  readonly judgement: TaskJudgement;
}

const bareCase = (record: CollectionRecord): Case => ({ record, opinions: {} });

/** A loaded bundle, ready to look at records. */
export class Predictor {
  readonly card: ModelCard;
  /** What its modalities know of records whatever the bundle was trained on. */
  readonly tunedOn: TunedOn;
  readonly #models: ReadonlyMap<ModalityName, TrainedModality>;
  readonly #classes: ReadonlyMap<string, readonly string[]>;

  private constructor(card: ModelCard, models: ReadonlyMap<ModalityName, TrainedModality>, known: TunedOn) {
    this.card = card;
    this.tunedOn = known;
    this.#models = models;
    this.#classes = new Map(card.tasks.map(({ name, classes }) => [name, classes]));
  }

  /**
   * Loads every model of the bundle; `modalities` are those that are switched on, in any order.
   *
   * @throws LacunaError MODEL_MISSING when one that the bundle was trained with is switched off: its thresholds promise
   *   nothing then. MODEL_INVALID naming a damaged file.
   */
  static async load({ card, folder }: Bundle, modalities: readonly Modality[]): Promise<Predictor> {
    const models = new Map<ModalityName, TrainedModality>();
    const missing: string[] = [];
    for (const { modality: name } of card.modalities) {
      const modality = modalities.find((candidate) => candidate.name === name);
      if (modality === undefined) missing.push(name);
      else models.set(name, await modality.load(path.join(folder, name), card.tasks));
    }
    if (missing.length > 0) {
      throw new LacunaError(
        'MODEL_MISSING',
        `Model ${card.version} was trained with ${missing.join(' and ')}, which the configuration switches off: train again with \`lacuna train\`, or set ${missing.map((name) => `modalities.${name}.enabled`).join(' and ')} to true.`,
      );
    }
    const used = modalities.filter(({ name }) => models.has(name));
    return new Predictor(card, models, await tunedOn(used));
  }

  /**
   * One result per record, in order; without the evidence of modalities that are slow to explain, which `explained` gives.
   */
  async predict(
    records: readonly CollectionRecord[],
    options: PredictOptions = {},
  ): Promise<readonly RecordJudgement[]> {
    const judgements = await this.judgements(records, options);
    return judgements.map((list, index) => this.#decide(records[index]!, list));
  }

  /** What is to be published, in order, with the evidence of the modalities that are slow to explain, too. */
  async explained<Published extends Judged>(
    published: readonly Published[],
    { signal }: PredictOptions = {},
  ): Promise<readonly Published[]> {
    const cases = [...new Set(published.map(({ record }) => record))].map(bareCase);
    const said = new Map<ModalityName, ReadonlyMap<CollectionRecord, readonly Opinion[]>>();
    for (const [name, model] of this.#models) {
      if (model.isSlowToExplain !== true || cases.length === 0) continue;
      const opinions = await model.predict(cases, { signal });
      said.set(name, new Map(cases.map(({ record }, index) => [record, opinions[index]!])));
    }
    if (said.size === 0) return published;
    return published.map((one) => {
      const withEvidence = (judgement: Judgement): Judgement => {
        const opinions = said.get(judgement.modality)?.get(one.record);
        const own = opinions?.find(({ task }) => task === judgement.task);
        return own === undefined ? judgement : { ...judgement, evidence: own.evidence };
      };
      const { decision, modalities } = one.judgement;
      return {
        ...one,
        judgement: {
          ...one.judgement,
          decision: withEvidence(decision),
          modalities: modalities.map(withEvidence),
        },
      };
    });
  }

  /** What every modality says of every task, one list per record, in order; those that decide nothing included. */
  async judgements(
    records: readonly CollectionRecord[],
    options: PredictOptions = {},
  ): Promise<readonly (readonly Judgement[])[]> {
    const [everything] = await this.judgementsWithout(records, [[]], options);
    return everything!;
  }

  /** `judgements`, once per set of modalities that are `hidden`: they say nothing, and fusion does not hear them. */
  async judgementsWithout(
    records: readonly CollectionRecord[],
    hidden: readonly (readonly ModalityName[])[],
    options: PredictOptions = {},
  ): Promise<readonly (readonly (readonly Judgement[])[])[]> {
    const opinions = new Map<ModalityName, readonly (readonly Opinion[])[]>();
    const bare = records.map(bareCase);
    for (const [name, model] of this.#models) {
      if (name === 'fusion') continue;
      const isExplained = options.isExplained !== false && model.isSlowToExplain !== true;
      opinions.set(name, await model.predict(bare, { ...options, isExplained }));
    }
    const judged: (readonly (readonly Judgement[])[])[] = [];
    for (const silenced of hidden) {
      const heard = new Map([...opinions].filter(([name]) => !silenced.includes(name)));
      const fusion = silenced.includes('fusion') ? undefined : this.#models.get('fusion');
      if (fusion !== undefined) heard.set('fusion', await fusedOpinions(fusion, bare, heard, options));
      judged.push(
        records.map((record, index) =>
          [...heard].flatMap(([name, lists]) =>
            lists[index]!.map((opinion) => this.#calibrate(record, name, opinion)),
          ),
        ),
      );
    }
    return judged;
  }

  /** Total gain of the trees' splits by modality, task and feature, of the modalities that have trees. */
  importance(): Readonly<Record<string, Importance>> {
    return Object.fromEntries(
      [...this.#models].flatMap(([name, model]) =>
        model.importance === undefined ? [] : [[name, model.importance()]],
      ),
    );
  }

  #decide({ museum }: CollectionRecord, judgements: readonly Judgement[]): RecordJudgement {
    const decided: Record<string, TaskJudgement> = {};
    for (const [task, decider] of Object.entries(this.card.decider)) {
      const ofTask = judgements.filter((judgement) => judgement.task === task);
      const decision = ofTask.find(({ modality }) => modality === decider);
      if (decision === undefined) continue;
      const foreign = isForeign(familiarityIn(this.card, task, museum));
      decided[task] = {
        decision,
        modalities: ofTask.filter((other) => other !== decision),
        isForeign: foreign,
        set: this.#setOf(decision, foreign),
      };
    }
    return decided;
  }

  #setOf({ task, classId, distribution }: Judgement, foreign: boolean): PromisedSet | undefined {
    const sets = this.card.tasks.find(({ name }) => name === task)?.predictionSet;
    if (sets === undefined) return undefined;
    const classes = this.#classes.get(task)!;
    const scores = classes.map((id) => distribution[id]!);
    const set = predictionSet(sets, scores, classes.indexOf(classId), foreign);
    return set && { classIds: set.map((index) => classes[index]!), coverage: sets.coverage };
  }

  #calibrate(record: CollectionRecord, modality: ModalityName, { task, ...opinion }: Opinion): Judgement {
    const classes = this.#classes.get(task)!;
    const calibration = this.card.calibration[modality]?.[task];
    const isGap = (record.known[task] ?? []).length === 0;
    const familiarity = familiarityIn(this.card, task, record.museum);
    const { scores, decision, confidence } = confident(calibration, opinion.scores, familiarity, isGap);
    const byClass = (values: readonly number[]): Record<string, number> =>
      Object.fromEntries(classes.map((id, index) => [id, values[index]!]));
    return {
      modality,
      task,
      classId: classes[decision]!,
      confidence,
      distribution: byClass(scores),
      raw: byClass(opinion.scores),
      used: opinion.used,
      evidence: opinion.evidence,
    };
  }
}
