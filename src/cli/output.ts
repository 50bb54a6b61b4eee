import type { Command } from 'commander';
import pc from 'picocolors';
import { isLacunaError, LacunaError } from '../config/errors.js';
import { unwritable } from '../config/writing.js';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.js';
import { createProgress, type StoppableProgress } from './progress-bar.js';

/** The options every command takes. */
export interface GlobalOptions {
  readonly config: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** How a command speaks: results on standard output, everything else on standard error. */
export interface Output {
  readonly json: boolean;
  /** Shown on standard error; silent with --json and --quiet. */
  readonly progress: StoppableProgress;
  /** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** The outcome: `value` as JSON with --json, else the lines. */
  result(value: unknown, lines: () => readonly string[]): void;
  /** A remark for a person; left out with --json and --quiet. */
  note(text: string): void;
  /** The command worked and found a problem: the process will exit with status 1. */
  problemFound(): void;
}

/** The global options a command was given, before or after its name. */
export function globalOptions(command: Command): GlobalOptions {
  const { config, json, quiet, verbose } = command.optsWithGlobals<Partial<GlobalOptions>>();
  return {
    config: config ?? 'config.yaml',
    json: json === true,
    quiet: quiet === true,
    verbose: verbose === true,
  };
}

/** An output on the process's own streams. */
export function createOutput({ json, quiet }: GlobalOptions, signal: AbortSignal): Output {
  const silent = json || quiet;
  const progress = createProgress(process.stderr, { silent });
  return {
    json,
    progress,
    signal,
    result(value, lines) {
      progress.stop();
      process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${lines().join('\n')}\n`);
    },
    note(text) {
      progress.stop();
      if (!silent) process.stderr.write(`${text}\n`);
    },
    problemFound() {
      process.exitCode = exitCodes.failure;
    },
  };
}

// What a person can mend: rights, a file where a folder should be. Others, such as ENOENT, may be our own fault.
const mendable = new Set(['EACCES', 'EPERM', 'EEXIST', 'ENOTDIR', 'EISDIR']);
// What only writing meets; errors of a write under way name no path.
const unwritableDisk = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS']);
const writingCalls = new Set(['mkdir', 'rename', 'write', 'ftruncate']);

function asFileSystemError(error: unknown): LacunaError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', path, syscall = '' } = error as NodeJS.ErrnoException;
  if (unwritableDisk.has(code) || (code === 'EACCES' && writingCalls.has(syscall))) {
    const refused = unwritable(path ?? 'A file', error);
    return isLacunaError(refused) ? refused : undefined;
  }
  if (path === undefined || !mendable.has(code)) return undefined;
  return new LacunaError(
    'INPUT_INVALID',
    `${path} cannot be used (${error.message}): mend its rights, or name another folder in the configuration.`,
    { cause: error },
  );
}

function asLacunaError(error: unknown): LacunaError | undefined {
  if (isLacunaError(error)) return error;
  const fileSystem = asFileSystemError(error);
  if (fileSystem !== undefined) return fileSystem;
  const isAbort = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
  return isAbort ? new LacunaError('CANCELLED', 'Cancelled.', { cause: error }) : undefined;
}

/**
 * Writes a failure to standard error (as JSON with --json) and returns the exit code it calls for. With --verbose or
 * DEBUG set, the stack is shown too.
 */
export function reportFailure(
  error: unknown,
  options: { json: boolean; verbose: boolean },
  write: (text: string) => void = (text) => process.stderr.write(text),
): ExitCode {
  const known = asLacunaError(error);
  const message = known?.message ?? `Lacuna stumbled over a fault of its own: ${String(error)}`;
  const stack = options.verbose && error instanceof Error ? stackOf(error) : undefined;
  if (options.json) {
    const { code = 'INTERNAL', problems = [] } = known ?? {};
    write(`${JSON.stringify({ error: { code, message, problems, stack } }, null, 2)}\n`);
  } else {
    const mark = known?.code === 'CANCELLED' ? '' : `${pc.red('✗')} `;
    write(`${mark}${message.replaceAll('\n', '\n  ')}\n`);
    // Some messages tell the problems themselves.
    const untold = (known?.problems ?? []).filter((problem) => !message.includes(problem));
    for (const problem of untold) write(`  • ${problem.replaceAll('\n', '\n    ')}\n`);
    if (stack !== undefined) write(`${pc.dim(stack)}\n`);
    else if (known === undefined) write('Run it again with --verbose to see where, and please report it.\n');
  }
  return known === undefined ? exitCodes.failure : exitCodeOf(known.code);
}

function stackOf(error: Error): string {
  const own = error.stack ?? String(error);
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause)}` : own;
}
