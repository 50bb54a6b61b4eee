/** The picture formats a photograph may have. SVG is left out on purpose: it is a program, not a photograph. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'gif' | 'avif' | 'jpeg2000';

/** How many leading bytes `sniffImageFormat` needs to tell every format it knows. */
export const sniffLength = 64;

const avifBrands = new Set(['avif', 'avis']);

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function hasAvifBrand(bytes: Uint8Array): boolean {
  // ISO base media file: length, 'ftyp', major brand, minor version, then the compatible brands.
  const boxLength = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  const end = Math.min(boxLength, bytes.length, sniffLength);
  for (let start = 8; start + 4 <= end; start += 4) {
    if (start !== 12 && avifBrands.has(ascii(bytes, start, start + 4))) return true;
  }
  return false;
}

/**
 * Tells a picture by its first bytes, whatever its file name or Content-Type claims.
 *
 * @param bytes the beginning of the file, `sniffLength` bytes or more where there are so many
 * @returns the format, or undefined for anything else (HTML, SVG, PDF, an empty file)
 */
export function sniffImageFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (bytes.length < 12) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'webp';
  const four = ascii(bytes, 0, 4);
  if (four === 'II*\0' || four === 'MM\0*' || four === 'II+\0' || four === 'MM\0+') return 'tiff';
  const six = ascii(bytes, 0, 6);
  if (six === 'GIF87a' || six === 'GIF89a') return 'gif';
  // A file (ISO/IEC 15444-1, I.5.1), or a bare codestream: SOC, then SIZ (A.4).
  if (ascii(bytes, 0, 12) === '\0\0\0\x0cjP  \r\n\x87\n') return 'jpeg2000';
  if (ascii(bytes, 0, 4) === '\xff\x4f\xff\x51') return 'jpeg2000';
  if (ascii(bytes, 4, 8) === 'ftyp' && hasAvifBrand(bytes)) return 'avif';
  return undefined;
}
