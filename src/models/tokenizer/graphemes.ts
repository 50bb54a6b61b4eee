const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
// V8 takes time in the square of the length for a text of characters beyond Latin 1.
const stretch = 1024;

/** The graphemes of a text, in order. Linear in its length: stretches are looked at one by one, each from where a grapheme begins. */
export function* graphemesOf(text: string): Generator<string> {
  let length = stretch;
  for (let at = 0; at < text.length; ) {
    const part = text.slice(at, at + length);
    const isLast = at + length >= text.length;
    let held: string | undefined;
    for (const { segment } of segmenter.segment(part)) {
      if (held !== undefined) {
        yield held;
        at += held.length;
      }
      held = segment;
    }
    if (isLast && held !== undefined) {
      yield held;
      return;
    }
    // The last one may go on in the next stretch; one that fills a whole stretch needs a longer one.
    length = held?.length === part.length ? 2 * length : stretch;
  }
}
