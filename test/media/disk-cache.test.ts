import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { DiskCache } from '../../src/media/disk-cache.js';

let root: string;
let made = 0;
const clock = { now: Date.parse('2024-01-01T00:00:00Z') };

before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'lacuna-cache-'));
});
after(async () => rm(root, { recursive: true }));

function newFolder(): string {
  return path.join(root, String(made++));
}

function cacheIn(folder: string, maximumBytes = 1_000_000): DiskCache<string> {
  return new DiskCache({ folder, maximumBytes, now: () => clock.now }, z.string());
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const places = names.map((name) => path.join(folder, name));
  const kinds = await Promise.all(places.map(async (place) => (await stat(place)).isFile()));
  return places.filter((_, index) => kinds[index]);
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = await Promise.all((await filesIn(folder)).map(async (place) => (await stat(place)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const photograph = (seed: number, length: number): Buffer => Buffer.alloc(length, `${seed},`);

async function contentOf(folder: string): Promise<string> {
  const [place = ''] = await filesIn(path.join(folder, 'content'));
  return place;
}

describe('DiskCache', () => {
  it('gives back what was kept, to another process too', async () => {
    const folder = newFolder();
    await cacheIn(folder).write('a', photograph(1, 500), 'note');
    const kept = await cacheIn(folder).read('a');
    assert.deepEqual(Buffer.from(kept?.bytes ?? []), photograph(1, 500));
    assert.equal(kept?.note, 'note');
    assert.equal(await cacheIn(folder).read('b'), undefined);
  });

  it('keeps the same bytes once, by their digest', async () => {
    const folder = newFolder();
    const cache = cacheIn(folder);
    for (const name of ['a', 'b', 'c']) await cache.write(name, photograph(1, 5000), name);
    const digest = createHash('sha256').update(photograph(1, 5000)).digest('hex');
    assert.deepEqual(await filesIn(path.join(folder, 'content')), [
      path.join(folder, 'content', digest.slice(0, 2), digest),
    ]);
    assert.equal((await cache.read('b'))?.note, 'b');
  });

  it('replaces and forgets', async () => {
    const cache = cacheIn(newFolder());
    await cache.write('a', photograph(1, 500), 'old');
    await cache.write('a', photograph(2, 400), 'new');
    assert.equal((await cache.read('a'))?.note, 'new');
    assert.equal((await cache.read('a'))?.bytes.length, 400);
    await cache.forget('a');
    assert.equal(await cache.read('a'), undefined);
  });

  const damages: readonly (readonly [string, (place: string) => Promise<void>])[] = [
    [
      'one bit of the content',
      async (place) => {
        const bytes = await readFile(place);
        bytes.writeUInt8(bytes.readUInt8(250) ^ 1, 250);
        await writeFile(place, bytes);
      },
    ],
    ['content cut off', async (place) => writeFile(place, (await readFile(place)).subarray(0, 100))],
    ['content gone', async (place) => rm(place)],
  ];
  for (const [what, damage] of damages) {
    it(`notices damage: ${what}`, async () => {
      const folder = newFolder();
      const cache = cacheIn(folder);
      await cache.write('a', photograph(1, 500), 'note');
      await damage(await contentOf(folder));
      assert.equal(await cache.read('a'), undefined);
      assert.deepEqual(await filesIn(folder), []);
      await cache.write('a', photograph(1, 500), 'again');
      assert.equal((await cache.read('a'))?.note, 'again');
    });
  }

  it('notices damaged entries', async () => {
    for (const text of ['', '{', '{"digest":"../../x","note":"n"}', '{"note":"n"}', 'null']) {
      const folder = newFolder();
      const cache = cacheIn(folder);
      await cache.write('a', photograph(1, 500), 'note');
      const [entry = ''] = await filesIn(path.join(folder, 'entries'));
      await writeFile(entry, text);
      assert.equal(await cache.read('a'), undefined, text);
      assert.deepEqual(await filesIn(path.join(folder, 'entries')), []);
    }
  });

  it('writes content over a damaged copy of it', async () => {
    const folder = newFolder();
    const cache = cacheIn(folder);
    await cache.write('a', photograph(1, 500), 'note');
    await writeFile(await contentOf(folder), 'damaged');
    await cache.write('b', photograph(1, 500), 'note');
    assert.equal((await cache.read('b'))?.bytes.length, 500);
  });

  it('leaves nothing half written, and clears away what another process left so', async () => {
    const folder = newFolder();
    const left = path.join(folder, 'content', 'ab', 'abc.new');
    const fresh = path.join(folder, 'content', 'ab', 'abd.new');
    await mkdir(path.dirname(left), { recursive: true });
    for (const [place, ageMs] of [
      [left, 7_200_000],
      [fresh, 1000],
    ] as const) {
      await writeFile(place, 'half');
      await utimes(place, (clock.now - ageMs) / 1000, (clock.now - ageMs) / 1000);
    }
    await cacheIn(folder).write('a', photograph(1, 500), 'note');
    const halves = (await filesIn(folder)).filter((place) => place.endsWith('.new'));
    assert.deepEqual(halves, [fresh]);
  });

  it(
    'says when it cannot write, and reads on',
    { skip: process.getuid?.() === 0 && 'root may write anywhere' },
    async () => {
      const folder = newFolder();
      const cache = cacheIn(folder);
      await cache.write('a', photograph(1, 500), 'note');
      await chmod(path.join(folder, 'content'), 0o500);
      await assert.rejects(cache.write('b', photograph(2, 500), 'note'), { code: 'EACCES' });
      await chmod(path.join(folder, 'content'), 0o700);
      assert.equal((await cache.read('a'))?.note, 'note');
    },
  );

  it('says when something stands in its place', async () => {
    const folder = newFolder();
    await writeFile(folder, 'a file');
    await assert.rejects(cacheIn(folder).write('a', photograph(1, 500), 'note'), { code: 'ENOTDIR' });
    assert.equal(await cacheIn(folder).read('a'), undefined);
  });

  it('does not keep what is larger than the whole', async () => {
    const folder = newFolder();
    const cache = cacheIn(folder, 1000);
    await cache.write('small', photograph(1, 100), '');
    await cache.write('large', photograph(2, 1001), '');
    assert.equal(await cache.read('large'), undefined);
    assert.equal((await cache.read('small'))?.bytes.length, 100);
  });

  it('never exceeds its size, loses nothing before it must, and then what was used least recently', async () => {
    const operation = fc.record({
      kind: fc.constantFrom('write', 'write', 'read', 'reopen'),
      name: fc.integer({ min: 0, max: 7 }),
      length: fc.integer({ min: 1, max: 900 }),
    });
    const cap = 3000;
    const entryBytes = JSON.stringify({ digest: '0'.repeat(64), note: '' }).length;
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 30 }), async (operations) => {
        const folder = newFolder();
        let cache = cacheIn(folder, cap);
        // Content per name is unique, so that the model need not share it.
        const model = new Map<number, { length: number; usedAt: number }>();
        let wasFull = false;
        for (const [turn, { kind, name, length }] of operations.entries()) {
          clock.now += 10;
          if (kind === 'reopen') {
            cache = cacheIn(folder, cap);
          } else if (kind === 'write') {
            wasFull ||= (await bytesIn(folder)) + length + entryBytes > cap;
            await cache.write(String(name), photograph(name, length), '');
            model.set(name, { length, usedAt: turn });
          } else {
            const kept = await cache.read(String(name));
            const expected = model.get(name);
            if (kept !== undefined) {
              assert.equal(kept.bytes.length, expected?.length);
              model.set(name, { length: kept.bytes.length, usedAt: turn });
            } else if (expected !== undefined) {
              assert.ok(wasFull, 'lost although there was room');
              model.delete(name);
            }
          }
          assert.ok((await bytesIn(folder)) <= cap);
        }
        const lost: number[] = [];
        const left: number[] = [];
        for (const [name, { usedAt }] of model) {
          const kept = await cacheIn(folder, cap).read(String(name));
          (kept === undefined ? lost : left).push(usedAt);
        }
        assert.ok(wasFull || lost.length === 0);
        assert.ok(
          Math.max(-1, ...lost) <= Math.min(Infinity, ...left),
          `${lost.join()} went before ${left.join()}`,
        );
        await rm(folder, { recursive: true, force: true });
      }),
      { numRuns: 60 },
    );
  });

  it('keeps to its size when many write at once and others share the folder', async () => {
    const folder = newFolder();
    const [one, other] = [cacheIn(folder, 20_000), cacheIn(folder, 20_000)];
    for (let round = 0; round < 5; round++) {
      const names = Array.from({ length: 8 }, (_, index) => round * 8 + index);
      await Promise.all(names.map((name) => one.write(`one ${name}`, photograph(name, 1000), '')));
      assert.ok((await bytesIn(folder)) <= 20_000);
    }
    await other.write('other', photograph(99, 1500), '');
    assert.ok((await bytesIn(folder)) <= 20_000);
    assert.equal((await one.read('other'))?.bytes.length, 1500);
  });
});
