/**
 * Texts per second through a network of XLM-R-base's shape (12 layers, 768 units, random weights): Lacuna's encoder end to end, from
 * text to features, in float32 and in whole numbers of 8 bits, beside a plain loop of PyTorch and transformers (batches of 16 and
 * 32 in the order given, filled up to the longest), with the same threads, on the real textiles' descriptions. Rounds take turns.
 * Prints seconds, processor seconds and ratios; the first run makes the networks.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/text-encoders.js <python with torch> <folder for the networks> [texts] [rounds] [threads]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../src/learning/random.js';
import { openTextEncoder, type TextEncoder } from '../src/modalities/text/encoded/text-encoder.js';
import { descriptionText } from '../src/modalities/text/description.js';
import { readTextiles } from '../test/modalities/textiles.js';

const [python = 'python3', folder = '', count = '400', rounds = '3', threads = '2'] = process.argv.slice(2);
const data = process.env['LACUNA_DATA'];
if (data === undefined || folder === '')
  throw new Error('Set LACUNA_DATA, and name a folder for the networks.');

const { train, validation, test } = readTextiles(data);
const all = [...train, ...validation, ...test].flatMap(
  ({ record }) => descriptionText(record, { minimumLength: 20, maximumLength: 20_000 }) ?? [],
);
const random = seededRandom(1);
const texts = all
  .map((text) => ({ text, at: random() }))
  .sort((a, b) => a.at - b.at)
  .slice(0, Number(count))
  .map(({ text }) => text);

const script = fileURLToPath(new URL('../../bench/text-encoders.py', import.meta.url));
if (!existsSync(path.join(folder, 'encoder.json'))) {
  const { status } = spawnSync(python, [script, 'prepare', folder], {
    input: JSON.stringify(all),
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error('The networks could not be made.');
}

interface Round {
  readonly wall: number;
  readonly cpu: number;
  /** The first numbers of every text. */
  readonly rows: readonly (readonly number[])[];
}

const peer = spawn(python, [script, 'peer', folder], { stdio: ['pipe', 'pipe', 'ignore'] });
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();

async function ask(some: readonly string[], batch: number): Promise<Round> {
  peer.stdin.write(`${JSON.stringify({ texts: some, batch, threads: Number(threads) })}\n`);
  return JSON.parse((await answers.next()).value as string) as Round;
}

/** Processor seconds of this process and of those it has started, but for the peer. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean);
  const ticks = children
    .filter((id) => Number(id) !== peer.pid)
    .map((id) => readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]!.split(' '))
    .reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0);
  return (user + system) / 1e6 + ticks / 100;
}

async function encode(encoder: TextEncoder, some: readonly string[]): Promise<Round> {
  const [wall, cpu] = [performance.now(), processorSeconds()];
  const rows = await Promise.all(some.map(async (text) => encoder.encode(text)));
  return {
    wall: (performance.now() - wall) / 1000,
    cpu: processorSeconds() - cpu,
    rows: rows.map((row) => Array.from(row?.subarray(0, 8) ?? [])),
  };
}

const options = { folder: path.resolve(folder), threads: Number(threads) };
const fp32 = await openTextEncoder({ ...options, precision: 'fp32' });
const int8 = await openTextEncoder({ ...options, precision: 'int8' });
const contestants: Readonly<Record<string, (some: readonly string[]) => Promise<Round>>> = {
  'PyTorch, batch 16': async (some) => ask(some, 16),
  'PyTorch, batch 32': async (some) => ask(some, 32),
  'ours, fp32': async (some) => encode(fp32, some),
  'ours, int8': async (some) => encode(int8, some),
};
const results = new Map<string, Round[]>();
for (const run of Object.values(contestants)) await run(texts.slice(0, 8));
for (let round = 0; round < Number(rounds); round++)
  for (const [name, run] of Object.entries(contestants))
    results.set(name, [...(results.get(name) ?? []), await run(texts)]);
peer.stdin.end();

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const figure = (name: string, key: 'wall' | 'cpu'): number =>
  median(results.get(name)!.map((round) => round[key]));
const difference = (a: string, b: string): number => {
  const [one, other] = [results.get(a)![0]!.rows, results.get(b)![0]!.rows];
  return Math.max(
    ...one.flatMap((row, index) => row.map((value, unit) => Math.abs(value - other[index]![unit]!))),
  );
};

console.log(`${texts.length} texts, ${rounds} rounds, ${threads} threads; medians`);
for (const name of results.keys())
  console.log(
    `${name.padEnd(18)} ${(texts.length / figure(name, 'wall')).toFixed(1)} texts/s, ${figure(name, 'wall').toFixed(1)} s, ` +
      `${figure(name, 'cpu').toFixed(1)} s of processor time`,
  );
for (const name of ['ours, fp32', 'ours, int8'])
  for (const other of ['PyTorch, batch 16', 'PyTorch, batch 32'])
    console.log(
      `${name} : ${other} = ${(figure(other, 'wall') / figure(name, 'wall')).toFixed(2)} by the clock, ` +
        `${(figure(other, 'cpu') / figure(name, 'cpu')).toFixed(2)} by processor time; largest difference of a number ` +
        difference(name, other).toExponential(1),
    );
