import { decodePhotograph, type DecodeOptions, type DecodeOutcome } from './decode.js';
import type { PhotographBytes, PhotographFailure } from './photograph-outcome.js';
import type { PhotographReader } from './photograph-reader.js';
import { sizeBeforeCrop, type WantedSize } from './resize-plan.js';

/** Where photographs come from, and how large they may be. */
export interface PhotographSource extends Pick<DecodeOptions, 'maximumBytes' | 'maximumPixels'> {
  readonly reader: PhotographReader;
}

/** The bytes of a photograph that has been read, and what decodes them. */
export interface ReadPhotograph extends PhotographBytes {
  /** Decodes it, to the size it was read for unless told another. The reader is told of one that turns out useless. */
  pixels(size?: WantedSize): Promise<DecodeOutcome>;
}

/** Reads a photograph that is to be decoded to a size. Throws the signal's reason when aborted. */
export async function readPhotograph(
  { reader, maximumBytes, maximumPixels }: PhotographSource,
  url: string,
  wanted: WantedSize,
  signal: AbortSignal | undefined,
): Promise<ReadPhotograph | PhotographFailure> {
  const outcome = await reader.read(url, { signal, least: sizeBeforeCrop(wanted) });
  if (!outcome.ok) return outcome;
  return {
    ...outcome,
    async pixels(size = wanted) {
      const decoded = await decodePhotograph(outcome.bytes, { ...size, maximumBytes, maximumPixels });
      if (!decoded.ok) reader.reject?.(url, decoded);
      return decoded;
    },
  };
}
