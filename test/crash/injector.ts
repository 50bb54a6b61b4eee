/*
 * Loaded with `--import` into a process that is to be killed, and so into its worker threads too: takes the place of every
 * function of the file system that changes something, and names each call by `writePointOf`. A call has a point before and
 * one after it, and a write one in its middle, when half of the bytes are on disk. Each is told on standard output as
 * `{"point": …}`. When LACUNA_DIE_AT names it, the process kills itself there with SIGKILL: no handler runs, nothing is
 * flushed.
 *
 * What LevelDB and the store write is beyond the file system's functions; the child program puts `around` around those.
 */
import { subscribe } from 'node:diagnostics_channel';
import fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { writePointOf } from './write-points.js';

type Anything = (...parameters: unknown[]) => unknown;
type Functions = Record<string, Anything>;

const { openSync, closeSync, writeSync } = fs;

/** Tells the parent process something; synchronous, so that it is told before the process can die. */
export function tell(message: object): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

const isToDieAt = (name: string): boolean => process.env['LACUNA_DIE_AT'] === name;

function reach(name: string): void {
  tell({ point: name });
  if (isToDieAt(name)) process.kill(process.pid, 'SIGKILL');
}

/** Does `work` between the points before and after the step of that name. */
export async function around<T>(name: string, work: () => Promise<T>): Promise<T> {
  reach(`${name}: before`);
  const result = await work();
  reach(`${name}: after`);
  return result;
}

const onTheirWay: string[] = [];

/** As `around`; the requests that the work sends to a store are points as well. */
export async function sending<T>(name: string, work: () => Promise<T>): Promise<T> {
  return around(name, async () => {
    onTheirWay.push(name);
    return work().finally(() => onTheirWay.splice(onTheirWay.indexOf(name), 1));
  });
}

subscribe('http.client.request.start', () => {
  const name = onTheirWay.at(-1);
  if (name !== undefined) setImmediate(reach, `${name}: on its way`);
});

const pathOfDescriptor = new Map<number, string>();
const asPath = (file: unknown): string => path.resolve(String(file));
const isReadOnly = (flags: unknown): boolean =>
  flags === undefined || flags === 'r' || flags === fs.constants.O_RDONLY;

function bytesOf(data: unknown, offset?: unknown, length?: unknown): Buffer | undefined {
  if (typeof data === 'string') return Buffer.from(data);
  if (!(data instanceof Uint8Array)) return undefined;
  const start = typeof offset === 'number' ? offset : 0;
  return Buffer.from(data).subarray(start, typeof length === 'number' ? start + length : undefined);
}

interface Write {
  readonly data: Buffer;
  /** Writes only these bytes in the way of the call. */
  readonly part: (bytes: Buffer) => void;
}

// What a synchronous call calls in its turn is part of it.
let isInside = false;

function call(operation: string, file: string, work: () => unknown, write?: Write): unknown {
  if (isInside) return work();
  const name = writePointOf({
    operation: operation.replace(/^f(?=data|sync|trunc)/, ''),
    file,
    text: write?.data.toString('utf8') ?? '',
  });
  reach(`${name}: before`);
  isInside = true;
  try {
    if (write !== undefined) {
      for (const [state, share] of [
        ['empty', 0],
        ['torn', 0.5],
      ] as const) {
        // An append that has written nothing yet is the point before it.
        if (state === 'empty' && operation !== 'writeFile') continue;
        const point = `${name}: ${state}`;
        if (isToDieAt(point)) write.part(write.data.subarray(0, Math.floor(write.data.length * share)));
        reach(point);
      }
    }
    const result = work();
    if (result instanceof Promise) {
      return result.then((value: unknown) => {
        reach(`${name}: after`);
        return value;
      });
    }
    reach(`${name}: after`);
    return result;
  } finally {
    isInside = false;
  }
}

function replace(owner: Functions, operation: string, wrap: (original: Anything) => Anything): void {
  const original = owner[operation];
  if (original !== undefined) owner[operation] = wrap(original.bind(owner));
}

const sync = fs as unknown as Functions;
const promised = fs.promises as unknown as Functions;

function replaceBoth(operation: string, wrap: (original: Anything) => Anything): void {
  replace(sync, `${operation}Sync`, wrap);
  replace(promised, operation, wrap);
}

const onPaths = 'copyFile cp link mkdir mkdtemp rename rm rmdir symlink truncate unlink';
for (const operation of onPaths.split(' ')) {
  replaceBoth(operation, (original) => (...parameters) => {
    return call(operation, asPath(parameters[0]), () => original(...parameters));
  });
}

for (const [operation, usual] of [
  ['writeFile', 'w'],
  ['appendFile', 'a'],
] as const) {
  replaceBoth(operation, (original) => (...parameters) => {
    const [file, data, options] = parameters;
    const part = (bytes: Buffer): void => {
      const fd = openSync(asPath(file), (options as { flag?: string } | undefined)?.flag ?? usual);
      writeSync(fd, bytes);
      closeSync(fd);
    };
    return call(operation, asPath(file), () => original(...parameters), { data: bytesOf(data)!, part });
  });
}

replace(sync, 'openSync', (original) => (...parameters) => {
  const [file, flags] = parameters;
  const work = (): unknown => {
    const fd = original(...parameters) as number;
    pathOfDescriptor.set(fd, asPath(file));
    return fd;
  };
  return isReadOnly(flags) ? work() : call('open', asPath(file), work);
});

const nameOf = (fd: unknown): string => pathOfDescriptor.get(fd as number) ?? `descriptor ${String(fd)}`;

for (const operation of ['fdatasync', 'fsync', 'ftruncate']) {
  replace(sync, `${operation}Sync`, (original) => (...parameters) => {
    return call(operation, nameOf(parameters[0]), () => original(...parameters));
  });
}

replace(sync, 'renameSync', (rename) => (...parameters) => {
  const [from, to] = parameters.map(asPath);
  rename(...parameters);
  for (const [fd, file] of pathOfDescriptor) if (file === from) pathOfDescriptor.set(fd, to!);
});

replace(sync, 'writeSync', (original) => (...parameters) => {
  const [fd, data, offset, length, position] = parameters as [number, ...unknown[]];
  const part = (bytes: Buffer): unknown => original(fd, bytes, 0, bytes.length, position);
  if (fd <= 2) return original(...parameters);
  return call('write', nameOf(fd), () => original(...parameters), {
    data: bytesOf(data, offset, length)!,
    part,
  });
});

function watchHandle(handle: FileHandle, file: string): FileHandle {
  const methods = handle as unknown as Functions;
  for (const operation of ['appendFile', 'writeFile', 'write']) {
    replace(methods, operation, (original) => (...parameters) => {
      const part = (bytes: Buffer): unknown => writeSync(handle.fd, bytes);
      return call('write', file, () => original(...parameters), { data: bytesOf(parameters[0])!, part });
    });
  }
  for (const operation of ['writev', 'truncate', 'sync', 'datasync']) {
    replace(methods, operation, (original) => (...parameters) => {
      return call(operation, file, () => original(...parameters));
    });
  }
  return handle;
}

replace(promised, 'open', (original) => (...parameters) => {
  const [file, flags] = parameters;
  const work = async (): Promise<FileHandle> =>
    watchHandle((await original(...parameters)) as FileHandle, asPath(file));
  return isReadOnly(flags) ? work() : call('open', asPath(file), work);
});

syncBuiltinESMExports();
