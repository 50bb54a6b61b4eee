import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { imbalanceStrategies, type ImbalanceStrategy } from '../../learning/imbalance.js';
import { indexOfLargest } from '../../learning/index-of-largest.js';
import { softmaxInPlace } from '../../learning/softmax-regression.js';
import { boosterFromJSON, type Booster, type FeatureColumn } from '../../learning/trees/booster.js';
import { pace } from '../cancellation.js';
import type { Case, LearnableTask, Opinion } from '../case.js';
import { matchTasks, modelInvalid, readModelJson } from '../model-file.js';
import type { Importance, ModalityDescription, PredictOptions, TrainedModality } from '../modality.js';
import { columnRows } from '../property-columns.js';
import { fusable, fusionColumns, scoresOf, type FusionInputs } from './columns.js';
import { fusionEvidence } from './evidence.js';
import { poolMargins, poolWidth } from './linear-pool.js';
import type { TaskFusion } from './task-fusion.js';

const modelFile = 'fusion.json';

/** The ways of fusing: class scores and all that is known, ours; or decisions alone, as Rei et al. 2024. */
export const fusionVariants = ['scores', 'published'] as const;
/** One of them. */
export type FusionVariant = (typeof fusionVariants)[number];

const modelSchema = z.object({
  format: z.literal(1),
  variant: z.enum(fusionVariants),
  imbalance: z.enum(imbalanceStrategies),
  tasks: z
    .array(
      z.object({
        name: z.string(),
        classes: z.array(z.string()).min(2),
        sees: z.enum(['scores', 'decisions']),
        modalities: z.array(z.enum(fusable)).min(1),
        properties: z.array(z.object({ name: z.string(), categories: z.array(z.string()).min(1) })),
        parameters: z.record(z.string(), z.number()),
        ensembles: z.array(z.unknown()).min(1),
        pool: z.object({ weights: z.array(z.number()), bias: z.array(z.number()) }).exactOptional(),
      }),
    )
    .min(1),
});

/**
 * Scores of every row, one per class, summing to 1: the softmax of the ensembles' mean log-odds, averaged with those that
 * `pooled` gives for a row, if any.
 */
export function fusedScores(
  ensembles: readonly Booster[],
  columns: readonly FeatureColumn[],
  rows: number,
  classes: number,
  pooled?: (row: number) => Float64Array,
): number[][] {
  const margins = ensembles.map((booster) => booster.margins(columns, rows));
  return Array.from({ length: rows }, (_, row) => {
    const mean = Float64Array.from(
      { length: classes },
      (__, k) => margins.reduce((sum, own) => sum + own[row * classes + k]!, 0) / margins.length,
    );
    const other = pooled?.(row);
    if (other !== undefined) mean.forEach((own, k) => (mean[k] = (own + other[k]!) / 2));
    softmaxInPlace(mean);
    return [...mean];
  });
}

/** The other modalities' opinions weighed against each other, the museum and the known properties. */
export class FusionModel implements TrainedModality {
  readonly name = 'fusion';
  readonly #variant: FusionVariant;
  readonly #imbalance: ImbalanceStrategy;
  readonly #fusions: readonly TaskFusion[];

  constructor(variant: FusionVariant, imbalance: ImbalanceStrategy, fusions: readonly TaskFusion[]) {
    this.#variant = variant;
    this.#imbalance = imbalance;
    this.#fusions = fusions;
  }

  async predict(
    cases: readonly Case[],
    { signal, isExplained = true }: PredictOptions = {},
  ): Promise<readonly (readonly Opinion[])[]> {
    const breathe = pace(signal, 'fusing opinions');
    await breathe();
    const opinions = cases.map((): Opinion[] => []);
    for (const fusion of this.#fusions) {
      const { inputs, ensembles, pool } = fusion;
      const { task, modalities } = inputs;
      const columns = fusionColumns(cases, inputs);
      const pooled = pool && ((row: number) => poolMargins(pool, scoresOf(cases[row]!, task, modalities)));
      const scores = fusedScores(ensembles, columns, cases.length, task.classes.length, pooled);
      for (const [row, candidate] of cases.entries()) {
        await breathe();
        const heard = scoresOf(candidate, task, modalities);
        if (heard.every((one) => one === undefined)) continue;
        const own = scores[row]!;
        opinions[row]!.push({
          task: task.name,
          scores: own,
          used: candidate.record.object,
          evidence: isExplained
            ? fusionEvidence(fusion, columnRows(columns, [row]), heard, indexOfLargest(own))
            : [],
        });
      }
    }
    return opinions;
  }

  async save(folder: string): Promise<void> {
    const stored = {
      format: 1,
      variant: this.#variant,
      imbalance: this.#imbalance,
      tasks: this.#fusions.map(
        ({ inputs: { task, sees, modalities, properties }, parameters, ensembles, pool }) => ({
          name: task.name,
          classes: task.classes,
          sees,
          modalities,
          properties,
          parameters,
          ensembles: ensembles.map((booster) => booster.toJSON()),
          ...(pool && { pool: { weights: [...pool.weights], bias: [...pool.bias] } }),
        }),
      ),
    };
    await writeFile(path.join(folder, modelFile), `${JSON.stringify(stored)}\n`);
  }

  importance(): Importance {
    return Object.fromEntries(
      this.#fusions.map(({ inputs: { task }, ensembles }) => {
        const gains = new Map<string, number>();
        for (const { feature, totalGain } of ensembles.flatMap((booster) => booster.importance())) {
          gains.set(feature, (gains.get(feature) ?? 0) + totalGain);
        }
        return [task.name, [...gains].map(([feature, gain]) => ({ feature, gain }))];
      }),
    );
  }

  describe(): ModalityDescription {
    const heard = fusable
      .filter((name) => this.#fusions.some(({ inputs }) => inputs.modalities.includes(name)))
      .join(', ');
    const beside = this.#fusions.some(({ inputs }) => inputs.properties.length > 0)
      ? {
          encoder: ', museum and known properties',
          words: ' together with the museum and the known properties,',
        }
      : { encoder: '', words: '' };
    const linear = this.#variant === 'scores' ? ' and a linear model' : '';
    const seen =
      this.#variant === 'scores'
        ? { encoder: 'opinions', words: 'say of the object against each other, one by one and pooled,' }
        : { encoder: 'decisions', words: 'decide about the object against each other,' };
    return {
      modality: 'fusion',
      encoder: `${seen.encoder} of ${heard}${beside.encoder}`,
      encoderTier: 'none',
      explanation:
        `Weighs what ${heard} ${seen.words}${beside.words} by gradient-boosted decision trees${linear}, trained on records ` +
        'whose value is known.',
      parameters: {
        variant: this.#variant,
        imbalance: this.#imbalance,
        ...Object.fromEntries<string | number>(
          this.#fusions.flatMap(({ inputs: { task, modalities, properties }, parameters, ensembles }) => [
            [`${task.name}.modalities`, modalities.join(', ')],
            [`${task.name}.properties`, properties.map(({ name }) => name).join(', ')],
            [`${task.name}.rounds`, ensembles.map(({ rounds }) => rounds).join(', ')],
            ...Object.entries(parameters).map(([name, value]) => [`${task.name}.${name}`, value] as const),
          ]),
        ),
      },
    };
  }
}

/** Reads what `FusionModel.save` wrote. Throws LacunaError MODEL_INVALID naming the damaged file. */
export async function loadFusionModel(folder: string, tasks: readonly LearnableTask[]): Promise<FusionModel> {
  const file = path.join(folder, modelFile);
  const stored = await readModelJson(folder, modelFile, modelSchema);
  const wanted = matchTasks(file, stored.tasks, tasks);
  const fusions = stored.tasks.map((saved): TaskFusion => {
    const { name, classes, sees, modalities, properties, parameters } = saved;
    const inputs: FusionInputs = { task: { name, classes }, sees, modalities, properties };
    let ensembles: Booster[];
    try {
      ensembles = saved.ensembles.map(boosterFromJSON);
    } catch (cause) {
      throw modelInvalid(file, `holds damaged trees for ${name}`, cause);
    }
    const expected = fusionColumns([], inputs);
    const fits = ({ classes: width, features }: Booster): boolean =>
      width === classes.length &&
      features.length === expected.length &&
      features.every(
        ({ name: feature, kind }, at) => feature === expected[at]!.name && kind === expected[at]!.kind,
      );
    if (!ensembles.every(fits)) {
      throw modelInvalid(file, `holds trees for ${name} that do not fit its classes and features`);
    }
    const width = poolWidth(modalities.length, classes.length);
    const pool = saved.pool && {
      weights: Float32Array.from(saved.pool.weights),
      bias: Float32Array.from(saved.pool.bias),
    };
    if (pool && (pool.bias.length !== classes.length || pool.weights.length !== width * classes.length)) {
      throw modelInvalid(file, `holds weights for ${name} that do not fit its classes and modalities`);
    }
    return { inputs, parameters, ensembles, pool };
  });
  return new FusionModel(
    stored.variant,
    stored.imbalance,
    fusions.filter(({ inputs }) => wanted.has(inputs.task.name)),
  );
}
