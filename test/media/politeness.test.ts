import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import {
  createPhotographReader,
  type CountingPhotographReader,
  type PhotographReaderOptions,
} from '../../src/media/photograph-reader.js';
import type { LoggedRequest, Misbehaviour } from './hostile-server.js';
import { startTestMuseum, type MuseumImage, type TestMuseum } from './test-museum.js';
import { startVirtualClock, type VirtualClock } from './virtual-clock.js';
import { readerSettings } from './reader-settings.js';

const start = Date.parse('2024-05-01T00:00:00Z');
const jpeg = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'maroon' } })
  .jpeg()
  .toBuffer();
const picture: Misbehaviour = (_request, response) => void response.end(jpeg);
const text =
  (body: string): Misbehaviour =>
  (_request, response) =>
    void response.end(body);
const status =
  (code: number, headers: Record<string, string> = {}): Misbehaviour =>
  (_request, response) =>
    void response.writeHead(code, headers).end();

const image: MuseumImage = { version: 3, level: 2, width: 600, height: 400 };

/** Runs `work` with a museum and a clock both of them go by. */
async function atMuseum<T>(
  elsewhere: Readonly<Record<string, Misbehaviour>>,
  work: (museum: TestMuseum, clock: VirtualClock) => Promise<T>,
): Promise<T> {
  const clock = startVirtualClock(start);
  const images = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`i${index}`, image]));
  const museum = await startTestMuseum(images, elsewhere, clock.now);
  try {
    return await work(museum, clock);
  } finally {
    await museum.close();
    clock.stop();
  }
}

function reader(
  clock: VirtualClock,
  options: Partial<PhotographReaderOptions> = {},
): CountingPhotographReader {
  return createPhotographReader({
    ...readerSettings,
    userAgent: 'Lacuna/0.1 (test)',
    concurrency: 3,
    requestsPerSecond: 5,
    robots: { enabled: true, except: [] },
    timeoutSeconds: 20,
    ...options,
    gate: { now: clock.now, monotonic: clock.now, sleep: clock.sleep, random: () => 0.5, ...options.gate },
  });
}

async function readAll(
  from: CountingPhotographReader,
  museum: TestMuseum,
  paths: readonly string[],
): Promise<string[]> {
  const outcomes = await Promise.all(
    paths.map((path) => from.read(museum.origin + path, { least: { width: 30, height: 20 } })),
  );
  from.close();
  return outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.reason));
}

/** The most requests in any second of the log. */
function mostPerSecond(log: readonly LoggedRequest[]): number {
  return Math.max(
    0,
    ...log.map(({ at }) => log.filter((other) => other.at >= at && other.at < at + 1000 - 1e-6).length),
  );
}

function gaps(log: readonly LoggedRequest[]): number[] {
  return log.slice(1).map(({ at }, index) => at - (log[index]?.at ?? 0));
}

describe('a museum', () => {
  it('is asked no more often and no more at once than configured, whatever it answers', async () => {
    const scene = fc.record({
      requestsPerSecond: fc.constantFrom(1, 2, 5, 20),
      concurrency: fc.integer({ min: 1, max: 6 }),
      answers: fc.array(fc.constantFrom('image', 'picture', 'failing', 'busy', 'moved', 'slow'), {
        minLength: 1,
        maxLength: 12,
      }),
    });
    await fc.assert(
      fc.asyncProperty(scene, async ({ requestsPerSecond, concurrency, answers }) => {
        const slow: Misbehaviour = (_request, response) => {
          setTimeout(() => response.end(jpeg), 5);
        };
        const elsewhere: Record<string, Misbehaviour> = { '/target.jpg': picture };
        const paths = answers.map((answer, index) =>
          answer === 'image' ? `/iiif/i${index}` : `/${answer}${index}.jpg`,
        );
        for (const path of paths) {
          if (path.startsWith('/picture')) elsewhere[path] = picture;
          if (path.startsWith('/failing')) elsewhere[path] = status(503);
          if (path.startsWith('/busy')) elsewhere[path] = status(429, { 'retry-after': '3' });
          if (path.startsWith('/moved')) elsewhere[path] = status(302, { location: '/target.jpg' });
          if (path.startsWith('/slow')) elsewhere[path] = slow;
        }
        await atMuseum(elsewhere, async (museum, clock) => {
          await readAll(reader(clock, { requestsPerSecond, concurrency }), museum, paths);
          assert.ok(museum.log.length > paths.length);
          assert.ok(mostPerSecond(museum.log) <= requestsPerSecond, JSON.stringify(museum.log));
          assert.ok(museum.inFlight.most <= concurrency);
        });
      }),
      { numRuns: 25 },
    );
  });

  it('is left alone as long as Retry-After asks', async () => {
    let answers = 0;
    const busy: Misbehaviour = (request, response) => {
      answers++;
      return (answers === 3 ? status(429, { 'retry-after': '7' }) : picture)(request, response);
    };
    const paths = ['/1.jpg', '/2.jpg', '/3.jpg', '/4.jpg', '/5.jpg'];
    await atMuseum(Object.fromEntries(paths.map((path) => [path, busy])), async (museum, clock) => {
      const all = await readAll(reader(clock, { concurrency: 1 }), museum, paths);
      assert.deepEqual(all, ['ok', 'ok', 'ok', 'ok', 'ok']);
      assert.deepEqual(gaps(museum.log), [200, 200, 200, 7000, 200, 200]);
    });
  });

  it('is left alone for as long as its Crawl-delay asks between two requests', async () => {
    const elsewhere = {
      '/robots.txt': text('User-agent: *\nCrawl-delay: 4\n'),
      '/1.jpg': picture,
      '/2.jpg': picture,
    };
    await atMuseum(elsewhere, async (museum, clock) => {
      await readAll(reader(clock), museum, ['/1.jpg', '/2.jpg', '/iiif/i1']);
      assert.equal(museum.log.length, 5);
      // Until robots.txt has arrived nobody knows of the delay.
      assert.ok(
        gaps(museum.log)
          .slice(1)
          .every((gap) => gap >= 4000),
        JSON.stringify(museum.log),
      );
    });
  });

  it('is asked for robots.txt first, once a day, and for nothing it refuses', async () => {
    const elsewhere = {
      '/robots.txt': text('User-agent: lacuna\nDisallow: /private/\nDisallow: /iiif/\n'),
      '/1.jpg': picture,
      '/private/2.jpg': picture,
      '/moved.jpg': status(302, { location: '/private/2.jpg' }),
    };
    await atMuseum(elsewhere, async (museum, clock) => {
      const polite = reader(clock);
      const paths = ['/1.jpg', '/private/2.jpg', '/moved.jpg', '/iiif/i1', '/iiif/i2/full/max/0/default.jpg'];
      assert.deepEqual(await readAll(polite, museum, paths), [
        'ok',
        'disallowed',
        'disallowed',
        'disallowed',
        'disallowed',
      ]);
      assert.deepEqual(museum.asked().sort(), ['/1.jpg', '/moved.jpg', '/robots.txt']);
      assert.deepEqual(polite.counts().byReason, { disallowed: 4 });
      assert.deepEqual(polite.plain.byReason(), {});
      await clock.sleep(23 * 3_600_000);
      await readAll(polite, museum, ['/1.jpg']);
      assert.deepEqual(museum.asked(), ['/1.jpg']);
      await clock.sleep(2 * 3_600_000);
      await readAll(polite, museum, ['/1.jpg']);
      assert.deepEqual(museum.asked(), ['/robots.txt', '/1.jpg']);
    });
  });

  const files: readonly (readonly [string, Misbehaviour, string, number])[] = [
    ['has none', status(404), 'ok', 2],
    ['keeps it to itself', status(403), 'ok', 2],
    ['sends it round in circles', status(302, { location: '/robots.txt' }), 'ok', 7],
    ['fails at it', status(503), 'server-error', 3],
    ['asks not to be asked today', status(429, { 'retry-after': '86400' }), 'rate-limited', 1],
    [
      'never ends it',
      (_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('#'.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      },
      'too-large',
      1,
    ],
  ];
  for (const [what, answer, reason, requests] of files) {
    it(`that ${what}: ${reason}`, async () => {
      await atMuseum({ '/robots.txt': answer, '/1.jpg': picture }, async (museum, clock) => {
        assert.deepEqual(await readAll(reader(clock), museum, ['/1.jpg']), [reason]);
        assert.equal(museum.log.length, requests);
      });
    });
  }

  it('is not asked for robots.txt when it is one’s own', async () => {
    const elsewhere = { '/robots.txt': text('User-agent: *\nDisallow: /\n'), '/1.jpg': picture };
    await atMuseum(elsewhere, async (museum, clock) => {
      assert.deepEqual(await readAll(reader(clock), museum, ['/1.jpg']), ['disallowed']);
      const { host } = new URL(museum.origin);
      museum.asked();
      for (const robots of [
        { enabled: true, except: ['elsewhere.example', host] },
        { enabled: false, except: [] },
      ])
        assert.deepEqual(await readAll(reader(clock, { robots }), museum, ['/1.jpg']), ['ok']);
      assert.deepEqual(museum.asked(), ['/1.jpg', '/1.jpg']);
    });
  });
});
