import path from 'node:path';
import { isLacunaError, LacunaError } from '../config/errors.js';
import type { Progress } from '../config/progress.js';
import { splitCases, tasksToLearn } from '../enrichment/learnable.js';
import { Skips, type SkipEntry } from '../enrichment/skips.js';
import type { SplitSummary } from '../learning/splits/summary.js';
import type { EncoderManifest } from '../modalities/image/encoders/encoder-folder.js';
import { checkIsFree, writeEncoderFolder } from '../modalities/image/encoders/write-encoder-folder.js';
import { startWeights } from '../modalities/image/tuning/start-weights.js';
import { tuneEncoder, type TunedNetwork } from '../modalities/image/tuning/tune-encoder.js';
import type { Context } from './context.js';
import { newPhotographFailures, type Workshop } from './enrichment.js';
import { readSplitCollection } from './split-collection.js';

/** What came of tuning. */
export interface Tuned extends Pick<TunedNetwork, 'backend' | 'validations'> {
  readonly folder: string;
  readonly manifest: EncoderManifest;
  readonly split: SplitSummary;
  readonly skips: readonly SkipEntry[];
}

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

/**
 * Tunes a network on the photographs of the training records, and writes it into a folder that is not there yet.
 *
 * @throws LacunaError before the collection is read when weights, settings or folder are wrong; CANCELLED when aborted
 */
export async function tune(
  context: Context,
  workshop: Workshop,
  folder: string,
  shell: { progress: Progress; signal?: AbortSignal | undefined },
): Promise<Tuned> {
  const { config, profile } = context;
  const { training, photographs } = config;
  const { tune: section, branch } = config.modalities.image;
  const { seed } = training;
  const settings = { ...section, branch };
  const place = path.resolve(folder);
  const [start] = await allAtOnce(startWeights({ ...settings, seed }), checkIsFree(place));
  const skips = new Skips();
  const photographFailures = newPhotographFailures(workshop.photographs);
  const { records, splits, summary } = await readSplitCollection(context, workshop, skips, shell);
  const { tasks } = tasksToLearn(records, splits, profile);
  const { train, validation } = splitCases(records, splits, tasks);
  const { maximumBytes, maximumPixels } = photographs;
  const data = { train, validation, tasks, reader: workshop.photographs, maximumBytes, maximumPixels };
  const { manifest, tuned, model, backend, validations } = await tuneEncoder(start, settings, data, {
    ...shell,
    seed,
  });
  const objects = new Set(records.map(({ object }) => object));
  shell.signal?.throwIfAborted();
  const written = await writeEncoderFolder(place, {
    manifest: { name: path.basename(place), ...manifest },
    tuned: { ...tuned, facts: { ...tuned.facts, lacuna: context.version } },
    model,
    splits: new Map([...splits].filter(([object]) => objects.has(object))),
  });
  skips.addPhotographs(photographFailures());
  return { folder: place, manifest: written, backend, validations, split: summary, skips: skips.list() };
}
