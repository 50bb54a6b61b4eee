import path from 'node:path';
import { isLacunaError, LacunaError } from '../config/errors.js';
import type { Progress } from '../config/progress.js';
import { splitCases, tasksToLearn } from '../enrichment/learnable.js';
import { Skips, type SkipEntry } from '../enrichment/skips.js';
import type { SplitSummary } from '../learning/splits/summary.js';
import type { EncoderManifest } from '../modalities/image/encoders/encoder-folder.js';
import { startWeights } from '../modalities/image/tuning/start-weights.js';
import { tuneEncoder } from '../modalities/image/tuning/tune-encoder.js';
import type { TextEncoderManifest } from '../modalities/text/encoded/encoder-folder.js';
import { startNetwork } from '../modalities/text/tuning/start-network.js';
import { tuneTextEncoder } from '../modalities/text/tuning/tune-text-encoder.js';
import type { TuneCases, TunedNetwork, TuneShell } from '../modalities/tuned-encoder/tuning.js';
import { checkIsFree, writeEncoderFolder } from '../modalities/tuned-encoder/write-encoder-folder.js';
import type { Context } from './context.js';
import { newPhotographFailures, type Workshop } from './enrichment.js';
import { readSplitCollection } from './split-collection.js';

/** The modalities an encoder can be tuned for. */
export const tunable = ['image', 'text'] as const;
/** One of `tunable`. */
export type Tunable = (typeof tunable)[number];

type Manifest = EncoderManifest | TextEncoderManifest;

/** What came of tuning. */
export interface Tuned extends Pick<TunedNetwork<Manifest>, 'backend' | 'validations'> {
  readonly modality: Tunable;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly split: SplitSummary;
  readonly skips: readonly SkipEntry[];
}

/** Trains on the records, once what it starts from has been found sound. */
type Tune = (cases: TuneCases, shell: TuneShell) => Promise<TunedNetwork<Manifest>>;

/** The results of several pieces of work; when more than one fails, one failure with the problems of all. */
async function allAtOnce<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  const [one, other] = await Promise.allSettled([first, second]);
  if (one.status === 'fulfilled' && other.status === 'fulfilled') return [one.value, other.value];
  const errors: unknown[] = [one, other].flatMap((each) =>
    each.status === 'rejected' ? [each.reason as unknown] : [],
  );
  const known = errors.filter((error) => isLacunaError(error));
  if (errors.length === 1 || known.length < errors.length) throw errors[0];
  throw new LacunaError('INPUT_INVALID', 'Several things have to be mended first:', {
    problems: known.flatMap(({ message, problems }) => [
      message,
      // Some messages tell the problems themselves.
      ...problems.filter((problem) => !message.includes(problem)),
    ]),
  });
}

const preparations: Readonly<
  Record<Tunable, (config: Context['config'], workshop: Workshop) => Promise<Tune>>
> = {
  async image({ modalities, training, photographs }, { photographs: reader }) {
    const { tune: section, branch } = modalities.image;
    const settings = { ...section, branch };
    const { maximumBytes, maximumPixels } = photographs;
    const start = await startWeights({ ...settings, seed: training.seed });
    return async (cases, shell) =>
      tuneEncoder(start, settings, { ...cases, reader, maximumBytes, maximumPixels }, shell);
  },
  async text({ modalities }) {
    const { tune: settings, minimumLength, maximumLength } = modalities.text;
    const start = await startNetwork(settings);
    return async (cases, shell) =>
      tuneTextEncoder(start, { ...settings, minimumLength, maximumLength }, cases, shell);
  },
};

/**
 * Tunes a network on the photographs or the descriptions of the training records, and writes it into a folder that is not there
 * yet.
 *
 * @throws LacunaError before the collection is read when weights, settings or folder are wrong; CANCELLED when aborted
 */
export async function tune(
  context: Context,
  workshop: Workshop,
  modality: Tunable,
  folder: string,
  shell: { progress: Progress; signal?: AbortSignal | undefined },
): Promise<Tuned> {
  const { config, profile } = context;
  const place = path.resolve(folder);
  const [train] = await allAtOnce(preparations[modality](config, workshop), checkIsFree(place));
  const skips = new Skips();
  const photographFailures = newPhotographFailures(workshop.photographs);
  const { records, splits, summary } = await readSplitCollection(context, workshop, skips, shell);
  const { tasks } = tasksToLearn(records, splits, profile);
  const cases = splitCases(records, splits, tasks);
  const { seed } = config.training;
  const { manifest, tuned, model, tokenizer, backend, validations } = await train(
    { ...cases, tasks },
    { ...shell, seed },
  );
  const objects = new Set(records.map(({ object }) => object));
  shell.signal?.throwIfAborted();
  const written = await writeEncoderFolder<Manifest>(place, {
    manifest: { name: path.basename(place), ...manifest },
    tuned: { ...tuned, facts: { ...tuned.facts, lacuna: context.version } },
    model,
    tokenizer,
    splits: new Map([...splits].filter(([object]) => objects.has(object))),
  });
  skips.addPhotographs(photographFailures());
  return {
    modality,
    folder: place,
    manifest: written,
    backend,
    validations,
    split: summary,
    skips: skips.list(),
  };
}
