import type { Fate } from './hostile-files.js';
import { send, times, type HostileAnswer, type Place } from './hostile-answer.js';

/** Hosts that resolve to what must not be asked. */
export const privateHosts: Readonly<Record<string, readonly string[]>> = {
  'ten.private.example': ['10.0.0.1'],
  'link.private.example': ['169.254.169.254'],
  'this.private.example': ['0.0.0.0'],
  'shared.private.example': ['100.64.0.1'],
  'local6.private.example': ['::1'],
  'unique6.private.example': ['fd00::1'],
  'link6.private.example': ['fe80::1'],
  'mapped6.private.example': ['::ffff:10.0.0.1'],
  'nat64.private.example': ['64:ff9b::a00:1'],
  'both.private.example': ['127.0.0.1', '192.168.0.1'],
  'multicast.private.example': ['239.0.0.1'],
};

const privateLiterals = [
  '10.0.0.1',
  '167772161',
  '0xa.0.0.1',
  '012.0.0.1',
  '10.1',
  '169.254.169.254',
  '192.168.1.1',
  '100.127.0.1',
  '0.0.0.0',
  '[::1]',
  '[fe80::1]',
  '[fd12::1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:a00:1]',
  '[64:ff9b::a00:1]',
  '[2002:a00:1::]',
];

const moved =
  (location: (place: Place) => string, status = 302): HostileAnswer['answer'] =>
  (_request, response, _rest, place) => {
    response.writeHead(status, { location: location(place) }).end();
  };

const statuses = [
  201, 202, 203, 204, 205, 206, 207, 226, 300, 304, 305, 306, 400, 401, 402, 403, 404, 405, 406, 407, 408,
  409, 410, 411, 413, 414, 415, 416, 418, 421, 422, 425, 426, 428, 431, 451, 499, 500, 501, 502, 503, 504,
  505, 507, 508, 511, 520, 522, 525, 530, 599, 600, 999,
] as const;

function fateOfStatus(status: number): Fate {
  if (status === 404 || status === 410) return 'not-found';
  // Nothing was asked under a condition, so "not modified" says nothing.
  if (status === 304) return 'server-error';
  return status >= 500 && status !== 501 ? 'server-error' : 'refused';
}

const v2 = { '@context': 'http://iiif.io/api/image/2/context.json', protocol: 'http://iiif.io/api/image' };
const level0 = { ...v2, profile: ['http://iiif.io/api/image/2/level0.json'] };
const level2 = { ...v2, profile: ['http://iiif.io/api/image/2/level2.json'] };

/** What servers say of an image; whatever it is, the plain address has a photograph. */
const wrongInformation: readonly string[] = [
  '',
  '{',
  'null',
  '[]',
  '{}',
  '<html>login</html>',
  '{"width":60,"height":50}',
  `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  `{"width":${'9'.repeat(400)},"height":1e400}`,
  JSON.stringify({ ...level2, width: 0, height: 0 }),
  JSON.stringify({ ...level2, width: -60, height: -50 }),
  JSON.stringify({ ...level2, width: '60', height: '50' }),
  JSON.stringify({ ...level2, width: 60.5, height: 50.5 }),
  JSON.stringify({ ...level2, width: 2 ** 40, height: 2 ** 40 }),
  JSON.stringify({ ...level2, width: 2 ** 31, height: 1 }),
  JSON.stringify({ ...level2, width: 60, height: 50, maxWidth: 0, maxArea: -1 }),
  JSON.stringify({ ...level2, width: 60, height: 50, sizes: 'all' }),
  JSON.stringify({ ...level0, width: 60, height: 50, sizes: [{ width: 7, height: 9e15 }, null, 3] }),
  JSON.stringify({ ...level0, width: 60, height: 50, tiles: [{ width: 0, scaleFactors: [0, -1, 1e9] }] }),
  JSON.stringify({ ...level0, width: 60, height: 50, tiles: [{ width: 1, scaleFactors: [1] }] }),
  JSON.stringify({ ...level0, width: 2 ** 31, height: 2 ** 31, tiles: [{ width: 1, scaleFactors: [1] }] }),
  JSON.stringify({ ...level0, width: 60, height: 50, sizes: Array(40_000).fill({ width: 1, height: 1 }) }),
  '{"__proto__":{"width":60},"constructor":{"prototype":1},"width":60,"height":50}',
];

/** Addresses that lead nowhere, in circles or where nobody may go, the same ones for the same random numbers in [0, 1). */
export function* hostileAddresses(jpeg: Buffer, random: () => number): Generator<HostileAnswer> {
  const draw = (end: number): number => Math.floor(random() * end);

  for (const index of times(60)) {
    const status = [301, 302, 303, 307, 308][index % 5]!;
    yield { kind: 'redirects', answer: moved(({ path }) => path, status), fates: ['too-many-redirects'] };
    yield {
      kind: 'redirects',
      answer: (_request, response, rest, { path }) => {
        response.writeHead(status, { location: rest === '/b' ? path : `${path}/b` }).end();
      },
      fates: ['too-many-redirects'],
    };
    const hops = draw(11);
    yield {
      kind: 'redirects',
      answer: (_request, response, rest, { path }) => {
        const hop = Number(rest.slice(1) || 0);
        if (hop === hops) response.end(jpeg);
        else response.writeHead(status, { location: `${path}/${hop + 1}` }).end();
      },
      fates: [hops <= 5 ? 'read' : 'too-many-redirects'],
    };
    const nowhere = [
      'file:///etc/hostname',
      'data:image/png;base64,AAAA',
      'ftp://example.org/a.jpg',
      'javascript:0',
      'http://[',
      'http://a b/',
    ][index % 6]!;
    yield { kind: 'redirects', answer: moved(() => nowhere, status), fates: ['bad-address'] };
    yield { kind: 'redirects', answer: send(status), fates: ['server-error'] };
  }

  // Addresses that are not for the public.
  const hosts = Object.keys(privateHosts);
  for (const index of times(48)) {
    const literal = privateLiterals[index % privateLiterals.length]!;
    yield {
      kind: 'private address',
      address: () => `http://${literal}/a.jpg`,
      answer: () => undefined,
      fates: ['private-address'],
    };
    yield {
      kind: 'private address',
      answer: moved(() => `https://${literal}/a.jpg`),
      fates: ['private-address'],
    };
    const host = hosts[index % hosts.length]!;
    yield {
      kind: 'private address',
      address: () => `http://${host}/a.jpg`,
      answer: () => undefined,
      fates: ['private-address'],
    };
    yield {
      kind: 'private address',
      answer: moved(() => `http://${host}/a.jpg`),
      fates: ['private-address'],
    };
    // Public when it is asked first, private the next time.
    const rebinding = `rebinding-${index}.example`;
    yield {
      kind: 'rebinding',
      address: ({ port, path }) => `http://${rebinding}:${port}${path}`,
      answer: (_request, response, _rest, { path }) => {
        response.writeHead(302, { location: `${path}/next`, connection: 'close' }).end();
      },
      fates: ['private-address'],
    };
  }
  const addresses = [
    '',
    'a',
    'http://',
    'http://[::',
    'mailto:a@example.org',
    'http://a b',
    '//example.org/a.jpg',
    'file:///etc/passwd',
    'file://host/a.jpg',
    'data:image/png;base64,AAAA',
  ];
  for (const index of times(20))
    yield {
      kind: 'no address',
      address: () => addresses[index % 10]!,
      answer: () => undefined,
      fates: ['bad-address'],
    };

  for (const status of statuses)
    yield {
      kind: 'status',
      answer: send(status, { connection: 'close' }, jpeg),
      fates: [fateOfStatus(status)],
    };
  for (const index of times(20)) {
    const busy = {
      'retry-after': ['86400', '9'.repeat(30), 'Fri, 31 Dec 9999 23:59:59 GMT', 'soon'][index % 4]!,
    };
    yield {
      kind: 'status',
      // Told to wait, the host is left alone: a host of its own.
      address: ({ port, path }) => `http://busy-${index}.example:${port}${path}`,
      answer: send(429, { ...busy, connection: 'close' }),
      fates: ['rate-limited'],
    };
  }

  for (const round of times(4)) {
    for (const [index, information] of wrongInformation.entries()) {
      yield {
        kind: 'wrong info.json',
        // After five in a row a host is not asked any more: a host of its own.
        address: ({ port, path }) =>
          `http://iiif-${round}-${index}.example:${port}${path}/full/full/0/default.jpg`,
        answer: (_request, response, rest) => {
          response.setHeader('connection', 'close');
          if (rest === '/info.json') response.end(information);
          else if (rest === '/full/full/0/default.jpg') response.end(jpeg);
          else response.writeHead(400).end();
        },
        fates: ['read'],
      };
    }
  }
}
