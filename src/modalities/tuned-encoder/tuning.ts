import type { Progress } from '../../config/progress.js';
import type { Backend } from '../../learning/backend.js';
import type { Validation } from '../../learning/validation.js';
import type { LabelledCase, LearnableTask } from '../case.js';
import type { TunedFacts } from './tuned-facts.js';
import type { WrittenEncoder } from './write-encoder-folder.js';

/** The records an encoder is tuned on, and what it is to tell apart. */
export interface TuneCases {
  readonly train: readonly LabelledCase[];
  readonly validation: readonly LabelledCase[];
  readonly tasks: readonly LearnableTask[];
}

/** What tuning needs beside. All randomness comes from `seed`. */
export interface TuneShell {
  readonly seed: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** A tuned network, and how it went. */
export interface TunedNetwork<Manifest> extends Pick<
  WrittenEncoder<Manifest>,
  'tuned' | 'model' | 'tokenizer'
> {
  readonly manifest: Omit<WrittenEncoder<Manifest>['manifest'], 'name'>;
  readonly backend: Backend;
  /** How each epoch did on the validation records; empty without any. */
  readonly validations: readonly Validation[];
}

/** Where weights are from that training starts from. */
export interface Origin {
  readonly licence: string;
  readonly source?: string | undefined;
}

/** What `encoder.json` says of the weights that training started from. @param sha256 of their file */
export function startedFrom({ licence, source }: Origin, sha256: string): NonNullable<TunedFacts['start']> {
  return { sha256, licence, ...(source === undefined ? {} : { source }) };
}

/** What `encoder.json` says of the tasks, such as `place (10), technique (4)`. */
export const tasksInWords = (tasks: readonly LearnableTask[]): string =>
  tasks.map(({ name, classes }) => `${name} (${classes.length})`).join(', ');

/** Told to `progress` as a network is tuned: parts of an epoch, and epochs. */
export function tuningProgress(progress: Progress, epochs: number) {
  const label = 'tuning the network';
  let epoch = 0;
  return {
    onPart: (done: number, all: number): void => {
      progress(label, epoch * all + done, epochs * all);
    },
    onEpoch: (done: number, most: number): void => {
      epoch = done;
      if (done === most) progress(label, most, most);
    },
  };
}
