import type { Sharp } from 'sharp';
import type { Size } from './image-information.js';
import { openPhotograph } from './open-photograph.js';
import { failure, type PhotographFailure } from './photograph-outcome.js';
import type { Pixels } from './pixels.js';
import { needed, resampled } from './resample.js';
import { resizePlan, sizeBeforeCrop, type Resize, type WantedSize } from './resize-plan.js';

export type { Pixels } from './pixels.js';

/**
 * What may be decoded, and to what size (pixels). Where `resize` is left out the photograph covers the size, resized by Lanczos'
 * kernel in the quickest way.
 */
export interface DecodeOptions extends WantedSize {
  readonly maximumBytes: number;
  readonly maximumPixels: number;
}

/** The decoded photograph and the size it has as it is stored, or why it could not be decoded. */
export type DecodeOutcome =
  { readonly ok: true; readonly pixels: Pixels; readonly stored: Size } | PhotographFailure;

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
 * makes no sense), `truncated` (the header is sound, the rest is cut off or damaged), and of JPEG 2000 `unsupported-format`
 * or `timed-out`
 */
export async function decodePhotograph(bytes: Uint8Array, options: DecodeOptions): Promise<DecodeOutcome> {
  const { width, height, maximumBytes, maximumPixels, resize } = options;
  if (bytes.length > maximumBytes)
    return failure('too-large', `the picture has ${bytes.length} bytes, more than ${maximumBytes}`);
  const box = sizeBeforeCrop(options);
  // Decoders may shrink to twice the size, not further: libvips does the rest more evenly.
  const enough = { width: 2 * box.width, height: 2 * box.height };
  const opened = await openPhotograph(bytes, { enough, maximumPixels, isWhole: true });
  if ('reason' in opened) return opened;
  const { picture, stored, upright } = opened;
  try {
    const pixels =
      resize === undefined
        ? await toPixels(picture.resize(width, height, { fit: 'cover', kernel: 'lanczos3' }))
        : await resizedAsPlanned(picture, upright, options, resize);
    return { ok: true, pixels, stored };
  } catch (error) {
    return failure('truncated', `the picture is cut off or damaged (${(error as Error).message})`);
  }
}
