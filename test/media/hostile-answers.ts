import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { send, times, type HostileAnswer } from './hostile-answer.js';

const write =
  (text: string | Buffer, then?: (response: ServerResponse) => void): HostileAnswer['answer'] =>
  (_request, response) => {
    // Not by way of the HTTP server, which would not write such things.
    response.socket?.write(text, () => then?.(response));
  };
const close = (response: ServerResponse): void => void response.socket?.end();
const reset = (response: ServerResponse): void => void response.socket?.resetAndDestroy();
/** Writes for ever, as fast as it is read. */
const endless =
  (first: Buffer, block: Buffer, headers: Record<string, string> = {}): HostileAnswer['answer'] =>
  (_request, response) => {
    response.writeHead(200, headers);
    response.write(first);
    const more = (): void => {
      while (!response.destroyed && response.write(block));
    };
    response.on('drain', more);
    more();
  };

/** Writes for ever, a piece now and then. */
const dripping =
  (first: string | Buffer, piece: string): HostileAnswer['answer'] =>
  (_request, response) => {
    const { socket } = response;
    if (socket === null) return;
    socket.write(first);
    const timer = setInterval(() => socket.write(piece), 5);
    socket.on('close', () => clearInterval(timer));
  };

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

/** Answers that are no photograph, no HTTP or never end: the same ones for the same random numbers in [0, 1). `jpeg` is a sound photograph. */
export function* hostileAnswers(jpeg: Buffer, random: () => number): Generator<HostileAnswer> {
  const draw = (end: number): number => Math.floor(random() * end);
  const zeros = Buffer.alloc(20_000_000);
  const start = jpeg.subarray(0, 200);
  const head = (length: number | string, more = ''): string =>
    `HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: ${length}\r\n${more}\r\n`;

  // Nothing comes, or too little at a time.
  for (const _ of times(20))
    yield { kind: 'silent', answer: () => undefined, fates: ['timed-out'], isEndless: true };
  const drips = [
    dripping('HTTP/1.1 200 OK\r\nX: ', 'x'),
    dripping('', 'HTTP/1.1 100 Continue\r\n\r\n'),
    dripping(Buffer.concat([Buffer.from(head(90_000)), start]), '\0'),
    dripping(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), start]), '\0'),
    dripping(Buffer.concat([Buffer.from(`${chunked}c8\r\n`), start, Buffer.from('\r\n')]), '1\r\nx\r\n'),
  ];
  for (const index of times(100))
    yield { kind: 'slow drip', answer: drips[index % 5]!, fates: ['timed-out'], isEndless: true };
  for (const _ of times(20))
    yield {
      kind: 'false length',
      answer: write(Buffer.concat([Buffer.from(head(90_000)), start])),
      fates: ['timed-out'],
      isEndless: true,
    };

  // Too much comes.
  for (const index of times(60)) {
    const block = Buffer.alloc(65_536, index);
    if (index % 2 === 0) yield { kind: 'endless', answer: endless(start, block), fates: ['too-large'] };
    else yield { kind: 'endless', answer: endless(Buffer.from('<html>'), block), fates: ['not-an-image'] };
  }
  const packed = [
    ['gzip', gzipSync(Buffer.concat([start, zeros]))],
    ['deflate', deflateSync(Buffer.concat([start, zeros]))],
    ['br', brotliCompressSync(Buffer.concat([start, zeros]))],
  ] as const;
  for (const index of times(90)) {
    const [encoding, bytes] = packed[index % 3]!;
    yield {
      kind: 'packed bomb',
      answer: send(200, { 'content-encoding': encoding }, bytes),
      fates: ['too-large'],
    };
  }
  const page = gzipSync(zeros);
  for (const _ of times(20))
    yield {
      kind: 'packed bomb',
      answer: send(200, { 'content-encoding': 'gzip' }, page),
      fates: ['not-an-image'],
    };
  for (const _ of times(40)) {
    const cut = packed[0][1].subarray(0, 30 + draw(100));
    yield {
      kind: 'badly packed',
      answer: send(200, { 'content-encoding': 'gzip' }, cut),
      fates: ['truncated', 'not-an-image'],
    };
    yield {
      kind: 'badly packed',
      answer: send(200, { 'content-encoding': 'gzip' }, jpeg),
      fates: ['truncated'],
    };
    yield { kind: 'badly packed', answer: send(200, { 'content-encoding': 'x-own' }, jpeg), fates: ['read'] };
  }

  // What the head says is not so.
  for (const _ of times(60)) {
    const bytes = (count: number): Buffer => Buffer.from(head(count));
    const more = 1 + draw(2000);
    yield {
      kind: 'false length',
      answer: write(Buffer.concat([bytes(jpeg.length + more), jpeg]), close),
      fates: ['truncated'],
    };
    yield {
      kind: 'false length',
      answer: write(Buffer.concat([bytes(100_001 + draw(2 ** 40)), jpeg])),
      fates: ['too-large'],
    };
    yield {
      kind: 'false length',
      answer: write(Buffer.concat([bytes(100 + draw(jpeg.length - 200)), jpeg]), close),
      fates: ['truncated', 'not-an-image', 'read'],
    };
  }
  for (const _ of times(20)) {
    for (const wrong of [
      head('abc'),
      head('-5'),
      head(10, 'Content-Length: 20\r\n'),
      head(10, 'Transfer-Encoding: chunked\r\n'),
    ])
      yield {
        kind: 'false length',
        answer: write(wrong, close),
        fates: ['server-error', 'truncated', 'not-an-image'],
      };
  }
  for (const index of times(60)) {
    const wrong = ['xyz\r\n', `${'f'.repeat(17)}\r\n`, 'ff;\r\r\n', '5\r\nabcdefgh'][index % 4]!;
    yield { kind: 'bad chunks', answer: write(chunked + wrong, close), fates: ['truncated', 'not-an-image'] };
  }
  for (const index of times(60)) {
    const flood =
      index % 2 === 0
        ? `X-Long: ${'x'.repeat(20_000 + draw(200_000))}\r\n`
        : times(3000 + draw(3000))
            .map((at) => `X-${at}: ${draw(1000)}\r\n`)
            .join('');
    yield {
      kind: 'flood of headers',
      answer: write(`HTTP/1.1 200 OK\r\n${flood}\r\n`, close),
      fates: ['server-error'],
    };
  }
  const noise = [
    'SSH-2.0-OpenSSH_9.6\r\n',
    'HTTP/9.9 200 OK\r\n\r\n',
    'ICY 200 OK\r\n\r\n',
    '\0\0\0\0\0\0\0\0',
    jpeg,
  ];
  for (const index of times(50))
    yield { kind: 'no HTTP', answer: write(noise[index % 5]!, close), fates: ['server-error'] };

  // The connection goes.
  for (const index of times(60)) {
    yield {
      kind: 'reset',
      answer: write(
        Buffer.concat([Buffer.from(head(jpeg.length)), jpeg.subarray(0, draw(jpeg.length))]),
        index % 2 === 0 ? reset : close,
      ),
      // What was sent before the reset may be lost.
      fates: ['truncated', 'unreachable'],
    };
    yield {
      kind: 'reset',
      answer: write('HTTP/1.1 200 OK\r\nContent-', index % 2 === 0 ? reset : close),
      fates: ['unreachable', 'server-error'],
    };
    yield {
      kind: 'reset',
      answer: (_request, response) => (index % 2 === 0 ? reset : close)(response),
      fates: ['unreachable'],
    };
  }
}
