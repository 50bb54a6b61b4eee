/**
 * The character that stands for each byte in byte-level vocabularies (GPT-2's `bytes_to_unicode`): itself where it can be seen, else the
 * next one from U+0100 on.
 */
export const byteCharacters: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isSeen = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCharCode(isSeen ? byte : next++);
  });
})();

/** The UTF-8 bytes of a text, each as its character. */
export function asByteCharacters(text: string): string {
  let written = '';
  for (const byte of Buffer.from(text, 'utf8')) written += byteCharacters[byte]!;
  return written;
}
