import path from 'node:path';
import type { Config } from '../config/load-config.js';
import { onceItWorks } from '../config/once-it-works.js';
import type { DiskCacheOptions } from '../media/disk-cache.js';
import {
  createPhotographReader,
  type CountingPhotographReader,
  type PhotographReader,
} from '../media/photograph-reader.js';
import {
  createFusionModality,
  createPublishedFusionModality,
  type FusionModality,
} from '../modalities/fusion/index.js';
import { openPretrainedEncoder } from '../modalities/image/encoders/pretrained-encoder.js';
import { builtInEncoder } from '../modalities/image/encoders/built-in-encoder.js';
import type { Encoder } from '../modalities/image/encoders/encoder.js';
import { createImageModality } from '../modalities/image/index.js';
import { PhotographExplainer } from '../modalities/image/occlusion/photograph-explainer.js';
import type { Modality } from '../modalities/modality.js';
import { createTabularModality } from '../modalities/tabular/index.js';
import { publishedParameters, type ParametersOf } from '../modalities/tabular/hyper-parameters.js';
import { createEncodedTextModality } from '../modalities/text/encoded/index.js';
import { openTextEncoder } from '../modalities/text/encoded/text-encoder.js';
import { createTextModality } from '../modalities/text/index.js';
import { createVocabularyModality, type VocabularyModality } from '../modalities/vocabulary/index.js';
import type { Lexicon } from '../vocabulary/lexicon.js';
import type { Task } from '../vocabulary/profile.js';

// About 100,000 photographs of 2048 features.
const maximumFeatureBytes = 1_000_000_000;
// About 100,000 texts of 768 features.
const maximumTextFeatureBytes = 300_000_000;
// About 20,000 maps.
const maximumMapBytes = 20_000_000;

/** The modalities that are switched on, in the order they are trained and reported. */
export interface ConfiguredModalities {
  readonly modalities: readonly Modality[];
  /** The ways of fusing that are compared on validation; none when fusion is switched off. */
  readonly fusions: readonly FusionModality[];
  /** What answers properties with too few known values to learn from; absent when it is switched off. */
  readonly vocabulary?: VocabularyModality | undefined;
}

function configuredFusions(fusion: Config['modalities']['fusion']): FusionModality[] {
  const { imbalance, variant, published } = fusion;
  return [
    ...(variant === 'published' ? [] : [createFusionModality({ imbalance })]),
    ...(variant === 'scores' ? [] : [createPublishedFusionModality({ imbalance, ...published })]),
  ];
}

/** The parameters the configuration gives, else the published ones; what it leaves out of a task's is as published. */
export function givenParameters(given: Config['modalities']['tabular']['parameters']): ParametersOf {
  return (task) => ({ ...publishedParameters(task), ...(Object.hasOwn(given, task) ? given[task] : {}) });
}

/** Opens the encoder of photographs once for all that ask: a pretrained one has a process of its own. */
export function configuredEncoder({ modalities }: Config): () => Promise<Encoder> {
  const { encoder } = modalities.image;
  return encoder === 'built-in'
    ? async () => Promise.resolve(builtInEncoder)
    : onceItWorks(async () => openPretrainedEncoder(encoder));
}

/** A folder below the state folder for what can be computed again. */
function keptBelow({ state }: Config, folder: string, maximumBytes: number): DiskCacheOptions {
  return { folder: path.join(state, folder), maximumBytes, now: Date.now };
}

/** The same for what comes of photographs; none where nothing of them is to be kept. */
function keptIn(config: Config, folder: string, maximumBytes: number): DiskCacheOptions | undefined {
  return config.photographs.cache.enabled ? keptBelow(config, folder, maximumBytes) : undefined;
}

/** What explains decisions on photographs, in place of what the modalities do. */
export function configuredExplainer(
  config: Config,
  photographs: PhotographReader,
  encoder: () => Promise<Encoder>,
): PhotographExplainer {
  const { maximumPixels, maximumBytes } = config.photographs;
  const maps = keptIn(config, 'maps', maximumMapBytes);
  return new PhotographExplainer({ encoder, photographs, maximumPixels, maximumBytes, maps });
}

/** The text modality: n-grams, or a pretrained encoder and where what it makes of texts is kept. */
function configuredText(config: Config, readLexicon: () => Lexicon): Modality {
  const { text } = config.modalities;
  const { encoder } = text;
  const lexicon = text.mentions ? readLexicon() : undefined;
  if (encoder === 'built-in') return createTextModality({ ...text, lexicon });
  const features = keptBelow(config, 'text-features', maximumTextFeatureBytes);
  const { explainingPasses } = encoder;
  return createEncodedTextModality({
    ...text,
    encoder: async () => openTextEncoder(encoder),
    explainingPasses,
    features,
  });
}

/** Makes the modalities as the configuration describes them. */
export function configuredModalities(
  config: Config,
  photographs: CountingPhotographReader,
  encoder: () => Promise<Encoder>,
  { tasks, lexicon }: { readonly tasks: readonly Task[]; readonly lexicon: () => Lexicon },
): ConfiguredModalities {
  const { image, text, tabular, vocabulary, fusion } = config.modalities;
  const { maximumPixels, maximumBytes } = config.photographs;
  const modalities: Modality[] = [];
  if (tabular.enabled)
    modalities.push(createTabularModality({ ...tabular, parametersOf: givenParameters(tabular.parameters) }));
  if (text.enabled) modalities.push(configuredText(config, lexicon));
  if (image.enabled) {
    // What the built-in encoder does takes less than reading from disk is worth.
    const features =
      image.encoder === 'built-in' ? undefined : keptIn(config, 'features', maximumFeatureBytes);
    modalities.push(
      createImageModality({ ...image, encoder, features, photographs, maximumPixels, maximumBytes }),
    );
  }
  const { maximumLength } = text;
  return {
    modalities,
    fusions: fusion.enabled ? configuredFusions(fusion) : [],
    vocabulary: vocabulary.enabled ? createVocabularyModality({ maximumLength, tasks, lexicon }) : undefined,
  };
}

/** The photograph reader as configured. */
export function configuredPhotographs(config: Config): CountingPhotographReader {
  const { cache, ...photographs } = config.photographs;
  return createPhotographReader({
    ...photographs,
    cache: cache.enabled ? { ...cache, folder: path.join(config.state, 'photographs') } : undefined,
  });
}
