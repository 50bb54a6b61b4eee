import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Progress } from '../../src/config/progress.js';
import { Predictor } from '../../src/enrichment/predictor.js';
import { readCollection, type CollectionSource } from '../../src/enrichment/read-collection.js';
import { Enrichment, type EnrichmentParts } from '../../src/enrichment/run.js';
import { Skips } from '../../src/enrichment/skips.js';
import { trainBundle, type TrainingPlan } from '../../src/enrichment/training.js';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import type { Store } from '../../src/graph/store.js';
import { assignSplits } from '../../src/learning/splits/random.js';
import type { CollectionRecord } from '../../src/modalities/case.js';
import { createFusionModality } from '../../src/modalities/fusion/index.js';
import { createTabularModality } from '../../src/modalities/tabular/index.js';
import { ModelRegistry } from '../../src/models/registry.js';
import { loadProfile } from '../../src/vocabulary/load-profile.js';
import type { Profile } from '../../src/vocabulary/profile.js';
import { writeSmallCollection } from './small-collection.js';
import { smallSource } from './small-source.js';

const quiet: Progress = () => undefined;
export const predictionsGraph = 'http://example.org/predictions';
export const clock = (): Date => new Date('2026-03-01T03:00:00.000Z');

/** SILKNOW's place and technique, learnt from as few labels as the small collection has. */
export async function smallProfile(): Promise<Profile> {
  const profile = await loadProfile('silknow');
  const tasks = profile.tasks
    .filter(({ name }) => name === 'place' || name === 'technique')
    .map((task) => ({ ...task, minimumLabelCount: 5 }));
  return { ...profile, tasks };
}

/** Where predictions are logged in `folder`. */
export const logPath = (folder: string): string => path.join(folder, 'predictions.nq');

async function openSmallStore(
  folder: string,
  {
    records = 120,
    extra,
    predictions = predictionsGraph,
    history,
  }: { records?: number; extra?: string; predictions?: string; history?: string },
): Promise<Store> {
  const file = path.join(folder, 'collection.nq');
  if (!existsSync(file)) await writeSmallCollection(folder, records, extra);
  return openEmbeddedStore({
    files: [file],
    log: logPath(folder),
    writableGraphs: history === undefined ? [predictions] : [predictions, history],
  });
}

/**
 * An enrichment of the small collection, trained on first use with its models in `folder`: tabular and fusion, fixed clock,
 * fixed run ids. The collection is in `store`, which stays open at the end; without one it is written into `folder` and
 * opened as an embedded store.
 */
export async function trainedEnrichment(
  folder: string,
  options: {
    records?: number;
    extra?: string;
    store?: Store;
    wrap?: (store: Store) => Store;
    thresholds?: EnrichmentParts['thresholds'];
    seed?: number;
    /** What training is asked for beside the usual. */
    training?: Partial<TrainingPlan>;
    /** How records are understood, when it is not as usual. */
    understanding?: string;
    /** The predictions graph, when it is not the usual one. */
    predictions?: string;
    /** The graph that keeps what is replaced or taken back; none unless told. */
    history?: string;
    /** The clock; one that stands still unless told. */
    now?: () => Date;
    /** Folder of the models within `folder`. */
    models?: string;
    /** What tells the ids of this enrichment's runs from those of others. */
    suffix?: string;
    /** Seconds after which its claim on the graph lapses. */
    leaseSeconds?: number;
  } = {},
): Promise<{
  enrichment: Enrichment;
  store: Store;
  source: CollectionSource;
  registry: ModelRegistry;
  close: () => Promise<void>;
}> {
  const opened = options.store ?? (await openSmallStore(folder, options));
  const store = options.wrap?.(opened) ?? opened;
  const profile = await smallProfile();
  const source = smallSource(store, profile, options.understanding);
  const models = path.join(folder, options.models ?? 'models');
  const registry = new ModelRegistry(models);
  const modalities = [createTabularModality()];
  const fusion = createFusionModality();
  if (!existsSync(path.join(models, profile.id, 'current.json'))) {
    const records: CollectionRecord[] = [];
    for await (const batch of readCollection(source, { skips: new Skips() }))
      records.push(...batch.map(({ record }) => record));
    const seed = options.seed ?? 1;
    await trainBundle(
      records,
      {
        profile,
        modalities,
        fusions: [fusion],
        splits: assignSplits(
          records.map(({ object }) => object),
          { train: 0.6, validation: 0.2, test: 0.2 },
          seed,
        ),
        splitKind: 'random',
        seed,
        targetPrecision: 0.7,
        folds: 3,
        codeVersion: 'test',
        storeName: store.name,
        ...options.training,
      },
      { registry, now: clock, progress: quiet },
    );
  }
  const enrichment = new Enrichment({
    source,
    publishing: {
      predictionsGraph: options.predictions ?? predictionsGraph,
      historyGraph: options.history,
      namespace: 'http://example.org/lacuna/',
      agents: {},
    },
    thresholds: options.thresholds ?? { place: 0.3, technique: 0.3 },
    rereadAfterDays: 30,
    stateFolder: path.join(folder, 'state'),
    leaseSeconds: options.leaseSeconds,
    loadPredictor: async () => Predictor.load(await registry.current(profile.id), [...modalities, fusion]),
    photographFailures: () => [],
    now: options.now ?? clock,
    randomSuffix: () => options.suffix ?? 'test',
  });
  return {
    enrichment,
    store,
    source,
    registry,
    close: async () => (options.store === undefined ? opened.close() : undefined),
  };
}
