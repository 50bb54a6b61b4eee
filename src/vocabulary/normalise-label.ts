// NFKD leaves these letters whole, though a catalogue writes them either way.
const plainLetters: Readonly<Record<string, string>> = {
  œ: 'oe',
  æ: 'ae',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ı: 'i',
  ς: 'σ',
};

/**
 * The form in which two spellings of one label are equal: letter case, accents, punctuation, kinds of space and of
 * apostrophe do not count; Catalan `l·l` (also typed `l.l`, `l•l` or `ŀl`) is `ll`; composed and decomposed Unicode are
 * the same. Words are separated by one space. Applying it twice changes nothing. A text without letters and digits
 * becomes the empty string.
 */
export function normaliseLabel(text: string): string {
  return text
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/[œæøđłıς]/g, (letter) => plainLetters[letter] ?? letter)
    .replace(/(?<=l)[.·•∙‧⋅・](?=l)/gu, '')
    .replace(/(?:[^\p{L}\p{N}]|[\u02B0-\u02FF])+/gu, ' ')
    .trim();
}

/** The label without what stands in brackets behind it, as in `Velours (armure)`; the label itself when nothing does. */
export function withoutQualifier(label: string): string {
  const bare = label.replace(/\s*[([][^()[\]]*[)\]]\s*$/u, '');
  return bare.trim() === '' ? label : bare;
}
