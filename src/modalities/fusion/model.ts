import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { softmaxInPlace } from '../../learning/softmax-regression.js';
import { boosterFromJSON, type Booster, type FeatureColumn } from '../../learning/trees/booster.js';
import { pace } from '../cancellation.js';
import type { Case, LearnableTask, Opinion } from '../case.js';
import { matchTasks, modelInvalid, readModelJson } from '../model-file.js';
import type { ModalityDescription, TrainedModality } from '../modality.js';
import { singleRow } from '../property-columns.js';
import { decisionOf, fusable, fusionColumns, scoresOf, type FusionInputs } from './columns.js';
import { fusionEvidence } from './evidence.js';

const modelFile = 'fusion.json';

const modelSchema = z.object({
  format: z.literal(1),
  tasks: z
    .array(
      z.object({
        name: z.string(),
        classes: z.array(z.string()).min(2),
        modalities: z.array(z.enum(fusable)).min(1),
        properties: z.array(z.object({ name: z.string(), categories: z.array(z.string()).min(1) })),
        balance: z.number().min(0).max(1),
        ensembles: z.array(z.unknown()).min(1),
      }),
    )
    .min(1),
});

/** One task's fusion. */
export interface TaskFusion {
  readonly inputs: FusionInputs;
  /** Exponent of the class weights chosen on validation: 0 none, 1 balanced. */
  readonly balance: number;
  /** Trees of several seeds; their log-odds are averaged, which steadies what few rows teach. */
  readonly ensembles: readonly Booster[];
}

/** Scores of every row, one per class, summing to 1: the softmax of the ensembles' mean log-odds. */
export function fusedScores(
  ensembles: readonly Booster[],
  columns: readonly FeatureColumn[],
  rows: number,
  classes: number,
): number[][] {
  const margins = ensembles.map((booster) => booster.margins(columns, rows));
  return Array.from({ length: rows }, (_, row) => {
    const mean = Float64Array.from(
      { length: classes },
      (__, k) => margins.reduce((sum, own) => sum + own[row * classes + k]!, 0) / margins.length,
    );
    softmaxInPlace(mean);
    return [...mean];
  });
}

/** The other modalities' opinions weighed against each other, the museum and the known properties. */
export class FusionModel implements TrainedModality {
  readonly name = 'fusion';
  readonly #fusions: readonly TaskFusion[];

  constructor(fusions: readonly TaskFusion[]) {
    this.#fusions = fusions;
  }

  async predict(
    cases: readonly Case[],
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<readonly (readonly Opinion[])[]> {
    const breathe = pace(options.signal, 'fusing opinions');
    await breathe();
    const opinions = cases.map((): Opinion[] => []);
    for (const { inputs, ensembles } of this.#fusions) {
      const { task, modalities } = inputs;
      const columns = fusionColumns(cases, inputs);
      const scores = fusedScores(ensembles, columns, cases.length, task.classes.length);
      for (const [row, candidate] of cases.entries()) {
        await breathe();
        const heard = scoresOf(candidate, task, modalities);
        if (heard.every((one) => one === undefined)) continue;
        const own = scores[row]!;
        opinions[row]!.push({
          task: task.name,
          scores: own,
          used: candidate.record.object,
          evidence: fusionEvidence(ensembles, inputs, singleRow(columns, row), heard, decisionOf(own)),
        });
      }
    }
    return opinions;
  }

  async save(folder: string): Promise<void> {
    const stored = {
      format: 1,
      tasks: this.#fusions.map(({ inputs: { task, modalities, properties }, balance, ensembles }) => ({
        name: task.name,
        classes: task.classes,
        modalities,
        properties,
        balance,
        ensembles: ensembles.map((booster) => booster.toJSON()),
      })),
    };
    await writeFile(path.join(folder, modelFile), `${JSON.stringify(stored)}\n`);
  }

  describe(): ModalityDescription {
    const heard = fusable.filter((name) =>
      this.#fusions.some(({ inputs }) => inputs.modalities.includes(name)),
    );
    return {
      modality: 'fusion',
      encoder: `opinions of ${heard.join(', ')}, museum and known properties`,
      encoderTier: 'none',
      explanation:
        `Weighs what ${heard.join(', ')} say of the object against each other, one by one and pooled, together with the ` +
        'museum and the properties already known, by gradient-boosted decision trees trained on records whose value is known.',
      parameters: Object.fromEntries<string | number>(
        this.#fusions.flatMap(({ inputs: { task, modalities, properties }, balance, ensembles }) => [
          [`${task.name}.modalities`, modalities.join(', ')],
          [`${task.name}.properties`, properties.map(({ name }) => name).join(', ')],
          [`${task.name}.classWeightExponent`, balance],
          [`${task.name}.rounds`, ensembles.map(({ rounds }) => rounds).join(', ')],
        ]),
      ),
    };
  }
}

/** Reads what `FusionModel.save` wrote. Throws LacunaError MODEL_INVALID naming the damaged file. */
export async function loadFusionModel(folder: string, tasks: readonly LearnableTask[]): Promise<FusionModel> {
  const file = path.join(folder, modelFile);
  const stored = await readModelJson(folder, modelFile, modelSchema);
  const wanted = matchTasks(file, stored.tasks, tasks);
  const fusions = stored.tasks.map((saved): TaskFusion => {
    const { name, classes, modalities, properties, balance } = saved;
    const inputs: FusionInputs = { task: { name, classes }, modalities, properties };
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
    return { inputs, balance, ensembles };
  });
  return new FusionModel(fusions.filter(({ inputs }) => wanted.has(inputs.task.name)));
}
