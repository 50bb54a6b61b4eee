import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { after, before, describe, it } from 'node:test';
import { seededRandom, shuffled } from '../../src/learning/random.js';
import { decodePhotograph } from '../../src/media/decode.js';
import { failureReasons } from '../../src/media/photograph-outcome.js';
import { createPhotographReader, type CountingPhotographReader } from '../../src/media/photograph-reader.js';
import { isPrivateAddress } from '../../src/media/private-address.js';
import { hostileAddresses, privateHosts } from './hostile-addresses.js';
import type { HostileAnswer, Place } from './hostile-answer.js';
import { hostileAnswers } from './hostile-answers.js';
import { hostileFiles, soundPhotographs, type Fate } from './hostile-files.js';
import { startHostileServer, type HostileServer } from './hostile-server.js';
import { readerSettings } from './reader-settings.js';

const side = 24;
const limits = { maximumBytes: 100_000, maximumPixels: 1_000_000 };
const known: ReadonlySet<string> = new Set(['read', ...failureReasons]);
// What a server can write before it notices that nobody reads lies in buffers of the system, of at most a few megabytes.
const mostWritten = 64_000_000;
const mostMemory = 1_500_000_000;

type Case = Omit<HostileAnswer, 'fates'> & { readonly fates?: readonly Fate[]; readonly bytes?: Buffer };

let cases: readonly Case[] = [];
let server: HostileServer;
let mostWrittenToOne = 0;
const places = (index: number): Place => ({
  origin: server.origin,
  port: Number(new URL(server.origin).port),
  path: `/case-${index}`,
});

before(async () => {
  const sound = await soundPhotographs();
  const files = [...hostileFiles(sound, seededRandom(1))].map(({ bytes, ...rest }): Case => ({
    ...rest,
    bytes,
    answer: (_request, response) => void response.end(bytes),
  }));
  const answers: readonly Case[] = [
    ...hostileAnswers(sound[0]!, seededRandom(2)),
    ...hostileAddresses(sound[0]!, seededRandom(4)),
  ];
  // Mixed, so that they meet one another.
  cases = shuffled([...files, ...answers], seededRandom(3));
  server = await startHostileServer((path) => {
    const [, index = '', rest = ''] = /^\/case-(\d+)(.*)$/.exec(path) ?? [];
    const found = cases[Number(index)];
    if (found === undefined || index === '') return undefined;
    return (request, response) => {
      const { socket } = request;
      const written = socket.bytesWritten;
      response.on('close', () => {
        mostWrittenToOne = Math.max(mostWrittenToOne, socket.bytesWritten - written);
      });
      found.answer(request, response, rest, places(Number(index)));
    };
  });
});

after(async () => server.close());

const lookups = new Map<string, number>();

async function resolve(host: string): Promise<readonly LookupAddress[]> {
  const asked = lookups.get(host) ?? 0;
  lookups.set(host, asked + 1);
  const isRebound = host.startsWith('rebinding-') && asked > 0;
  const addresses = isRebound ? ['10.0.0.1'] : (privateHosts[host] ?? ['127.0.0.1']);
  return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

function reader(timeoutSeconds: number): CountingPhotographReader {
  return createPhotographReader({
    ...readerSettings,
    ...limits,
    timeoutSeconds,
    concurrency: 8,
    requestsPerSecond: Infinity,
    allowPrivateAddresses: false,
    // The server of the test passes for a public one.
    isPrivateAddress: (address) => address !== '127.0.0.1' && isPrivateAddress(address),
    resolve,
    gate: { retries: 0, unreachableBeforeGivingUp: Infinity, errorsBeforeGivingUp: Infinity },
  });
}

/** Reads a photograph and decodes it, as an encoder would. */
async function fateOf(index: number, from: CountingPhotographReader): Promise<Fate> {
  const { bytes, address = ({ origin, path }: Place) => origin + path } = cases[index]!;
  const url = address(places(index));
  const outcome = await from.read(url, { least: { width: side, height: side } });
  if (!outcome.ok) return outcome.reason;
  assert.ok(outcome.bytes.length <= limits.maximumBytes);
  if (bytes !== undefined) assert.ok(bytes.equals(outcome.bytes), 'read otherwise than it was sent');
  const decoded = await decodePhotograph(outcome.bytes, { width: side, height: side, ...limits });
  if (!decoded.ok) {
    from.reject(url, decoded);
    return decoded.reason;
  }
  assert.equal(decoded.pixels.data.length, side * side * 3);
  return 'read';
}

describe('5,000 hostile files and answers', () => {
  it(
    'each become pixels or a counted reason, never a crash, in bounded memory',
    { timeout: 600_000 },
    async (t) => {
      assert.equal(cases.length, 5000);
      const before = process.resourceUsage().maxRSS * 1024;
      const [patient, impatient] = [reader(300), reader(0.1)];
      const byKind = new Map<string, Map<Fate, number>>();
      const wrong: string[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < cases.length) {
          const index = next++;
          const { kind, fates, isEndless } = cases[index]!;
          const fate = await fateOf(index, isEndless === true ? impatient : patient);
          const counts = byKind.get(kind) ?? new Map<Fate, number>();
          byKind.set(kind, counts.set(fate, (counts.get(fate) ?? 0) + 1));
          if (!(fates ?? [...known]).includes(fate))
            wrong.push(`${index} ${kind}: ${fate}, not ${fates?.join(' or ')}`);
        }
      };
      await Promise.all(Array.from({ length: 8 }, work));
      patient.close();
      impatient.close();
      for (const [kind, counts] of byKind)
        t.diagnostic(`${kind}: ${[...counts].map(([fate, count]) => `${fate} ${count}`).join(', ')}`);
      assert.deepEqual(wrong, []);

      const counted = [patient.counts(), impatient.counts()];
      assert.equal(
        counted.reduce((sum, { read, failed }) => sum + read + failed, 0),
        cases.length,
      );
      for (const { byReason, failed } of counted) {
        assert.ok(Object.keys(byReason).every((reason) => known.has(reason)));
        assert.equal(
          Object.values(byReason).reduce((sum, count) => sum + count, 0),
          failed,
        );
      }
      const memory = process.resourceUsage().maxRSS * 1024 - before;
      t.diagnostic(
        `memory grew by ${memory} bytes; at most ${mostWrittenToOne} bytes written for one answer`,
      );
      assert.ok(mostWrittenToOne < mostWritten);
      assert.ok(memory < mostMemory);
    },
  );
});
