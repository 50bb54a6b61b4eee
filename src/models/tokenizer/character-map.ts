import { graphemesOf } from './graphemes.js';

// Below the first combining mark every character is a grapheme of its own, but for the line end CR LF.
const firstMark = 0x300;

/** The units of a double array (darts-clone), and the replacements that its leaves point at, each ended by a zero byte. */
interface Tables {
  readonly units: Uint32Array;
  readonly replacements: Uint8Array;
}

function tablesOf(bytes: Uint8Array): Tables {
  const size = bytes.length < 4 ? NaN : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (!(size >= 1024 && size % 4 === 0 && size + 4 <= bytes.length))
    throw new RangeError('its character map is cut short or none');
  const view = new DataView(bytes.buffer, bytes.byteOffset + 4, size);
  const units = Uint32Array.from({ length: size / 4 }, (_, index) => view.getUint32(4 * index, true));
  return { units, replacements: bytes.subarray(4 + size) };
}

/** Where the shortest key that the text begins with has its replacement; undefined when none does. */
function leafOf(units: Uint32Array, text: Uint8Array): number | undefined {
  const offset = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);
  let node = offset(units[0]!);
  for (const byte of text) {
    if (byte === 0) return undefined;
    node ^= byte;
    const unit = units[node] ?? 0;
    if ((unit & 0x8000_00ff) !== byte) return undefined;
    node ^= offset(unit);
    if ((unit & 0x100) !== 0) return (units[node] ?? 0) & 0x7fff_ffff;
  }
  return undefined;
}

/**
 * The normaliser that SentencePiece compiles into a map of characters (`precompiled_charsmap`; XLM-R's is `nmt_nfkc`), as Hugging
 * Face's tokenizers read it: graphemes of less than six bytes are looked up whole, then their characters one by one, and the
 * shortest key that fits counts.
 *
 * @param bytes the size of the double array, the array, the replacements
 * @throws RangeError when the bytes are none
 */
export function characterMap(bytes: Uint8Array): (text: string) => string {
  const { units, replacements } = tablesOf(bytes);

  function replaced(part: string): string | undefined {
    const leaf = leafOf(units, Buffer.from(part, 'utf8'));
    if (leaf === undefined) return undefined;
    const end = replacements.indexOf(0, leaf);
    return Buffer.from(replacements.subarray(leaf, end < 0 ? replacements.length : end)).toString('utf8');
  }
  const ofGrapheme = (grapheme: string): string => {
    const whole = Buffer.byteLength(grapheme) < 6 ? replaced(grapheme) : undefined;
    return whole ?? Array.from(grapheme, (character) => replaced(character) ?? character).join('');
  };
  const simple = Array.from({ length: firstMark }, (_, code) => ofGrapheme(String.fromCharCode(code)));

  return (text) => {
    /** Whether a grapheme surely ends before `at`, so that what is before and after can be looked at apart. */
    const isBoundary = (at: number): boolean => {
      if (at >= text.length) return true;
      const [before, next] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
      return before < firstMark && next < firstMark && !(before === 0x0d && next === 0x0a);
    };
    const parts: string[] = [];
    for (let at = 0; at < text.length; ) {
      const code = text.charCodeAt(at);
      let end = at + 1;
      while (!isBoundary(end)) end++;
      if (end === at + 1 && code < firstMark) parts.push(simple[code]!);
      else for (const grapheme of graphemesOf(text.slice(at, end))) parts.push(ofGrapheme(grapheme));
      at = end;
    }
    return parts.join('');
  };
}
