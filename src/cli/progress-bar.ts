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
const barWidth = 24;

/** Labels may count along ("reading records (512)"); without the numbers they are the same piece of work. */
function workOf(label: string): string {
  return label.replace(/\d+/g, '#');
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.ceil((seconds % 3600) / 60)} min`;
}

/**
 * One line of progress.
 *
 * @param total 0 when it is not known
 * @param eta seconds left; no finite number when that cannot be said
 */
export function barLine(label: string, done: number, total: number, eta: number): string {
  if (total <= 0) return `… ${label}`;
  const share = Math.min(1, done / total);
  const bar = '█'.repeat(Math.round(barWidth * share)).padEnd(barWidth, '░');
  const left = done < total && Number.isFinite(eta) && eta > 0 ? ` | ${duration(eta)} left` : '';
  return `${bar} ${Math.floor(100 * share)} % | ${done}/${total}${left} | ${label}`;
}

function stoppable(progress: Progress, stop: () => void): StoppableProgress {
  return Object.assign((label: string, done: number, total: number) => progress(label, done, total), {
    stop,
  });
}

/** One bar: work that takes turns with other work shares it, work that is finished leaves its line behind. */
function bars(stream: NodeJS.WritableStream): StoppableProgress {
  let bar: SingleBar | undefined;
  let current = '';
  const finished = new Set<string>();
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const show: Progress = (label, done, total) => {
    const work = workOf(label);
    const isFinished = total > 0 && done >= total;
    if (finished.has(work) && isFinished) return;
    if (bar === undefined || work !== current) {
      bar ??= new SingleBar({
        stream,
        format: (_, { value, total: whole, eta }, payload: { label: string }) =>
          barLine(payload.label, value, whole, eta),
        hideCursor: true,
        etaBuffer: 50,
      });
      bar.start(total, done, { label });
      current = work;
    }
    bar.setTotal(total);
    bar.update(done, { label });
    if (isFinished) {
      finished.add(work);
      stop();
    } else {
      finished.delete(work);
    }
  };
  return stoppable(show, stop);
}

function lines(stream: ProgressStream, now: () => number): StoppableProgress {
  const told = new Map<string, { at: number; isFinished: boolean }>();
  const show: Progress = (label, done, total) => {
    const last = told.get(workOf(label));
    const isFinished = total > 0 && done >= total;
    const isNews = last === undefined || isFinished !== last.isFinished;
    if (!isNews && (isFinished || now() - last.at < linesEveryMs)) return;
    stream.write(total > 0 ? `${label}: ${done} of ${total}\n` : `${label}\n`);
    told.set(workOf(label), { at: now(), isFinished });
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
