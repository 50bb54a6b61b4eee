import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silent } from '../../src/config/progress.js';
import { OcclusionExplanations } from '../../src/enrichment/photograph-explanations.js';
import type { PhotographReader } from '../../src/media/photograph-reader.js';
import type { LabelledCase, LearnableTask } from '../../src/modalities/case.js';
import { builtInEncoder } from '../../src/modalities/image/encoders/built-in-encoder.js';
import type { Encoder } from '../../src/modalities/image/encoders/encoder.js';
import { createImageModality } from '../../src/modalities/image/index.js';
import { PhotographExplainer } from '../../src/modalities/image/occlusion/photograph-explainer.js';
import { ModelRegistry } from '../../src/models/registry.js';
import { smallCard } from '../enrichment/small-card.js';
import { record } from '../modalities/collection.js';
import type { MemoryStore } from './memory-store.js';
import { config, profile } from './serving.js';
import { collectionStore, dots } from './small-collection.js';

const tasks: readonly LearnableTask[] = [
  { name: 'place', classes: ['FR', 'IT'] },
  { name: 'depiction', classes: ['flower', 'bird'] },
];

/** A small collection whose predictions a trained model says it made, on this machine. */
export interface ExplainedCollection {
  readonly store: MemoryStore;
  /** Version of the model. */
  readonly version: string;
  /** Where the models are, and whatever else there is. */
  readonly folder: string;
  readonly registry: ModelRegistry;
  /** Explanations; anew, so that nothing is remembered. */
  explanations(parts?: {
    readonly encoder?: Encoder;
    readonly photographs?: PhotographReader;
  }): OcclusionExplanations;
  remove(): Promise<void>;
}

/** Trains an image model on pictures of dots and puts it into a registry; maps are kept in `maps` below `folder`. */
export async function explainedCollection(): Promise<ExplainedCollection> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-explained-'));
  const registry = new ModelRegistry(path.join(folder, 'models'));
  const cases = Array.from({ length: 12 }, (_, index): LabelledCase => {
    const images = [{ node: 'http://example.org/image', url: `https://photographs.example/t-${index}.jpg` }];
    const labels = { place: index % 2, depiction: Math.floor(index / 2) % 2 };
    return { record: record(index, { images }), opinions: {}, labels };
  });
  const modality = createImageModality({ imbalance: 'focal', photographs: dots });
  const model = await modality.train(cases, cases, { tasks, seed: 1, progress: silent });
  const staged = await registry.stage(profile.id);
  await mkdir(path.join(staged, 'image'));
  await model.save(path.join(staged, 'image'));
  const {
    version: _version,
    files: _files,
    ...draft
  } = smallCard({
    profile: profile.id,
    tasks: tasks.map(({ name, classes }) => ({
      name,
      classes: [...classes],
      labelCounts: classes.map(() => 6),
      threshold: 0.5,
      foreignThreshold: 0.5,
    })),
  });
  const { card } = await registry.commit(staged, draft);
  const store = await collectionStore(card.version);
  return {
    store,
    version: card.version,
    folder,
    registry,
    explanations: ({ encoder = builtInEncoder, photographs = dots } = {}) =>
      new OcclusionExplanations({
        store,
        profile,
        graphs: config.graphs,
        namespace: config.provenance.namespace,
        registry,
        explainer: new PhotographExplainer({
          encoder: () => Promise.resolve(encoder),
          photographs,
          maximumBytes: 10_000_000,
          maximumPixels: 100_000_000,
          maps: { folder: path.join(folder, 'maps'), maximumBytes: 1_000_000, now: Date.now },
        }),
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
