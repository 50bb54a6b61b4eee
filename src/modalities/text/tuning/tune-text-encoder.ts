import { chooseBackend, type Backend } from '../../../learning/backend.js';
import { courseFacts } from '../../../learning/early-stopping.js';
import { focalGamma, type ImbalanceStrategy } from '../../../learning/imbalance.js';
import { writeOnnx } from '../../../models/onnx/write-onnx.js';
import { pace } from '../../cancellation.js';
import type { LabelledCase } from '../../case.js';
import { labelMatrix } from '../../label-matrix.js';
import { isLabelled, learnableFrom } from '../../train-feature-heads.js';
import {
  startedFrom,
  tasksInWords,
  tuningProgress,
  type TuneCases,
  type TunedNetwork,
  type TuneShell,
} from '../../tuned-encoder/tuning.js';
import { descriptionText, nothingToLearn, type TextLimits } from '../description.js';
import type { TextEncoderManifest } from '../encoded/encoder-folder.js';
import type { TokenPooling } from '../transformer/token-inputs.js';
import { graphNames, transformerGraph } from '../transformer/onnx-graph.js';
import { fineTuneText, type LabelledTexts, type TextTuningParameters } from './fine-tuning.js';
import type { TextStart } from './start-network.js';

/** How a network is tuned on texts. */
export interface TuneTextSettings extends TextLimits {
  /** Licence of what comes out; that of the weights when left out. */
  readonly licence?: string | undefined;
  /** Layers to train, from the last on; everything when left out. */
  readonly blocks?: number | undefined;
  readonly pooling: TokenPooling;
  readonly dropout: number;
  readonly imbalance: ImbalanceStrategy;
  readonly epochs: number;
  readonly patience: number;
  readonly batch: number;
  readonly accumulate: number;
  readonly learningRate: number;
  readonly warmup: number;
  readonly weightDecay: number;
  readonly backend: Backend['name'] | 'auto';
}

// The largest length of a step's gradients, as BERT and RoBERTa are tuned with.
const clip = 1;
const usualOverlap = 64;

/** A description's tokens, and the labels of its record. */
interface Example extends Pick<LabelledCase, 'labels'> {
  readonly tokens: readonly number[];
}

/** The descriptions of labelled records as tokens, the shortest first; what does not fit the network is cut off. */
async function examplesOf(
  cases: readonly LabelledCase[],
  { tokenizer, maximumTokens }: TextStart,
  limits: TextLimits,
  report: () => Promise<void>,
): Promise<readonly Example[]> {
  const { before, after } = tokenizer;
  const room = maximumTokens - before.length - after.length;
  const examples: Example[] = [];
  for (const { record, labels } of cases) {
    await report();
    const text = descriptionText(record, limits);
    if (text === undefined) continue;
    examples.push({ tokens: [...before, ...tokenizer.ids(text).slice(0, room), ...after], labels });
  }
  return examples.sort((a, b) => a.tokens.length - b.tokens.length);
}

/**
 * Tunes a RoBERTa or XLM-R on the descriptions of labelled records, see `fineTuneText`. Only the network is kept; `lacuna train`
 * fits heads of its own to what it says.
 *
 * @throws LacunaError INPUT_INVALID when no task has descriptions of two classes, CANCELLED when aborted
 */
export async function tuneTextEncoder(
  start: TextStart,
  settings: TuneTextSettings,
  { train, validation, tasks: wanted }: TuneCases,
  { seed, progress, signal }: TuneShell,
): Promise<TunedNetwork<TextEncoderManifest>> {
  const [labelled, watched] = [train.filter(isLabelled), validation.filter(isLabelled)];
  let done = 0;
  const breathe = pace(signal, 'reading descriptions');
  const report = async (): Promise<void> => {
    await breathe();
    progress('reading descriptions', ++done, labelled.length + watched.length);
  };
  const examples = await examplesOf(labelled, start, settings, report);
  const held = await examplesOf(watched, start, settings, report);
  const tasks = learnableFrom(wanted, examples);
  if (tasks.length === 0) throw nothingToLearn(examples.length, train.length, settings);

  const backend = await chooseBackend(undefined, settings.backend === 'auto' ? undefined : settings.backend);
  const texts = (those: readonly Example[]): LabelledTexts => ({
    rows: those.length,
    classes: tasks.map(({ classes }) => classes.length),
    labels: labelMatrix(those, tasks),
    tokens: those.map(({ tokens }) => tokens),
  });
  const { pooling, epochs, batch, imbalance, blocks = 'everything' } = settings;
  const { dropout, learningRate, warmup, weightDecay, accumulate, patience } = settings;
  const numbers = { dropout, learningRate, warmup, weightDecay, accumulate };
  const parameters: TextTuningParameters = {
    ...numbers,
    part: blocks,
    pooling,
    strategy: imbalance,
    gamma: focalGamma,
    clip,
    batchSize: batch,
    maximumEpochs: epochs,
    judgedBy: 'macroF1',
    patience,
    epochsWithoutValidation: epochs,
    seed,
  };
  const { onPart, onEpoch } = tuningProgress(progress, epochs);
  const { architecture, origin, maximumTokens, tokenizerBytes } = start;
  const { tensors, ...course } = await fineTuneText(
    start.tensors,
    architecture,
    texts(examples),
    texts(held),
    parameters,
    { signal, onStep: onPart, onEpoch },
  );
  return {
    model: writeOnnx(transformerGraph(tensors, architecture)),
    tokenizer: tokenizerBytes,
    manifest: {
      licence: settings.licence ?? origin.licence,
      languages: [...origin.languages],
      maximumLength: maximumTokens,
      overlap: Math.min(usualOverlap, Math.floor(maximumTokens / 4)),
      pooling,
      inputs: { ids: graphNames.ids, mask: graphNames.mask, types: null },
      prefix: '',
      output: graphNames.output,
      length: architecture.width,
    },
    tuned: {
      start: startedFrom(origin, start.sha256),
      facts: {
        architecture: `${architecture.layers} layers of ${architecture.width}`,
        trainedBlocks: blocks,
        ...numbers,
        batch,
        clip,
        imbalance,
        ...(imbalance === 'focal' ? { gamma: focalGamma } : {}),
        ...courseFacts(course),
        backend: backend.name,
        device: backend.device,
        seed,
        tasks: tasksInWords(tasks),
        trainingTexts: examples.length,
        validationTexts: held.length,
      },
    },
    backend,
    validations: course.validations,
  };
}
