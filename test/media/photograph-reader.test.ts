import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import {
  createPhotographReader,
  type CountingPhotographReader,
  type PhotographReaderOptions,
} from '../../src/media/photograph-reader.js';
import { startHostileServer, type HostileServer, type Misbehaviour } from './hostile-server.js';
import { readerSettings } from './reader-settings.js';

let jpeg: Buffer;
let server: HostileServer;
let folder: string;
const sleeps: number[] = [];
const clock = { now: Date.parse('2024-01-01T00:00:00Z') };
const flaky = { answers: 0, status: 503 };

const respond =
  (status: number, headers: Record<string, string> = {}, body: string | Buffer = ''): Misbehaviour =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

function reader(options: Partial<PhotographReaderOptions> = {}): CountingPhotographReader {
  return createPhotographReader({
    ...readerSettings,
    userAgent: 'Lacuna test (contact: curator@museum.example)',
    ...options,
    gate: {
      backoffMs: 10,
      random: () => 0.5,
      now: () => clock.now,
      monotonic: () => clock.now,
      sleep: async (ms) => {
        sleeps.push(ms);
        clock.now += ms;
      },
      ...options.gate,
    },
  });
}

async function reasonOf(url: string, options: Partial<PhotographReaderOptions> = {}): Promise<string> {
  const outcome = await reader(options).read(url);
  return outcome.ok ? 'ok' : outcome.reason;
}

before(async () => {
  jpeg = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
  folder = await mkdtemp(path.join(tmpdir(), 'lacuna-photographs-'));
  const answers: Record<string, Misbehaviour> = {
    '/good.jpg': respond(200, { 'content-type': 'image/jpeg' }, ''),
    '/page.jpg': respond(
      200,
      { 'content-type': 'image/jpeg' },
      `<!doctype html>${'<p>not here</p>'.repeat(5000)}`,
    ),
    '/drawing.svg': respond(
      200,
      { 'content-type': 'image/svg+xml' },
      `<svg xmlns="http://www.w3.org/2000/svg">${' '.repeat(99)}</svg>`,
    ),
    '/empty': respond(200),
    '/gone': respond(410),
    '/secret': respond(403),
    '/broken': respond(500),
    '/partial': respond(206, {}, 'x'),
    '/loop': respond(302, { location: '/loop' }),
    '/moved': respond(301, { location: 'good.jpg?size=large' }),
    '/to-file': respond(302, { location: 'file:///etc/hostname' }),
    '/to-nowhere': respond(302),
    '/to-literal': respond(302, { location: 'http://169.254.169.254/latest/meta-data' }),
    '/later': respond(429, { 'retry-after': '7' }),
    '/much-later': respond(429, { 'retry-after': '86400' }),
    '/flaky': (_request, response) => {
      flaky.answers++;
      response.writeHead(flaky.answers < 3 ? flaky.status : 200).end(flaky.answers < 3 ? '' : jpeg);
    },
    '/claims-much': (_request, response) => {
      response.writeHead(200, { 'content-length': '99999999' });
      response.write(jpeg);
    },
    '/truncated': (_request, response) => {
      response.writeHead(200, { 'content-length': String(jpeg.length + 500) });
      response.write(jpeg, () => response.destroy());
    },
    '/endless': (_request, response) => {
      response.writeHead(200);
      response.write(jpeg);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(4096, 7)));
      };
      response.on('drain', more);
      more();
    },
    '/drip': (_request, response) => {
      response.writeHead(200);
      response.write(jpeg.subarray(0, 100));
      const timer = setInterval(() => response.write(Buffer.alloc(1)), 20);
      response.on('close', () => {
        clearInterval(timer);
      });
    },
    '/silent': () => undefined,
  };
  answers['/good.jpg'] = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(jpeg);
  };
  server = await startHostileServer(answers);
});

after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('createPhotographReader over HTTP', () => {
  it('delivers the bytes, their digest, and says who asks', async () => {
    const outcome = await reader().read(`${server.origin}/good.jpg`);
    assert.ok(outcome.ok);
    assert.deepEqual(Buffer.from(outcome.bytes), jpeg);
    assert.equal(outcome.digest, createHash('sha256').update(jpeg).digest('hex'));
    assert.match(server.requests.at(-1)?.headers['user-agent'] ?? '', /curator@museum\.example/);
  });

  it('follows a relative redirect', async () => {
    assert.equal(await reasonOf(`${server.origin}/moved`), 'ok');
  });

  const once: readonly (readonly [string, string])[] = [
    ['/nothing', 'not-found'],
    ['/gone', 'not-found'],
    ['/secret', 'refused'],
    ['/partial', 'refused'],
    ['/broken', 'server-error'],
    ['/page.jpg', 'not-an-image'],
    ['/drawing.svg', 'not-an-image'],
    ['/empty', 'not-an-image'],
    ['/loop', 'too-many-redirects'],
    ['/to-file', 'bad-address'],
    ['/to-nowhere', 'server-error'],
    ['/claims-much', 'too-large'],
    ['/endless', 'too-large'],
    ['/truncated', 'truncated'],
  ];
  for (const [address, reason] of once) {
    it(`calls ${address} ${reason}`, async () => {
      assert.equal(await reasonOf(`${server.origin}${address}`), reason);
    });
  }

  it('gives up on a server that never answers and on one that drips', async () => {
    assert.equal(await reasonOf(`${server.origin}/silent`, { timeoutSeconds: 0.2 }), 'timed-out');
    assert.equal(await reasonOf(`${server.origin}/drip`, { timeoutSeconds: 0.3 }), 'timed-out');
  });

  it('lets go of the connection when it has seen enough', async () => {
    await reasonOf(`${server.origin}/endless`);
    for (let turn = 0; turn < 100 && server.inFlight.now > 0; turn++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(server.inFlight.now, 0);
  });

  it('refuses addresses that are none', async () => {
    assert.equal(await reasonOf('not an address'), 'bad-address');
    assert.equal(await reasonOf('ftp://museum.example/a.jpg'), 'bad-address');
    assert.equal(await reasonOf('data:image/png;base64,AAAA'), 'bad-address');
  });

  it('tries again after errors that pass, with growing pauses', async () => {
    flaky.answers = 0;
    sleeps.length = 0;
    assert.equal(await reasonOf(`${server.origin}/flaky`), 'ok');
    assert.deepEqual(sleeps, [10, 20]);
  });

  it('waits as long as Retry-After asks', async () => {
    sleeps.length = 0;
    assert.equal(await reasonOf(`${server.origin}/later`), 'rate-limited');
    // The pause of the back-off counts towards the seven seconds.
    assert.deepEqual(sleeps, [10, 6990, 20, 6980]);
  });

  it('does not wait for a day, and does not call such a host again', async () => {
    const polite = reader();
    const before = server.requests.length;
    for (let index = 0; index < 5; index++) await polite.read(`${server.origin}/much-later?${index}`);
    assert.equal(server.requests.length, before + 1);
    assert.deepEqual(polite.counts(), { read: 0, failed: 5, byReason: { 'rate-limited': 5 } });
  });

  it('keeps no more requests in flight to a host than it may', async () => {
    server.inFlight.most = 0;
    const polite = reader({ concurrency: 2, timeoutSeconds: 0.2, gate: { unreachableBeforeGivingUp: 99 } });
    await Promise.all(
      Array.from({ length: 6 }, (_, index) => polite.read(`${server.origin}/silent?${index}`)),
    );
    assert.equal(server.inFlight.most, 2);
  });

  it('stops when told to', async () => {
    const controller = new AbortController();
    const reading = reader().read(`${server.origin}/silent`, { signal: controller.signal });
    setTimeout(() => {
      controller.abort(new Error('the curator went home'));
    }, 50);
    await assert.rejects(reading, /the curator went home/);
  });
});

describe('createPhotographReader and dead hosts', () => {
  async function deadOrigin(): Promise<string> {
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
    const { port } = socket.address() as { port: number };
    await new Promise((resolve) => socket.close(resolve));
    return `http://127.0.0.1:${port}`;
  }

  it('gives a host up after three photographs in a row, counts all and lists few', async () => {
    const origin = await deadOrigin();
    const patient = reader({ listedPerReason: 5 });
    for (let index = 0; index < 1000; index++) await patient.read(`${origin}/${index}.jpg`);
    assert.deepEqual(patient.counts(), {
      read: 0,
      failed: 1000,
      byReason: { unreachable: 3, 'host-unreachable': 997 },
    });
    assert.equal(patient.failures().length, 8);
    assert.equal(patient.failures()[0]?.url, `${origin}/0.jpg`);
  });

  it('looks once more when the host was left alone long enough', async () => {
    const origin = await deadOrigin();
    const patient = reader({ gate: { givenUpMs: 1000, retries: 0 } });
    for (let index = 0; index < 5; index++) await patient.read(`${origin}/${index}.jpg`);
    clock.now += 1001;
    for (let index = 5; index < 9; index++) await patient.read(`${origin}/${index}.jpg`);
    assert.deepEqual(patient.counts().byReason, { unreachable: 4, 'host-unreachable': 5 });
  });

  it('does not give up a host that answers in between', async () => {
    const steady = reader({ gate: { errorsBeforeGivingUp: 2, retries: 0 } });
    for (const address of ['/broken', '/good.jpg', '/broken', '/nothing', '/broken'])
      await steady.read(`${server.origin}${address}`);
    assert.deepEqual(steady.counts(), {
      read: 1,
      failed: 4,
      byReason: { 'server-error': 3, 'not-found': 1 },
    });
  });
});

describe('createPhotographReader and private addresses', () => {
  const locked = { allowPrivateAddresses: false };

  it('refuses literal private addresses in every spelling', async () => {
    const { port } = new URL(server.origin);
    for (const host of [
      '127.0.0.1',
      'localhost',
      '2130706433',
      '0x7f.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '10.1.2.3',
      '[fe80::1]',
    ]) {
      assert.equal(await reasonOf(`http://${host}:${port}/good.jpg`, locked), 'private-address', host);
    }
  });

  it('refuses a name that resolves to a private address, at connect time', async () => {
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const before = server.requests.length;
    const url = `http://museum.example:${new URL(server.origin).port}/good.jpg`;
    assert.equal(await reasonOf(url, { ...locked, resolve }), 'private-address');
    assert.equal(server.requests.length, before);
    assert.equal(await reasonOf(url, { resolve }), 'ok');
  });

  it('checks every hop of a redirect', async () => {
    const isPrivateAddress = (address: string) => address !== '127.0.0.1';
    assert.equal(
      await reasonOf(`${server.origin}/to-literal`, { ...locked, isPrivateAddress }),
      'private-address',
    );
  });
});

describe('createPhotographReader on local files', () => {
  before(async () => {
    await mkdir(path.join(folder, 'media', 'a b'), { recursive: true });
    await writeFile(path.join(folder, 'media', 'a b', 'ä.jpg'), jpeg);
    await writeFile(path.join(folder, 'media', 'kept%20name.jpg'), jpeg);
    await writeFile(
      path.join(folder, 'media', 'page.jpg'),
      '<html>a page that was saved as a picture</html>'.repeat(9),
    );
    await writeFile(path.join(folder, 'media', 'huge.jpg'), Buffer.concat([jpeg, Buffer.alloc(100_000)]));
    await writeFile(path.join(folder, 'secret.jpg'), jpeg);
    await symlink(path.join(folder, 'secret.jpg'), path.join(folder, 'media', 'link.jpg'));
  });
  const local = (): Partial<PhotographReaderOptions> => ({
    rewrite: [{ from: 'https://museum.example/media/', to: path.join(folder, 'media') }],
  });

  const cases: readonly (readonly [string, string])[] = [
    ['a%20b/%C3%A4.jpg', 'ok'],
    ['a%20b/../a%20b/%C3%A4.jpg?size=1#top', 'ok'],
    ['kept%20name.jpg', 'ok'],
    ['missing.jpg', 'not-found'],
    ['a%20b', 'not-found'],
    ['page.jpg', 'not-an-image'],
    ['huge.jpg', 'too-large'],
    ['../secret.jpg', 'bad-address'],
    ['%2e%2e/secret.jpg', 'bad-address'],
    ['a%20b/..%2f..%2fsecret.jpg', 'bad-address'],
    ['/etc/hostname', 'not-found'],
    ['%00.jpg', 'bad-address'],
    ['link.jpg', 'bad-address'],
    ['', 'bad-address'],
  ];
  for (const [rest, reason] of cases) {
    it(`rewrites …/${rest}: ${reason}`, async () => {
      assert.equal(await reasonOf(`https://museum.example/media/${rest}`, local()), reason);
    });
  }

  it('prefers the longest rewrite', async () => {
    const rewrite = [{ from: 'https://museum.example/', to: '/nowhere' }, ...(local().rewrite ?? [])];
    assert.equal(await reasonOf('https://museum.example/media/kept%20name.jpg', { rewrite }), 'ok');
  });

  it('reads file addresses of allowed folders only', async () => {
    const inside = pathToFileURL(path.join(folder, 'media', 'a b', 'ä.jpg')).href;
    const outside = pathToFileURL(path.join(folder, 'secret.jpg')).href;
    assert.equal(await reasonOf(inside, local()), 'ok');
    assert.equal(await reasonOf(inside, { folders: [folder] }), 'ok');
    assert.equal(await reasonOf(inside), 'bad-address');
    assert.equal(await reasonOf(outside, local()), 'bad-address');
    assert.equal(await reasonOf('file://otherhost/a.jpg', local()), 'bad-address');
  });

  it('counts what turned out useless after it was read', async () => {
    const counting = reader(local());
    const url = 'https://museum.example/media/kept%20name.jpg';
    await counting.read(url);
    counting.reject(url, { ok: false, reason: 'truncated', detail: 'the picture is cut off' });
    assert.deepEqual(counting.counts(), { read: 0, failed: 1, byReason: { truncated: 1 } });
    assert.deepEqual(counting.failures(), [{ url, reason: 'truncated', detail: 'the picture is cut off' }]);
  });
});
