import sharp, { type Sharp } from 'sharp';
import { sniffImageFormat } from './image-format.js';
import type { Size } from './image-information.js';
import { unpackJpeg2000 } from './jpeg2000/unpack.js';
import { failure, type PhotographFailure } from './photograph-outcome.js';

/** What of a photograph is opened. */
export interface OpenOptions {
  /** Pixels that are enough: what can be unpacked smaller, and no smaller than this, may be. */
  readonly enough: Size;
  readonly maximumPixels: number;
  /** Whether a photograph that is cut off is none; what there is of it when false. */
  readonly isWhole: boolean;
}

/** A photograph whose header is sound, its size as it is stored and upright, and its first page or frame turned upright. */
export interface OpenedPhotograph {
  readonly stored: Size;
  readonly upright: Size;
  readonly picture: Sharp;
}

// Its prebuilt libvips does not; one of the system's own may.
const readsJpeg2000 = sharp.format.jp2.input.buffer;

/** A WebP file says its length in its first bytes; libwebp calls one that is cut off no picture at all. */
function isCutOffWebp(bytes: Uint8Array): boolean {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 > bytes.length;
}

async function openJpeg2000(
  bytes: Uint8Array,
  options: OpenOptions,
): Promise<OpenedPhotograph | PhotographFailure> {
  const unpacked = await unpackJpeg2000(bytes, options);
  if ('reason' in unpacked) return unpacked;
  const { data, width, height, channels, stored } = unpacked;
  return { stored, upright: stored, picture: sharp(data, { raw: { width, height, channels } }) };
}

async function openOther(
  bytes: Uint8Array,
  { maximumPixels, isWhole }: OpenOptions,
): Promise<OpenedPhotograph | PhotographFailure> {
  let header;
  try {
    header = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (error) {
    return failure('not-an-image', `the picture's header cannot be read (${(error as Error).message})`);
  }
  const { width, height, autoOrient } = header;
  if (width * height > maximumPixels) {
    const claim = `the picture claims ${width} × ${height} pixels, more than ${maximumPixels}`;
    return failure('too-many-pixels', claim);
  }
  const picture = sharp(bytes, {
    limitInputPixels: maximumPixels,
    failOn: isWhole ? 'truncated' : 'none',
    pages: 1,
  });
  return { stored: { width, height }, upright: autoOrient, picture: picture.autoOrient() };
}

/**
 * Opens a photograph: reads its header, and leaves its pixels to whoever takes them from `picture`. JPEG 2000 is unpacked
 * here where sharp does not read it.
 *
 * @returns `too-many-pixels`, `not-an-image` (no picture format, SVG, a header that makes no sense), `truncated`, and
 * of JPEG 2000 whatever `unpackJpeg2000` says
 */
export async function openPhotograph(
  bytes: Uint8Array,
  options: OpenOptions,
): Promise<OpenedPhotograph | PhotographFailure> {
  const format = sniffImageFormat(bytes);
  if (format === undefined) return failure('not-an-image', 'the bytes are no picture');
  if (format === 'jpeg2000' && !readsJpeg2000) return openJpeg2000(bytes, options);
  if (format === 'webp' && isCutOffWebp(bytes))
    return failure('truncated', 'the picture is shorter than it says');
  return openOther(bytes, options);
}
