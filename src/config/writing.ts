import { LacunaError } from './errors.js';

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const forbidden = new Set(['EACCES', 'EPERM']);
const blocked = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY']);

function advice(code: string): string {
  if (full.has(code)) return 'the disk is full: free space on it';
  if (code === 'EROFS') return 'the disk is mounted read-only: mount it so that it can be written';
  if (forbidden.has(code)) return 'this user has no right to: give it the right to write there';
  if (blocked.has(code)) return 'something else stands in its place: move that away';
  if (code === 'EIO') return 'the disk reports a failure: look at the disk and the system log';
  if (code === 'EMFILE' || code === 'ENFILE')
    return 'too many files are open: raise the limit (LimitNOFILE in systemd, ulimit -n)';
  return 'look at the folder, its rights and the disk';
}

// What libraries that keep the number of an error to themselves (LevelDB) say of it.
const words: readonly (readonly [string, string])[] = [
  ['No space left on device', 'ENOSPC'],
  ['Disk quota exceeded', 'EDQUOT'],
  ['Read-only file system', 'EROFS'],
  ['Permission denied', 'EACCES'],
  ['Input/output error', 'EIO'],
  ['Too many open files', 'EMFILE'],
];

function errnoOf(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && /^E[A-Z0-9]+$/.test(code)) return code;
  const said = words.find(([text]) => error.message.includes(text))?.[1];
  return said ?? (error.cause instanceof Error ? errnoOf(error.cause) : undefined);
}

/**
 * The failure that tells a person why a file cannot be written and how to mend it: STATE_UNWRITABLE. An error that is not
 * the file system's (names no errno), or already one of ours, is returned as it is.
 *
 * @param file how messages name the file; they are shown over HTTP too, so rather its place in the state folder than its path.
 */
export function unwritable(file: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof LacunaError) return cause;
  const code = errnoOf(cause);
  if (code === undefined) return cause;
  return new LacunaError(
    'STATE_UNWRITABLE',
    `${file} cannot be written (${code}): ${advice(code)}, then start again. Nothing that was acknowledged is lost.`,
    { cause },
  );
}

/** Does work that writes `file`, and turns what the file system refuses into STATE_UNWRITABLE as {@link unwritable}. */
export async function writing<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unwritable(file, error);
  }
}
