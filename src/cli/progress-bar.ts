import { SingleBar } from 'cli-progress';
import type { Progress } from '../config/progress.js';

/** Where progress is shown: a terminal gets a bar, anything else a line now and then. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Progress that can be wiped off the screen. */
export type StoppableProgress = Progress & {
  /** Ends the bar, so that other output does not run into it. Later progress starts a new one. */
  stop(): void;
};

const linesEveryMs = 10_000;

/** Labels may count along ("reading records (512)"); without the numbers they are the same piece of work. */
function workOf(label: string): string {
  return label.replace(/\d+/g, '#');
}

function stoppable(progress: Progress, stop: () => void): StoppableProgress {
  return Object.assign((label: string, done: number, total: number) => progress(label, done, total), {
    stop,
  });
}

function bars(stream: NodeJS.WritableStream): StoppableProgress {
  let bar: SingleBar | undefined;
  let current = { work: '', done: 0, total: 0 };
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const show: Progress = (label, done, total) => {
    const work = workOf(label);
    const isFinished = bar === undefined && current.work === work && current.done >= total;
    if (isFinished && done >= current.done && total === current.total) return;
    if (work !== current.work || total !== current.total || done < current.done) stop();
    if (bar === undefined) {
      bar = new SingleBar({
        stream,
        format: '{bar} {percentage} % | {value}/{total} | {eta_formatted} left | {label}',
        barCompleteChar: '█',
        barIncompleteChar: '░',
        barsize: 24,
        hideCursor: true,
        etaBuffer: 50,
      });
      bar.start(total, done, { label });
    }
    bar.update(done, { label });
    current = { work, done, total };
    if (done >= total) stop();
  };
  return stoppable(show, stop);
}

function lines(stream: ProgressStream, now: () => number): StoppableProgress {
  let current = { work: '', at: -Infinity, isFinished: false };
  const show: Progress = (label, done, total) => {
    const work = workOf(label);
    const isNew = work !== current.work;
    const isFinished = done >= total;
    if (!isNew && current.isFinished && isFinished) return;
    if (!isNew && !isFinished && now() - current.at < linesEveryMs) return;
    stream.write(total > 0 ? `${label}: ${done} of ${total}\n` : `${label}\n`);
    current = { work, at: now(), isFinished };
  };
  return stoppable(show, () => undefined);
}

/**
 * Shows progress on a stream: a bar per piece of work in a terminal; elsewhere a line when a piece of work begins, every
 * ten seconds, and when it ends.
 *
 * @param options.silent show nothing (`--quiet`, `--json`)
 * @param options.now milliseconds; the system's clock unless told
 */
export function createProgress(
  stream: NodeJS.WritableStream & ProgressStream,
  options: { silent?: boolean; now?: () => number } = {},
): StoppableProgress {
  if (options.silent === true)
    return stoppable(
      () => undefined,
      () => undefined,
    );
  return stream.isTTY === true ? bars(stream) : lines(stream, options.now ?? Date.now);
}
