import { deflateSync, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import type { FailureReason } from '../../src/media/photograph-outcome.js';
import { goldenPicture, jpeg2000Claiming } from './golden-jpeg2000.js';
import { pngChunk } from './png-chunk.js';

/** What becomes of a photograph: it is read and decoded, or fails for a reason. */
export type Fate = 'read' | FailureReason;

/** A file that is not what it says, and what must become of it; any fate where none is named. */
export interface HostileFile {
  readonly kind: string;
  readonly bytes: Buffer;
  readonly fates?: readonly Fate[];
}

const formats = ['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const;
const html = Buffer.from('<!doctype html><script>alert(1)</script>'.repeat(20));
const zip = Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'), Buffer.alloc(300, 80)]);
const pdf = Buffer.from(`%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n${' '.repeat(500)}%%EOF`);
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Small sound photographs: every format, with and without alpha, 8 and 16 bits, grey, CMYK, animated, turned by EXIF. */
export async function soundPhotographs(): Promise<readonly Buffer[]> {
  const noise = Buffer.from(Array.from({ length: 60 * 50 * 3 }, (_, index) => (index * 7919) % 251));
  const picture = sharp(noise, { raw: { width: 60, height: 50, channels: 3 } });
  const frames = sharp(noise, { raw: { width: 60, height: 50, channels: 3, pageHeight: 10 } });
  const made = [
    ...formats.map((format) => picture.clone()[format]()),
    picture.clone().ensureAlpha(0.5).png(),
    picture.clone().toColourspace('rgb16').png(),
    picture.clone().png({ palette: true }),
    picture.clone().greyscale().jpeg({ progressive: true }),
    picture.clone().toColourspace('cmyk').jpeg(),
    picture.clone().withMetadata({ orientation: 6 }).jpeg(),
    picture.clone().webp({ lossless: true }),
    picture.clone().tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 }),
    picture.clone().tiff({ compression: 'deflate' }),
    frames.clone().gif({ delay: [10, 10, 10, 10, 10] }),
    frames.clone().webp({ delay: [10, 10, 10, 10, 10] }),
  ];
  const jpeg2000 = ['a file without loss', 'a codestream without loss'].map(
    (name) => goldenPicture(name).file,
  );
  return [...(await Promise.all(made.map((one) => one.toBuffer()))), ...jpeg2000];
}

/** Draws numbers for the making of cases; each from 0 up to, not including, `end`. */
type Draw = (end: number) => number;

type Change = (bytes: Buffer, draw: Draw, others: readonly Buffer[]) => Buffer;

const truncate: Change = (bytes, draw) => bytes.subarray(0, draw(bytes.length));

const alter: Change = (bytes, draw) => {
  const changed = Buffer.from(bytes);
  for (let left = 1 + draw(20); left > 0 && changed.length > 0; left--)
    changed[draw(changed.length)] = draw(256);
  return changed;
};

// Sizes, counts and offsets stand near the beginning.
const claim: Change = (bytes, draw) => {
  const changed = Buffer.from(bytes);
  const at = draw(200);
  const value = [0, 1, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff][draw(6)] ?? 0;
  if (at + 4 > changed.length) return changed;
  if (draw(2) === 0) changed.writeUInt32BE(value, at);
  else changed.writeUInt32LE(value, at);
  return changed;
};

const insert: Change = (bytes, draw) => {
  const at = draw(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + draw(5000), draw(256)), bytes.subarray(at)]);
};

const twoInOne: Change = (bytes, draw, others) => {
  const other = others[draw(others.length)] ?? bytes;
  return [
    () => Buffer.concat([bytes, other]),
    () => Buffer.concat([bytes, html]),
    () => Buffer.concat([bytes, zip]),
    () => Buffer.concat([bytes.subarray(0, 30), html]),
    () => Buffer.concat([latin1('GIF89a/*'), html, latin1('*/'), bytes]),
    () => Buffer.concat([latin1('\xff\xd8\xff\xfe'), Buffer.from([2, 0]), pdf, bytes]),
    () => Buffer.concat([other.subarray(0, draw(64)), bytes]),
    () => Buffer.concat([other.subarray(0, 12 + draw(52)), bytes.subarray(draw(64))]),
  ][draw(8)]!();
};

const changes: readonly (readonly [kind: string, count: number, change: Change])[] = [
  ['cut off', 700, truncate],
  ['altered', 723, alter],
  ['false sizes', 600, claim],
  ['stuffed', 200, insert],
  ['two in one', 300, twoInOne],
];

/** A PNG of one bit per pixel with whatever else is put before its pixels. */
function png(width: number, height: number, pixels: Buffer, ...more: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  return Buffer.concat([
    latin1('\x89PNG\r\n\x1a\n'),
    pngChunk('IHDR', header),
    ...more,
    pngChunk('IDAT', pixels),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A TIFF, one bit per pixel, from tag and value (LONG). */
function tiff(tags: readonly (readonly [tag: number, value: number])[], next = 0): Buffer {
  const directory = Buffer.alloc(2 + 12 * tags.length + 4);
  directory.writeUInt16LE(tags.length, 0);
  for (const [index, [tag, value]] of tags.entries()) {
    directory.writeUInt16LE(tag, 2 + 12 * index);
    directory.writeUInt16LE(4, 4 + 12 * index);
    directory.writeUInt32LE(1, 6 + 12 * index);
    directory.writeUInt32LE(value, 10 + 12 * index);
  }
  directory.writeUInt32LE(next, directory.length - 4);
  return Buffer.concat([latin1('II*\0\x08\0\0\0'), directory, Buffer.alloc(100)]);
}

function jpegOf(jpeg: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(jpeg);
  const frame = changed.indexOf(Buffer.from([0xff, 0xc0]));
  changed.writeUInt16BE(height, frame + 5);
  changed.writeUInt16BE(width, frame + 7);
  return changed;
}

/** A GIF whose screen and only frame claim a size. */
function gif(width: number, height: number): Buffer {
  const bytes = Buffer.concat([
    latin1('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0\0\0\0\0\0\x02'),
    latin1('\x02\x4c\x01\0;'),
  ]);
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  bytes.writeUInt16LE(width, 24);
  bytes.writeUInt16LE(height, 26);
  return bytes;
}

/** Lossless WebP: 14 bits each for width and height. */
function webp(width: number, height: number): Buffer {
  const bytes = Buffer.concat([latin1('RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f'), Buffer.alloc(101)]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.writeUInt32LE(bytes.length - 20, 16);
  bytes.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 21);
  return bytes;
}

/** Pictures that would fill the memory, as far as they were unpacked. Limits of the test: 1,000,000 pixels. */
function* bombs(draw: Draw, jpeg: Buffer): Generator<HostileFile> {
  const side = (most: number): number => 1001 + draw(most - 1001);
  const zeros = deflateSync(Buffer.alloc(20_000_000));
  const pixels = deflateSync(Buffer.alloc(1000 * (1 + 125)));
  const tooMany: readonly Fate[] = ['too-many-pixels'];
  for (let left = 40; left > 0; left--) {
    const [width, height] = [side(2 ** 31 - 1), side(2 ** 31 - 1)];
    // Beyond a million to a side libpng refuses the header itself.
    yield { kind: 'bomb', bytes: png(width, height, pixels), fates: ['too-many-pixels', 'not-an-image'] };
    yield { kind: 'bomb', bytes: png(side(50_000), side(50_000), zeros), fates: tooMany };
    yield { kind: 'bomb', bytes: jpegOf(jpeg, side(65_535), side(65_535)), fates: tooMany };
    yield { kind: 'bomb', bytes: gif(side(65_535), side(65_535)), fates: tooMany };
    yield { kind: 'bomb', bytes: webp(side(16_384), side(16_384)), fates: tooMany };
    yield { kind: 'bomb', bytes: jpeg2000Claiming(side(2 ** 31 - 1)), fates: tooMany };
    const size = [256, side(2 ** 31 - 1)] as const;
    const strip = [
      [257, side(2 ** 31 - 1)],
      [258, 1],
      [259, 1],
      [262, 1],
      [273, 0],
      [277, 1],
      [278, 2 ** 31],
      [279, 0],
    ] as const;
    yield { kind: 'bomb', bytes: tiff([size, ...strip]), fates: ['too-many-pixels', 'not-an-image'] };
    // A directory that is its own next page.
    yield { kind: 'bomb', bytes: tiff([[256, 10], [257, 10], ...strip.slice(1)], 8) };
    // What is packed beside the pixels.
    const profile = Buffer.concat([latin1('profile\0\0'), zeros]);
    const chunk = pngChunk(['iCCP', 'zTXt'][draw(2)] ?? 'iCCP', profile);
    yield { kind: 'bomb', bytes: png(1000, 1000, pixels, chunk), fates: ['read', 'truncated'] };
    // More pixels are packed than the header says.
    yield { kind: 'bomb', bytes: png(1000, 1000, zeros), fates: ['read', 'truncated'] };
  }
}

function* wrongTypes(draw: Draw): Generator<HostileFile> {
  const box = (brand: string): Buffer =>
    Buffer.concat([latin1(`\0\0\0\x18ftyp${brand}\0\0\0\0${brand}${brand}`), Buffer.alloc(200)]);
  const random = (length: number): Buffer =>
    // The first byte begins no picture.
    Buffer.from(Array.from({ length }, (_, index) => (index === 0 ? 0xee : draw(256))));
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect/></svg>';
  const files = (): Buffer[] => [
    html,
    zip,
    pdf,
    gzipSync(html),
    Buffer.from(svg),
    Buffer.from(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "${'b'.repeat(1000)}">]>${svg}`),
    Buffer.from(`\ufeff${svg}`),
    Buffer.from('{"error":"not found"}'),
    Buffer.from(`WIDTH 10\nHEIGHT 10\n${'prose '.repeat(100)}`),
    latin1('P6 10 10 255\n').fill(10, 12),
    latin1('\x7fELF\x02\x01\x01').fill(1, 7),
    latin1('BM\x36\x10\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x20\0\0\0\x20\0\0\0\x01\0\x18\0'),
    latin1('\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x68\x04\0\0'),
    latin1('8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x10\0\0\0\x10'),
    latin1('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 10 +X 10\n'),
    latin1('SIMPLE  =                    T'.padEnd(2880)),
    box('isom'),
    box('heic'),
    box('mif1'),
    Buffer.alloc(0),
    Buffer.alloc(draw(3000)),
    random(1 + draw(11)),
    random(12 + draw(3000)),
    latin1('\xff\xd8\xff').subarray(0, 1 + draw(3)),
  ];
  for (let round = 0; round < 13; round++)
    for (const bytes of files()) yield { kind: 'wrong type', bytes, fates: ['not-an-image'] };
}

/** The hostile files, the same ones for the same random numbers in [0, 1). */
export function* hostileFiles(sound: readonly Buffer[], random: () => number): Generator<HostileFile> {
  const draw: Draw = (end) => Math.floor(random() * end);
  for (const [kind, count, change] of changes) {
    for (let made = 0; made < count; made++) {
      let bytes = sound[made % sound.length]!;
      for (let left = 1 + draw(2); left > 0; left--) bytes = change(bytes, draw, sound);
      yield { kind, bytes };
    }
  }
  yield* bombs(draw, sound[0]!);
  yield* wrongTypes(draw);
}
