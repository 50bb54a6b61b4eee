import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import sharp from 'sharp';
import {
  createPhotographReader,
  type CountingPhotographReader,
  type PhotographReaderOptions,
} from '../../src/media/photograph-reader.js';
import type { Misbehaviour } from './hostile-server.js';
import { startTestMuseum, type TestMuseum } from './test-museum.js';
import { readerSettings } from './reader-settings.js';

const day = 24 * 60 * 60_000;
const clock = { now: Date.parse('2024-05-01T00:00:00Z') };
const least = { width: 224, height: 224 };
const state = { etag: '"v1"', status: 200, headers: {} as Record<string, string> };
let museum: TestMuseum;
let root: string;
let folder: string;
let made = 0;
let jpeg: Buffer;
let other: Buffer;

before(async () => {
  const picture = (background: string): Promise<Buffer> =>
    sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .jpeg()
      .toBuffer();
  [jpeg, other] = [await picture('maroon'), await picture('navy')];
  root = await mkdtemp(path.join(tmpdir(), 'lacuna-cached-'));
  const changing: Misbehaviour = (request, response) => {
    const headers = { etag: state.etag, ...state.headers };
    if (state.status !== 200) response.writeHead(state.status).end();
    else if (request.headers['if-none-match'] === state.etag) response.writeHead(304, headers).end();
    else response.writeHead(200, headers).end(state.etag === '"v1"' ? jpeg : other);
  };
  const plain =
    (headers: Record<string, string>, body: Buffer | string = jpeg): Misbehaviour =>
    (_request, response) =>
      void response.writeHead(200, headers).end(body);
  const sizes = { width: 1200, height: 900 };
  museum = await startTestMuseum(
    {
      scan: { version: 2, level: 2, ...sizes },
      broken: { version: 2, level: 2, ...sizes, instead: (_request, response) => void response.end('{') },
    },
    {
      '/changing.jpg': changing,
      '/silent.jpg': plain({}),
      '/secret.jpg': plain({ 'cache-control': 'no-store' }),
      '/page.jpg': plain({}, '<html>not here</html>'.repeat(9)),
      '/cut.jpg': plain({}),
      '/moved.jpg': (_request, response) => void response.writeHead(302, { location: '/changing.jpg' }).end(),
    },
  );
});

after(async () => {
  await museum.close();
  await rm(root, { recursive: true });
});

beforeEach(() => {
  folder = path.join(root, String(made++));
  Object.assign(state, { etag: '"v1"', status: 200, headers: {} });
  museum.asked();
});

function reader(options: Partial<PhotographReaderOptions> = {}): CountingPhotographReader {
  return createPhotographReader({
    ...readerSettings,
    cache: { folder, maximumBytes: 10_000_000, days: 30 },
    ...options,
    gate: { sleep: async () => undefined, now: () => clock.now },
  });
}

async function read(name: string, from = reader()): Promise<string> {
  const outcome = await from.read(`${museum.origin}/${name}`, { least });
  from.close();
  if (!outcome.ok) return outcome.reason;
  return Buffer.from(outcome.bytes).equals(other) ? 'other' : 'ok';
}

describe('photographs kept on disk', () => {
  it('are not asked for a second time, by another run neither', async () => {
    const names = [
      'silent.jpg',
      'changing.jpg',
      'moved.jpg',
      'iiif/scan/full/full/0/default.jpg',
      'iiif/scan',
    ];
    for (const name of names) assert.equal(await read(name), 'ok');
    assert.equal(museum.asked().length, 6);
    for (const name of names) assert.equal(await read(name), 'ok');
    assert.deepEqual(museum.asked(), []);
  });

  it('are asked for under a condition when they may have changed', async () => {
    await read('changing.jpg');
    clock.now += 31 * day;
    assert.equal(await read('changing.jpg'), 'ok');
    assert.equal(museum.requests.at(-1)?.headers['if-none-match'], '"v1"');
    assert.equal(museum.asked().length, 2);
    // Confirmed, it is good for as long again.
    clock.now += 29 * day;
    assert.equal(await read('changing.jpg'), 'ok');
    assert.deepEqual(museum.asked(), []);
    clock.now += 2 * day;
    state.etag = '"v2"';
    assert.equal(await read('changing.jpg'), 'other');
    assert.equal(await read('changing.jpg'), 'other');
    assert.equal(museum.asked().length, 1);
  });

  it('heed what the server says of their lifetime', async () => {
    state.headers = { 'cache-control': 'max-age=60' };
    await read('changing.jpg');
    clock.now += 59_000;
    await read('changing.jpg');
    assert.equal(museum.asked().length, 1);
    clock.now += 2000;
    await read('changing.jpg');
    assert.equal(museum.asked().length, 1);
    for (let turn = 0; turn < 2; turn++) assert.equal(await read('secret.jpg'), 'ok');
    assert.equal(museum.asked().length, 2);
  });

  it('do while the server fails, unless it forbids that', async () => {
    await read('changing.jpg');
    clock.now += 31 * day;
    state.status = 503;
    assert.equal(await read('changing.jpg'), 'ok');
    state.status = 200;
    state.headers = { 'cache-control': 'max-age=1, must-revalidate' };
    assert.equal(await read('changing.jpg'), 'ok');
    clock.now += day;
    state.status = 503;
    assert.equal(await read('changing.jpg'), 'server-error');
  });

  it('go when the museum has taken them away', async () => {
    await read('changing.jpg');
    clock.now += 31 * day;
    state.status = 410;
    assert.equal(await read('changing.jpg'), 'not-found');
    state.status = 503;
    assert.equal(await read('changing.jpg'), 'server-error');
  });

  it('are good ones only', async () => {
    for (let turn = 0; turn < 2; turn++) {
      assert.equal(await read('page.jpg'), 'not-an-image');
      assert.equal(await read('nothing.jpg'), 'not-found');
    }
    assert.equal(museum.asked().length, 4);
    assert.deepEqual(await readdir(folder).catch(() => []), []);
  });

  it('are forgotten when they do not decode', async () => {
    const disappointed = reader();
    const url = `${museum.origin}/cut.jpg`;
    await disappointed.read(url);
    disappointed.reject(url, { ok: false, reason: 'truncated', detail: 'cut off' });
    disappointed.close();
    while (
      (await readdir(path.join(folder, 'entries'), { recursive: true })).some((name) =>
        name.endsWith('.json'),
      )
    )
      await new Promise((resolve) => setTimeout(resolve, 5));
    await read('cut.jpg');
    assert.equal(museum.asked().length, 2);
  });

  it('are asked for again when the copy is damaged', async () => {
    await read('silent.jpg');
    const names = await readdir(path.join(folder, 'content'), { recursive: true });
    const name = names.find((one) => one.length > 60) ?? '';
    await writeFile(path.join(folder, 'content', name), jpeg.subarray(0, 200));
    assert.equal(await read('silent.jpg'), 'ok');
    assert.equal(museum.asked().length, 2);
    assert.equal(await read('silent.jpg'), 'ok');
    assert.deepEqual(museum.asked(), []);
  });

  it('are no reason to ask for information that is wrong once more', async () => {
    const name = 'iiif/broken/full/full/0/default.jpg';
    assert.equal(await read(name), 'ok');
    assert.equal(museum.asked().length, 2);
    assert.equal(await read(name), 'ok');
    assert.deepEqual(museum.asked(), []);
  });

  it('are read all the same when they cannot be kept, which is counted', async () => {
    await writeFile(folder, 'something in the way');
    const from = reader();
    assert.equal(await read('silent.jpg', from), 'ok');
    assert.deepEqual(from.notKept.byReason(), { 'cache-unwritable': 1 });
    assert.deepEqual(from.counts(), { read: 1, failed: 0, byReason: {} });
  });

  it('are asked for every time where that is wanted', async () => {
    for (let turn = 0; turn < 2; turn++) await read('silent.jpg', reader({ cache: undefined }));
    assert.equal(museum.asked().length, 2);
  });
});
