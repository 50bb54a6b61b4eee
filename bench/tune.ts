/**
 * What a small network that is trained on the collection's photographs alone (`lacuna tune` without start weights) does for
 * photographs, on a generated sample collection: beside the built-in descriptors, and together with them (mean of the
 * logarithms of both models' scores). Macro-F1 of all classes and of the under-represented ones on test records, averaged
 * over the tasks, per seed and over seeds, each with a split of its own. Takes minutes per seed.
 *
 *     node dist/bench/tune.js [seeds, 3] [records, 800] [size, 96] [epochs, 40]
 */
import path from 'node:path';
import { silent } from '../src/config/progress.js';
import { openPretrainedEncoder } from '../src/modalities/image/encoders/pretrained-encoder.js';
import { writeEncoderFolder } from '../src/modalities/tuned-encoder/write-encoder-folder.js';
import { createImageModality } from '../src/modalities/image/index.js';
import { startWeights } from '../src/modalities/image/tuning/start-weights.js';
import { tuneEncoder } from '../src/modalities/image/tuning/tune-encoder.js';
import type { Opinion } from '../src/modalities/case.js';
import type { Modality } from '../src/modalities/modality.js';
import { dividedBySeed, figuresOf, spread, withSample, type Figures } from './image-figures.js';

const seeds = Array.from({ length: Number(process.argv[2] ?? 3) }, (_, index) => index + 1);
const count = Number(process.argv[3] ?? 800);
const size = Number(process.argv[4] ?? 96);
const epochs = Number(process.argv[5] ?? 40);

type Opinions = readonly (readonly Opinion[])[];

/** Mean of the logarithms of both opinions' scores; the only opinion where there is one. */
function together(first: Opinions, second: Opinions): Opinions {
  return first.map((opinions, index) =>
    opinions.map((opinion) => {
      const other = second[index]!.find(({ task }) => task === opinion.task);
      if (other === undefined) return opinion;
      const scores = opinion.scores.map((score, k) => Math.sqrt(score * other.scores[k]!));
      return { ...opinion, scores };
    }),
  );
}

function row(name: string, figures: readonly Figures[]): string {
  const columns = (['all', 'rare', 'accuracy'] as const).map((which) =>
    spread(figures.map((each) => each[which])),
  );
  return `${name.padEnd(22)}${columns.join('')}`;
}

await withSample(count, async (sample) => {
  const { folder, context, workshop } = sample;
  const { photographs } = workshop;
  const { maximumBytes, maximumPixels } = context.config.photographs;
  const all = new Map<string, Figures[]>();
  console.log(
    `${count} generated records, photographs of ${size} pixels for the network; percent, means over the tasks`,
  );
  console.log(
    `${''.padEnd(22)}${['macro-F1', 'rare classes', 'accuracy'].map((title) => title.padStart(14)).join('')}`,
  );
  for (const seed of seeds) {
    const { splits, tasks, cases } = dividedBySeed(sample, seed);
    const settings = {
      imbalance: 'focal',
      branch: 0,
      size,
      epochs,
      patience: 8,
      batch: 32,
      backend: 'auto',
    } as const;
    const before = process.cpuUsage();
    const { manifest, backend, ...tuned } = await tuneEncoder(
      await startWeights({ seed }),
      settings,
      { ...cases, tasks, reader: photographs, maximumBytes, maximumPixels },
      { seed, progress: silent },
    );
    const { user, system } = process.cpuUsage(before);
    const place = path.join(folder, `encoder-${seed}`);
    const named = { ...manifest, name: `small-${seed}` };
    await writeEncoderFolder(place, { ...tuned, manifest: named, splits });
    const { epochs: done, bestEpoch } = tuned.tuned.facts;
    console.log(
      `seed ${seed}: ${String(done)} epochs, the best ${String(bestEpoch)}, ${((user + system) / 60e6).toFixed(1)} processor minutes on ${backend.name}`,
    );
    const answer = async (modality: Modality): Promise<Opinions> => {
      const model = await modality.train(cases.train, cases.validation, { tasks, seed, progress: silent });
      return model.predict(cases.test, { isExplained: false });
    };
    const builtIn = await answer(createImageModality({ imbalance: 'focal', photographs }));
    const encoder = async () => openPretrainedEncoder({ folder: place });
    const network = await answer(createImageModality({ imbalance: 'focal', photographs, encoder }));
    for (const [name, opinions] of [
      ['built-in descriptors', builtIn],
      ['small network', network],
      ['both together', together(builtIn, network)],
    ] as const) {
      const figures = figuresOf(tasks, cases.test, opinions);
      console.log(row(name, [figures]));
      all.set(name, [...(all.get(name) ?? []), figures]);
    }
  }
  console.log(`over ${seeds.length} seeds`);
  for (const [name, figures] of all) console.log(row(name, figures));
});
