import path from 'node:path';
import type { Config } from '../config/load-config.js';
import { createPhotographReader, type CountingPhotographReader } from '../media/photograph-reader.js';
import {
  createFusionModality,
  createPublishedFusionModality,
  type FusionModality,
} from '../modalities/fusion/index.js';
import { openPretrainedEncoder } from '../modalities/image/encoders/pretrained-encoder.js';
import { createImageModality, type ImageModalityOptions } from '../modalities/image/index.js';
import type { Modality } from '../modalities/modality.js';
import { createTabularModality } from '../modalities/tabular/index.js';
import { publishedParameters, type ParametersOf } from '../modalities/tabular/hyper-parameters.js';
import { createTextModality } from '../modalities/text/index.js';
import type { Lexicon } from '../vocabulary/lexicon.js';

// About 100,000 photographs of 2048 features.
const maximumFeatureBytes = 1_000_000_000;

/** The modalities that are switched on, in the order they are trained and reported. */
export interface ConfiguredModalities {
  readonly modalities: readonly Modality[];
  /** The ways of fusing that are compared on validation; none when fusion is switched off. */
  readonly fusions: readonly FusionModality[];
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

/** The encoder of photographs, and where what a pretrained one makes of them is kept. */
function configuredEncoder(
  config: Config,
): Required<Pick<ImageModalityOptions, 'encoder'>> & Pick<ImageModalityOptions, 'features'> {
  const { encoder } = config.modalities.image;
  // The built-in one takes less than reading from disk is worth.
  if (encoder === 'built-in') return { encoder: undefined };
  const features = {
    folder: path.join(config.state, 'features'),
    maximumBytes: maximumFeatureBytes,
    now: Date.now,
  };
  return {
    encoder: async () => openPretrainedEncoder(encoder),
    ...(config.photographs.cache.enabled ? { features } : {}),
  };
}

/** Makes the modalities as the configuration describes them. */
export function configuredModalities(
  config: Config,
  photographs: CountingPhotographReader,
  lexicon: Lexicon | undefined,
): ConfiguredModalities {
  const { image, text, tabular, fusion } = config.modalities;
  const { maximumPixels, maximumBytes } = config.photographs;
  const modalities: Modality[] = [];
  if (tabular.enabled)
    modalities.push(createTabularModality({ ...tabular, parametersOf: givenParameters(tabular.parameters) }));
  if (text.enabled) modalities.push(createTextModality({ ...text, lexicon }));
  if (image.enabled)
    modalities.push(
      createImageModality({
        ...image,
        ...configuredEncoder(config),
        photographs,
        maximumPixels,
        maximumBytes,
      }),
    );
  return { modalities, fusions: fusion.enabled ? configuredFusions(fusion) : [] };
}

/** The photograph reader as configured. */
export function configuredPhotographs(config: Config): CountingPhotographReader {
  const { cache, ...photographs } = config.photographs;
  return createPhotographReader({
    ...photographs,
    cache: cache.enabled ? { ...cache, folder: path.join(config.state, 'photographs') } : undefined,
  });
}
