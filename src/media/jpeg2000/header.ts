import type { Size } from '../image-information.js';
import { failure, type PhotographFailure } from '../photograph-outcome.js';

/** What a JPEG 2000 picture says of itself before its pixels. */
export interface Jpeg2000Header extends Size {
  /** Samples per pixel as they are stored: 1 or 3. */
  readonly components: number;
  /** How often width and height can be halved while it is unpacked, which takes as much less time and memory. */
  readonly halvings: number;
}

// Markers (ISO/IEC 15444-1, A.2) and the box of the codestream (I.5.4).
const [siz, cod, coc, sot, eoc] = [0xff51, 0xff52, 0xff53, 0xff90, 0xffd9];
const jp2c = 0x6a703263;

interface Codestream {
  readonly view: DataView;
  readonly isWhole: boolean;
}

/** The codestream of a file, or the bytes that are one. @throws RangeError when there is none */
function codestreamOf(bytes: Uint8Array): Codestream {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ofPart = (start: number, end: number): Codestream => {
    const part = new DataView(bytes.buffer, bytes.byteOffset + start, Math.min(end, bytes.length) - start);
    return { view: part, isWhole: end <= bytes.length && part.getUint16(part.byteLength - 2) === eoc };
  };
  if (bytes[0] === 0xff) return ofPart(0, bytes.length);
  for (let start = 0; ;) {
    const short = view.getUint32(start);
    const [before, length] =
      short === 1
        ? [16, Number(view.getBigUint64(start + 8))]
        : [8, short === 0 ? bytes.length - start : short];
    if (length < before) throw new RangeError('a box is shorter than its own header');
    if (view.getUint32(start + 4) === jp2c) return ofPart(start + before, start + length);
    start += length;
  }
}

/** How often all components can be halved, from the markers up to the first tile. @throws RangeError when they make no sense */
function halvingsOf(view: DataView, start: number, components: number): number {
  let fewest = Infinity;
  for (let at = start; view.getUint16(at) !== sot; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker < 0xff00 || view.getUint16(at + 2) < 2) throw new RangeError('no marker where one has to be');
    if (marker === cod) fewest = Math.min(fewest, view.getUint8(at + 9));
    if (marker === coc) fewest = Math.min(fewest, view.getUint8(at + (components < 257 ? 6 : 7)));
  }
  if (!(fewest <= 32)) throw new RangeError('it does not say how it is coded');
  return fewest;
}

interface Component {
  readonly bits: number;
  readonly isSigned: boolean;
  /** Pixels per sample, across and down. */
  readonly step: readonly [number, number];
}

/** Why the decoder cannot give the pixels, though they may well be sound. */
function obstacle(count: number, components: readonly Component[]): string | undefined {
  if (count !== 1 && count !== 3) return `it has ${count} components, and only 1 or 3 are read`;
  const [first] = components as [Component];
  if (components.some(({ bits, isSigned }) => isSigned || bits !== first.bits || bits > 16))
    return 'its samples are signed, of more than 16 bits or of several depths';
  const steps = components.map(({ step }) => step.join());
  const [, second = '1,1', third = second] = steps;
  const isCommon = steps[0] === '1,1' && second === third && ['1,1', '2,1', '2,2'].includes(second);
  return isCommon ? undefined : 'its components are sampled in an unusual way';
}

function read(bytes: Uint8Array): Jpeg2000Header | PhotographFailure {
  const { view, isWhole } = codestreamOf(bytes);
  if (view.getUint16(2) !== siz) throw new RangeError('its size does not come first');
  const [right, bottom, left, top] = [8, 12, 16, 20].map((at) => view.getUint32(at)) as [
    number,
    number,
    number,
    number,
  ];
  const count = view.getUint16(40);
  const size = { width: right - left, height: bottom - top };
  if (size.width < 1 || size.height < 1 || count < 1) throw new RangeError('it has no pixels');
  const components = Array.from({ length: count }, (_, index): Component => {
    const [depth, across, down] = [0, 1, 2].map((byte) => view.getUint8(42 + 3 * index + byte)) as [
      number,
      number,
      number,
    ];
    return { bits: (depth & 0x7f) + 1, isSigned: depth >= 0x80, step: [across, down] };
  });
  const halvings = halvingsOf(view, 4 + view.getUint16(4), count);
  const why = obstacle(count, components);
  if (why !== undefined) return failure('unsupported-format', `the picture is JPEG 2000: ${why}`);
  if (!isWhole) return failure('truncated', 'the picture is JPEG 2000 that is cut off');
  // The decoder halves wrongly what does not begin at the origin, or has fewer samples of colour.
  const isPlain = left === 0 && top === 0 && components.every(({ step }) => step[0] === 1 && step[1] === 1);
  return { ...size, components: count, halvings: isPlain ? halvings : 0 };
}

/**
 * Reads the header of a JPEG 2000 file or codestream, and nothing else.
 *
 * @returns `not-an-image` when it makes no sense, `truncated` when the file ends before it should, `unsupported-format`
 * for what no decoder at hand reads
 */
export function readJpeg2000Header(bytes: Uint8Array): Jpeg2000Header | PhotographFailure {
  try {
    return read(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return failure('not-an-image', `the picture's JPEG 2000 header cannot be read (${error.message})`);
  }
}
