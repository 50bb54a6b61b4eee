import { LacunaError } from '../../../config/errors.js';
import { chooseBackend, type Backend } from '../../../learning/backend.js';
import { courseFacts } from '../../../learning/early-stopping.js';
import { focalGamma, type ImbalanceStrategy } from '../../../learning/imbalance.js';
import { seededRandom, shuffled } from '../../../learning/random.js';
import type { PhotographReader } from '../../../media/photograph-reader.js';
import { writeOnnx } from '../../../models/onnx/write-onnx.js';
import type { LabelledCase } from '../../case.js';
import { labelMatrix } from '../../label-matrix.js';
import { isLabelled, learnableFrom } from '../../train-feature-heads.js';
import type { TunedFacts } from '../../tuned-encoder/tuned-facts.js';
import {
  startedFrom,
  tasksInWords,
  tuningProgress,
  type TuneCases,
  type TunedNetwork,
  type TuneShell,
} from '../../tuned-encoder/tuning.js';
import type { EncoderManifest } from '../encoders/encoder-folder.js';
import { nothingToSee } from '../nothing-to-see.js';
import { fineTune, type FineTuning, type FineTuningParameters } from '../resnet/fine-tuning.js';
import type { LabelledPhotographs } from '../resnet/frozen-activations.js';
import { networkDeviation, networkInputs, networkMean } from '../resnet/network-inputs.js';
import { resNetGraph } from '../resnet/onnx-graph.js';
import { withStatistics, type ArchitectureName } from '../resnet/random-network.js';
import { TuningPhotographs } from './photographs.js';
import type { Start, WeightsFile } from './start-weights.js';

/** How a network is tuned; what is left out depends on whether there are weights to start from. */
export interface TuneSettings {
  readonly architecture?: ArchitectureName | undefined;
  readonly weights?: WeightsFile | undefined;
  readonly licence?: string | undefined;
  /** Residual blocks to train, from the last on; everything where there are no weights to start from. */
  readonly blocks?: number | undefined;
  /** Side of the photographs in pixels. */
  readonly size?: number | undefined;
  /** Augmented views of each training photograph, of which each epoch draws one; 0 shows it as it is. */
  readonly views?: number | undefined;
  readonly imbalance: ImbalanceStrategy;
  readonly branch: number;
  readonly epochs: number;
  readonly patience: number;
  readonly batch: number;
  readonly learningRate?: number | undefined;
  readonly backend: Backend['name'] | 'auto';
}

/** Which photographs, of which labels, and how they are read. */
export interface TuneData extends TuneCases {
  readonly reader: PhotographReader;
  readonly maximumBytes: number;
  readonly maximumPixels: number;
}

const fixed = { hidden: 128, dropout: 0.5, gamma: focalGamma, weightDecay: 1e-4 };
/** Photographs that the statistics of a network drawn by lot are taken over. */
const statisticsOver = 64;

/** The settings with what was left out. */
function complete(settings: TuneSettings) {
  const { weights } = settings;
  return {
    ...settings,
    blocks: weights === undefined ? ('everything' as const) : (settings.blocks ?? 2),
    size: settings.size ?? (weights === undefined ? 96 : 224),
    views: settings.views ?? (weights === undefined ? 32 : 4),
    learningRate: settings.learningRate ?? (weights === undefined ? 1e-3 : 1e-4),
  };
}

async function withStartingStatistics(
  { tensors, architecture, sha256 }: Start,
  photographs: TuningPhotographs,
  seed: number,
): Promise<Start['tensors']> {
  if (sha256 !== undefined) return tensors;
  const rows = shuffled([...photographs.examples.keys()], seededRandom(seed)).slice(0, statisticsOver);
  const inputs = networkInputs(await photographs.pixels(rows));
  try {
    return withStatistics(tensors, architecture, inputs);
  } finally {
    inputs.dispose();
  }
}

function provenance(
  { weights, licence }: TuneSettings,
  { sha256 }: Start,
): { readonly licence: string; readonly tuned: Pick<TunedFacts, 'start'> } {
  if (weights === undefined || sha256 === undefined) {
    return { licence: licence ?? 'that of the photographs it was trained on', tuned: {} };
  }
  return { licence: licence ?? weights.licence, tuned: { start: startedFrom(weights, sha256) } };
}

/**
 * Tunes a residual network on the photographs of labelled records: multi-task heads on top of it with the loss of known
 * labels, augmented views, and the epoch of the best macro-F1 on validation records. Only the network is kept; `lacuna train` fits
 * heads of its own to what it says.
 *
 * @param start from `startWeights` with the same settings
 * @throws LacunaError INPUT_INVALID when no task has readable photographs of two classes, CANCELLED when aborted
 */
export async function tuneEncoder(
  start: Start,
  given: TuneSettings,
  data: TuneData,
  { seed, progress, signal }: TuneShell,
): Promise<TunedNetwork<EncoderManifest>> {
  const settings = complete(given);
  const { size: side, views } = settings;
  const [train, validation] = [data.train, data.validation].map((cases) => cases.filter(isLabelled)) as [
    LabelledCase[],
    LabelledCase[],
  ];
  const { reader, maximumBytes, maximumPixels } = data;
  const reading = { reader, side, maximumBytes, maximumPixels, seed, signal };
  const total = train.length + validation.length;
  const shown = await TuningPhotographs.read(train, reading, (done) =>
    progress('reading photographs', done, total),
  );
  const watched = await TuningPhotographs.read(validation, reading, (done) =>
    progress('reading photographs', train.length + done, total),
  );
  const tasks = learnableFrom(data.tasks, shown.examples);
  if (tasks.length === 0) throw new LacunaError('INPUT_INVALID', `${nothingToSee(data.train.length)}.`);

  const backend = await chooseBackend(undefined, settings.backend === 'auto' ? undefined : settings.backend);
  const labelled = (photographs: TuningPhotographs, count: number): LabelledPhotographs => ({
    rows: photographs.examples.length,
    classes: tasks.map(({ classes }) => classes.length),
    labels: labelMatrix(photographs.examples, tasks),
    views: count,
    pixels: photographs.pixels,
  });
  const parameters: FineTuningParameters = {
    ...fixed,
    trainableBlocks: settings.blocks,
    branch: settings.branch,
    strategy: settings.imbalance,
    learningRate: settings.learningRate,
    batchSize: settings.batch,
    maximumEpochs: settings.epochs,
    judgedBy: 'macroF1',
    patience: settings.patience,
    epochsWithoutValidation: settings.epochs,
    seed,
  };
  const { onPart, onEpoch } = tuningProgress(progress, settings.epochs);
  const result = await fineTune(
    await withStartingStatistics(start, shown, seed),
    start.file,
    labelled(shown, views),
    labelled(watched, 0),
    parameters,
    { signal, onBatch: onPart, onEpoch },
  );
  const { licence, tuned } = provenance(given, start);
  return {
    model: writeOnnx(resNetGraph(result.tensors, start.file)),
    manifest: {
      licence,
      size: side,
      crop: 1,
      resize: 'crop',
      // As `decodePhotograph` does, which training has seen its photographs through.
      interpolation: 'lanczos',
      mean: [...networkMean],
      std: [...networkDeviation],
      input: 'pixels',
      output: 'features',
      length: start.architecture.features,
      pooling: 'none',
    },
    tuned: {
      ...tuned,
      facts: {
        ...facts(settings, start, backend, result),
        seed,
        tasks: tasksInWords(tasks),
        trainingPhotographs: shown.examples.length,
        validationPhotographs: watched.examples.length,
      },
    },
    backend,
    validations: result.validations,
  };
}

function facts(
  settings: ReturnType<typeof complete>,
  { architecture: { kind, blocks } }: Start,
  { name, device }: Backend,
  result: FineTuning,
): TunedFacts['facts'] {
  const { imbalance, learningRate, batch, views, branch } = settings;
  const { gamma, ...others } = fixed;
  return {
    architecture:
      settings.architecture ?? (settings.weights === undefined ? 'small' : `${blocks.length} ${kind} blocks`),
    trainedBlocks: settings.blocks,
    views,
    imbalance,
    ...(imbalance === 'focal' ? { gamma } : {}),
    ...others,
    branch,
    learningRate,
    batch,
    ...courseFacts(result),
    backend: name,
    device,
  };
}
