import sharp, { type Sharp } from 'sharp';
import { sniffImageFormat } from './image-format.js';
import type { Size } from './image-information.js';
import { failure, type PhotographFailure } from './photograph-outcome.js';
import type { Pixels } from './pixels.js';
import { needed, resampled } from './resample.js';
import { resizePlan, type Resize, type WantedSize } from './resize-plan.js';

export type { Pixels } from './pixels.js';

/**
 * What may be decoded, and to what size (pixels). Where `resize` is left out the photograph covers the size, resized by Lanczos'
 * kernel in the quickest way.
 */
export interface DecodeOptions extends WantedSize {
  readonly maximumBytes: number;
  readonly maximumPixels: number;
}

/** The decoded photograph, or why it could not be decoded. */
export type DecodeOutcome = { readonly ok: true; readonly pixels: Pixels } | PhotographFailure;

/** A WebP file says its length in its first bytes; libwebp calls one that is cut off no picture at all. */
function isCutOffWebp(bytes: Uint8Array): boolean {
  if (sniffImageFormat(bytes) !== 'webp') return false;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 > bytes.length;
}

// Its prebuilt libvips does not; one of the system's own may.
const readsJpeg2000 = sharp.format.jp2.input.buffer;

/** Its size as stored, and upright. */
type Header = Size & { readonly upright: Size };

async function readHeader(bytes: Uint8Array): Promise<Header | PhotographFailure> {
  try {
    const { width, height, autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { width, height, upright: autoOrient };
  } catch (error) {
    return failure('not-an-image', `the picture's header cannot be read (${(error as Error).message})`);
  }
}

async function toPixels(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** As networks want it: shrunk by libvips, whose decoders help with it, and enlarged by ourselves, for libvips shifts what it enlarges. */
async function resizedAsPlanned(
  picture: Sharp,
  photograph: Size,
  options: DecodeOptions,
  resize: Resize,
): Promise<Pixels> {
  const { kernel } = resize;
  const { x, y } = resizePlan(photograph, { ...options, resize });
  const [columns, rows] = [needed(x, kernel), needed(y, kernel)];
  // Decoders may shrink to twice the size, not further: libvips does the rest more evenly.
  const shrunk = picture
    .resize(x.from, y.from, { fit: 'fill', kernel, fastShrinkOnLoad: false })
    .extract({ left: columns.first, top: rows.first, width: columns.count, height: rows.count });
  return resampled(await toPixels(shrunk), x, y, kernel);
}

/**
 * Decodes a photograph to a fixed size: turned upright by its EXIF orientation, first page or frame, transparent parts
 * white, converted to sRGB with 8 bits from CMYK, grey or 16 bits, resized (see
 * `Resize`) to width × height.
 *
 * The header is read first, so a picture that claims more than `maximumPixels` is never unpacked.
 *
 * @returns the pixels, or `too-large` (bytes), `too-many-pixels`, `not-an-image` (no picture format, SVG, a header that
 * makes no sense), `unsupported-format` (JPEG 2000 where sharp does not read it) or `truncated` (the header is sound, the rest is cut off or damaged)
 */
export async function decodePhotograph(bytes: Uint8Array, options: DecodeOptions): Promise<DecodeOutcome> {
  if (bytes.length > options.maximumBytes) {
    return failure('too-large', `the picture has ${bytes.length} bytes, more than ${options.maximumBytes}`);
  }
  const format = sniffImageFormat(bytes);
  if (format === undefined) return failure('not-an-image', 'the bytes are no picture');
  if (format === 'jpeg2000' && !readsJpeg2000) {
    return failure(
      'unsupported-format',
      'the picture is JPEG 2000, which the installed sharp does not read; give an address where it is JPEG, or install libvips with OpenJPEG',
    );
  }
  if (isCutOffWebp(bytes)) return failure('truncated', 'the picture is shorter than it says');
  const header = await readHeader(bytes);
  if ('reason' in header) return header;
  if (header.width * header.height > options.maximumPixels) {
    const size = `${header.width} × ${header.height}`;
    return failure(
      'too-many-pixels',
      `the picture claims ${size} pixels, more than ${options.maximumPixels}`,
    );
  }
  const { width, height, maximumPixels, resize } = options;
  try {
    const picture = sharp(bytes, {
      limitInputPixels: maximumPixels,
      failOn: 'truncated',
      pages: 1,
    }).autoOrient();
    const pixels =
      resize === undefined
        ? await toPixels(picture.resize(width, height, { fit: 'cover', kernel: 'lanczos3' }))
        : await resizedAsPlanned(picture, header.upright, options, resize);
    return { ok: true, pixels };
  } catch (error) {
    return failure('truncated', `the picture is cut off or damaged (${(error as Error).message})`);
  }
}
