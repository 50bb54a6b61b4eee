import path from 'node:path';
import type { Config } from './schema/index.js';

/** A profile is named by a word, or by a path to a YAML file. */
function resolveProfile(profile: string, folder: string): string {
  return /[/\\]|\.ya?ml$/i.test(profile) ? path.resolve(folder, profile) : profile;
}

/** The configuration with every relative path (globs too) made absolute; paths start at `folder`. */
export function resolvePaths(config: Config, folder: string): Config {
  const absolute = (file: string): string => path.resolve(folder, file);
  const { store, training, photographs, modalities } = config;
  /** An encoder with the path of its folder made absolute. */
  const resolved = <Encoder extends { readonly folder: string }>(
    encoder: 'built-in' | Encoder,
  ): 'built-in' | Encoder =>
    encoder === 'built-in' ? encoder : { ...encoder, folder: absolute(encoder.folder) };
  /** How a network is tuned, with the path of the weights it starts from made absolute. */
  const from = <Weights extends object, Tune extends { readonly weights?: Weights }>(
    tune: Tune & { readonly weights?: Weights },
    place: (weights: Weights) => Partial<Weights>,
  ): Tune =>
    tune.weights === undefined ? tune : { ...tune, weights: { ...tune.weights, ...place(tune.weights) } };
  return {
    ...config,
    profile: resolveProfile(config.profile, folder),
    store:
      store.kind !== 'embedded'
        ? store
        : {
            ...store,
            files: store.files.map((file) =>
              typeof file === 'string' ? absolute(file) : { ...file, path: absolute(file.path) },
            ),
          },
    modalities: {
      ...modalities,
      image: {
        ...modalities.image,
        encoder: resolved(modalities.image.encoder),
        tune: from(modalities.image.tune, ({ file }) => ({ file: absolute(file) })),
      },
      text: {
        ...modalities.text,
        encoder: resolved(modalities.text.encoder),
        tune: from(modalities.text.tune, (weights) => ({ folder: absolute(weights.folder) })),
      },
    },
    vocabulary: { files: config.vocabulary.files.map(absolute) },
    training: {
      ...training,
      split:
        training.split.kind === 'file'
          ? { ...training.split, path: absolute(training.split.path) }
          : training.split,
    },
    photographs: {
      ...photographs,
      rewrite: photographs.rewrite.map(({ from, to }) => ({ from, to: absolute(to) })),
    },
    models: absolute(config.models),
    state: absolute(config.state),
  };
}
