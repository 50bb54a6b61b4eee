import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';

/** A JPEG 2000 file and what Pillow makes of it: interleaved samples of 8 bits. */
export interface GoldenPicture {
  readonly name: string;
  readonly file: Buffer;
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

/** As `golden/jpeg2000.py` writes it, bytes in base64. */
interface Written {
  readonly read: Readonly<Record<string, { file: string; width: number; height: number; pixels: string }>>;
  readonly unsupported: Readonly<Record<string, string>>;
}

const written = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/media/golden/jpeg2000.json'), 'utf8'),
) as Written;
const bytes = (text: string): Buffer => Buffer.from(text, 'base64');

export const goldenPictures: readonly GoldenPicture[] = Object.entries(written.read).map(
  ([name, { file, pixels, ...size }]) => ({ name, file: bytes(file), pixels: bytes(pixels), ...size }),
);

/** Sound pictures, 48 × 36 pixels, that are not read. */
export const unsupportedPictures: readonly (readonly [name: string, file: Buffer])[] = Object.entries(
  written.unsupported,
).map(([name, file]) => [name, bytes(file)]);

/** A golden picture. */
export function goldenPicture(name: string): GoldenPicture {
  return goldenPictures.find((picture) => picture.name === name)!;
}

/** A codestream of three colours that claims to be a square of `side` pixels in tiles of `tile`. */
export function jpeg2000Claiming(side: number, tile = side): Buffer {
  const claiming = Buffer.from(goldenPicture('a codestream without loss').file);
  for (const at of [8, 12]) claiming.writeUInt32BE(side, at);
  for (const at of [24, 28]) claiming.writeUInt32BE(tile, at);
  return claiming;
}
