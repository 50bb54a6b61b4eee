import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import {
  createPhotographReader,
  type CountingPhotographReader,
  type ReadOptions,
} from '../../src/media/photograph-reader.js';
import type { Misbehaviour } from './hostile-server.js';
import { colourAt, startTestMuseum, type TestMuseum } from './test-museum.js';
import { readerSettings } from './reader-settings.js';

const say =
  (status: number, body: string | Buffer, headers: Record<string, string> = {}): Misbehaviour =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

const large = { width: 1200, height: 900 };
const least = { width: 224, height: 224 };
const tiles = { side: 128, scales: [1, 2, 4, 8, 16] };
const tiled = {
  level: 0,
  ...large,
  ready: [],
  tiles,
  information: { tiles: [{ width: 128, scaleFactors: tiles.scales }] },
} as const;
let museum: TestMuseum;

before(async () => {
  const jpeg = await sharp({ create: { width: 400, height: 300, channels: 3, background: 'maroon' } })
    .jpeg()
    .toBuffer();
  const flat = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => [
      `/plain/${name}/full/full/0/default.jpg`,
      say(200, jpeg),
    ]),
  );
  museum = await startTestMuseum(
    {
      two: { version: 2, level: 2, ...large },
      three: { version: 3, level: 1, ...large },
      old: { version: 1, level: 1, ...large },
      limited: { version: 3, level: 2, ...large, maxWidth: 200 },
      static2: {
        version: 2,
        level: 0,
        ...large,
        ready: ['300,225', '600,450'],
        information: {
          sizes: [
            { width: 300, height: 225 },
            { width: 600, height: 450 },
          ],
        },
      },
      static3: {
        version: 3,
        level: 0,
        ...large,
        ready: ['300,225'],
        information: { tiles: [{ width: 512, scaleFactors: [1, 2, 4] }] },
      },
      tiled2: { version: 2, ...tiled },
      tiled3: { version: 3, ...tiled },
      torn: { version: 3, ...tiled, tiles: { ...tiles, missing: '512,0,512,512' } },
      boastful: {
        version: 2,
        level: 0,
        ...large,
        information: { profile: 'http://iiif.io/api/image/2/level2.json' },
      },
      page: { version: 2, level: 2, ...large, instead: say(200, '<html>login</html>') },
      broken: { version: 2, level: 2, ...large, instead: say(200, '{"width": 12') },
      faulty: { version: 2, level: 2, ...large, instead: say(503, '') },
      busy: { version: 2, level: 2, ...large, instead: say(429, '', { 'retry-after': '86400' }) },
      endless: {
        version: 2,
        level: 2,
        ...large,
        instead: (_request, response) => {
          response.write('{');
          const more = (): void => {
            while (!response.destroyed && response.write(' '.repeat(65_536)));
          };
          response.on('drain', more);
          more();
        },
      },
      'a/b c': { version: 3, level: 2, ...large },
    },
    flat,
  );
});

after(async () => museum.close());

function reader(): CountingPhotographReader {
  return createPhotographReader({
    ...readerSettings,
    maximumBytes: 1_000_000,
    maximumPixels: 1_000_000_000,
    gate: { sleep: async () => undefined, random: () => 0.5 },
  });
}

/** The photograph's size, or why there is none. */
async function sizeOf(
  from: CountingPhotographReader,
  path: string,
  options: ReadOptions = { least },
): Promise<string> {
  const outcome = await from.read(`${museum.origin}${path}`, options);
  if (!outcome.ok) return outcome.reason;
  const { width, height } = await sharp(outcome.bytes).metadata();
  return `${width}x${height}`;
}

describe('photographs behind the IIIF Image API', () => {
  const cases: readonly (readonly [string, string, string[]])[] = [
    [
      '/iiif/two/full/full/0/default.jpg',
      '299x224',
      ['/iiif/two/info.json', '/iiif/two/full/299,/0/default.jpg'],
    ],
    [
      '/iiif/two/full/!90,90/0/default.jpg',
      '299x224',
      ['/iiif/two/info.json', '/iiif/two/full/299,/0/default.jpg'],
    ],
    ['/iiif/two/info.json', '299x224', ['/iiif/two/info.json', '/iiif/two/full/299,/0/default.jpg']],
    ['/iiif/two', '299x224', ['/iiif/two/info.json', '/iiif/two/full/299,/0/default.jpg']],
    [
      '/iiif/three/full/max/0/default.jpg',
      '299x224',
      ['/iiif/three/info.json', '/iiif/three/full/299,224/0/default.jpg'],
    ],
    [
      '/iiif/old/full/full/0/native.jpg',
      '299x224',
      ['/iiif/old/info.json', '/iiif/old/full/299,/0/native.jpg'],
    ],
    ['/iiif/limited', '200x150', ['/iiif/limited/info.json', '/iiif/limited/full/max/0/default.jpg']],
    [
      '/iiif/static2/full/full/0/default.jpg',
      '300x225',
      [
        '/iiif/static2/info.json',
        '/iiif/static2/full/300,/0/default.jpg',
        '/iiif/static2/full/300,225/0/default.jpg',
      ],
    ],
    ['/iiif/static3', '300x225', ['/iiif/static3/info.json', '/iiif/static3/full/300,225/0/default.jpg']],
    [
      '/iiif/a%2Fb%20c',
      '299x224',
      ['/iiif/a%2Fb%20c/info.json', '/iiif/a%2Fb%20c/full/299,224/0/default.jpg'],
    ],
  ];
  for (const [path, size, asked] of cases) {
    it(`asks for ${path} in the size needed, information first`, async () => {
      museum.asked();
      const polite = reader();
      assert.equal(await sizeOf(polite, path), size);
      assert.deepEqual(museum.asked(), asked);
      assert.deepEqual(polite.plain.byReason(), {});
    });
  }

  it('puts an image together that is there in tiles alone', async () => {
    for (const [name, whole, size] of [
      ['tiled2', ['full', 'max'], (w: number) => `${w},`],
      ['tiled3', ['max'], (w: number, h: number) => `${w},${h}`],
    ] as const) {
      museum.asked();
      const polite = reader();
      const path = `/iiif/${name}`;
      const outcome = await polite.read(`${museum.origin}${path}/full/full/0/default.jpg`, { least });
      assert.ok(outcome.ok, JSON.stringify(outcome));
      const { data, info } = await sharp(outcome.bytes).raw().toBuffer({ resolveWithObject: true });
      assert.deepEqual([info.width, info.height, info.channels], [300, 225, 3]);
      for (let y = 0; y < 225; y++) {
        for (let x = 0; x < 300; x++) {
          const pixel = [...data.subarray(3 * (300 * y + x), 3 * (300 * y + x) + 3)];
          const expected = colourAt(large, 4 * x, 4 * y);
          const isAlike = pixel.every((value, channel) => Math.abs(value - expected[channel]!) <= 8);
          assert.ok(isAlike, `(${x}, ${y}) is ${pixel.join()}, not ${expected.join()}`);
        }
      }
      const tile = (x: number, y: number, w: number, h: number): string =>
        `${path}/${x},${y},${w},${h}/${size(Math.ceil(w / 4), Math.ceil(h / 4))}/0/default.jpg`;
      assert.deepEqual(museum.asked(), [
        `${path}/info.json`,
        ...whole.map((one) => `${path}/full/${one}/0/default.jpg`),
        tile(0, 0, 512, 512),
        tile(512, 0, 512, 512),
        tile(1024, 0, 176, 512),
        tile(0, 512, 512, 388),
        tile(512, 512, 512, 388),
        tile(1024, 512, 176, 388),
      ]);
      assert.deepEqual(polite.plain.byReason(), {});
    }
  });

  it('fails for a photograph one tile of which is missing, and asks for no further one', async () => {
    museum.asked();
    const polite = reader();
    assert.equal(await sizeOf(polite, '/iiif/torn'), 'not-found');
    assert.deepEqual(polite.counts(), { read: 0, failed: 1, byReason: { 'not-found': 1 } });
    assert.deepEqual(museum.asked().slice(-2), [
      '/iiif/torn/0,0,512,512/128,128/0/default.jpg',
      '/iiif/torn/512,0,512,512/128,128/0/default.jpg',
    ]);
  });

  it('asks for the largest when no size is named', async () => {
    assert.equal(await sizeOf(reader(), '/iiif/two', {}), '1200x900');
    assert.equal(await sizeOf(reader(), '/iiif/three', {}), '1200x900');
  });

  it('asks for the information of an image once, however often and at once it is read', async () => {
    museum.asked();
    const polite = reader();
    await Promise.all([1, 2, 3].map(() => sizeOf(polite, '/iiif/two')));
    await sizeOf(polite, '/iiif/two/full/full/0/default.jpg');
    assert.equal(museum.asked().filter((path) => path.endsWith('info.json')).length, 1);
  });

  it('asks by the plain address when the information is missing or wrong, and counts why', async () => {
    for (const [name, reason] of [
      ['page', 'bad-image-information'],
      ['broken', 'bad-image-information'],
      ['faulty', 'server-error'],
      ['endless', 'too-large'],
    ] as const) {
      const polite = reader();
      assert.equal(await sizeOf(polite, `/iiif/${name}/full/full/0/default.jpg`), '1200x900', name);
      assert.deepEqual(polite.plain.byReason(), { [reason]: 1 });
      assert.deepEqual(polite.counts(), { read: 1, failed: 0, byReason: {} });
    }
  });

  it('asks by the plain address when the server does not do what its information says', async () => {
    const polite = reader();
    museum.asked();
    assert.equal(await sizeOf(polite, '/iiif/boastful/full/full/0/default.jpg'), '1200x900');
    assert.deepEqual(polite.plain.byReason(), { refused: 1 });
    assert.equal(museum.asked().length, 4);
  });

  it('does not take the information for a photograph', async () => {
    assert.equal(await sizeOf(reader(), '/iiif/broken/info.json'), 'bad-image-information');
    assert.equal(await sizeOf(reader(), '/iiif/nothing/info.json'), 'not-found');
  });

  it('leaves a host alone that asks for it', async () => {
    museum.asked();
    assert.equal(await sizeOf(reader(), '/iiif/busy/full/full/0/default.jpg'), 'rate-limited');
    assert.deepEqual(museum.asked(), ['/iiif/busy/info.json']);
  });

  it('stops asking a host for information when five images in a row have none', async () => {
    const polite = reader();
    museum.asked();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
      assert.equal(await sizeOf(polite, `/plain/${name}/full/full/0/default.jpg`), '400x300');
    assert.equal(museum.asked().filter((path) => path.endsWith('info.json')).length, 5);
    assert.deepEqual(polite.plain.byReason(), { 'not-found': 8 });
  });

  it('stops when told to, and asks again for who was not told', async () => {
    const polite = reader();
    const controller = new AbortController();
    const url = `${museum.origin}/iiif/two`;
    const stopped = polite.read(url, { signal: controller.signal, least });
    const other = polite.read(url, { least });
    controller.abort(new Error('the curator went home'));
    await assert.rejects(stopped, /the curator went home/);
    assert.equal((await other).ok, true);
  });
});
