import sharp from 'sharp';
import { sniffImageFormat } from './image-format.js';
import { failure, type PhotographFailure } from './photograph-outcome.js';

/** A photograph as the descriptors see it: sRGB, 8 bits, rows from the top, three bytes per pixel. */
export interface Pixels {
  /** width × height × 3 bytes. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** How a photograph is brought to its size. */
export interface Resize {
  /** Cover: in proportion, what stands out is cropped; fill: squashed or stretched. */
  readonly fit: 'cover' | 'fill';
  readonly kernel: 'linear' | 'cubic' | 'lanczos3';
  /** Share of width and height that is kept around the middle, in (0, 1]; the rest is cropped. */
  readonly kept: number;
}

const usual: Resize = { fit: 'cover', kernel: 'lanczos3', kept: 1 };

/** What may be decoded, and to what size (pixels). */
export interface DecodeOptions {
  readonly width: number;
  readonly height: number;
  readonly maximumBytes: number;
  readonly maximumPixels: number;
  /** Covering the size, all of it kept, by Lanczos' kernel when left out. */
  readonly resize?: Resize | undefined;
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

type Header = { readonly width: number; readonly height: number };

async function readHeader(bytes: Uint8Array): Promise<Header | PhotographFailure> {
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { width, height };
  } catch (error) {
    return failure('not-an-image', `the picture's header cannot be read (${(error as Error).message})`);
  }
}

/** The size that a photograph is brought to before its middle is cut out; at least this large it should be had. */
export function sizeBeforeCrop({
  width,
  height,
  resize = usual,
}: Pick<DecodeOptions, 'width' | 'height' | 'resize'>): { width: number; height: number } {
  return { width: Math.round(width / resize.kept), height: Math.round(height / resize.kept) };
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
  const { fit, kernel } = options.resize ?? usual;
  const whole = sizeBeforeCrop(options);
  try {
    const { data, info } = await sharp(bytes, {
      limitInputPixels: options.maximumPixels,
      failOn: 'truncated',
      pages: 1,
    })
      .autoOrient()
      .resize(whole.width, whole.height, { fit, kernel })
      .extract({
        left: Math.floor((whole.width - options.width) / 2),
        top: Math.floor((whole.height - options.height) / 2),
        width: options.width,
        height: options.height,
      })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { ok: true, pixels: { data, width: info.width, height: info.height } };
  } catch (error) {
    return failure('truncated', `the picture is cut off or damaged (${(error as Error).message})`);
  }
}
