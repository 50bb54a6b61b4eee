import type { HideableText, WordSpan } from './hidden-words.js';
import type { Word } from './words.js';

/** How words are looked for that decided. */
export interface OcclusionPlan {
  /** How often the network is asked, at most, beside once for every window of a text that has several. */
  readonly passes: number;
  /** Parts that a passage is divided into; 2 or more. */
  readonly parts: number;
  /** Spans per score that are wanted. */
  readonly reasons: number;
}

/** Words, and how much a score falls where they are hidden; negative where it rises. */
export interface SpanFall extends WordSpan {
  readonly fall: number;
}

/** A passage, what every score loses where it is hidden, and what it was divided into. */
interface Passage extends WordSpan {
  readonly falls: readonly number[];
  readonly parts: Passage[];
}

const lengthOf = ({ first, last }: WordSpan): number => last - first;

/** Of the places to divide at, all if they give no more than `count` parts, else those nearest to where equal parts would end. */
function chosenOf(places: readonly number[], { first, last }: WordSpan, count: number): readonly number[] {
  if (places.length < count) return places;
  const chosen = Array.from({ length: count - 1 }, (_, index) => {
    const equal = first + ((index + 1) * (last - first)) / count;
    return places.reduce((best, place) => (Math.abs(place - equal) < Math.abs(best - equal) ? place : best));
  });
  return [...new Set(chosen)];
}

/** Divides a passage into sentences, where it has several, else into clauses, else into words; into at most `count` of them. */
function divided(passage: WordSpan, words: readonly Word[], count: number): WordSpan[] {
  const { first, last } = passage;
  const inner = Array.from({ length: lengthOf(passage) - 1 }, (_, index) => first + index + 1);
  const places = ['sentence', 'clause']
    .map((end) => inner.filter((place) => words[place - 1]!.ends === end))
    .find(({ length }) => length > 0);
  const bounds = [first, ...chosenOf(places ?? inner, passage, count), last];
  return bounds.slice(1).map((end, index) => ({ first: bounds[index]!, last: end }));
}

const leaves = (passage: Passage): Passage[] =>
  passage.parts.length === 0 ? [passage] : passage.parts.flatMap(leaves);

const strength = (passage: Passage, score: number): number => Math.abs(passage.falls[score]!);

/** For every score the strongest of its reasons that has several words: the next to be divided. */
function nextOf(
  root: Passage,
  { reasons }: OcclusionPlan,
  isWhole: (passage: Passage) => boolean,
): Passage[] {
  if (root.parts.length === 0) return isWhole(root) ? [] : [root];
  const all = leaves(root);
  const wanted = root.falls.map((_, score) =>
    all
      .toSorted((a, b) => strength(b, score) - strength(a, score))
      .slice(0, reasons)
      .find((leaf) => lengthOf(leaf) > 1 && !isWhole(leaf)),
  );
  return [...new Set(wanted)].filter((leaf) => leaf !== undefined);
}

/** The passage by its parts, unless none of them has half of what it has as a whole: then the words decide together. */
function spansOf(passage: Passage, score: number): SpanFall[] {
  const inner = passage.parts.flatMap((part) => spansOf(part, score));
  const strongest = inner.reduce((most, { fall }) => Math.max(most, Math.abs(fall)), 0);
  const { first, last, falls } = passage;
  return inner.length > 0 && 2 * strongest >= strength(passage, score)
    ? inner
    : [{ first, last, fall: falls[score]! }];
}

/**
 * Which words of a text carry scores: they are hidden passage by passage (occlusion, Zeiler & Fergus 2014), and what scores lose most
 * by is divided further, down to words, as long as passes are left.
 *
 * @param text of the same words
 * @param scores how many there are
 * @param fallsOf what each score has lost, from the features of the text with words hidden
 * @returns per score spans that do not overlap, strongest first
 * @throws what reading the text throws
 */
export async function occludedSpans(
  words: readonly Word[],
  text: HideableText,
  scores: number,
  fallsOf: (features: Float32Array) => readonly number[],
  plan: OcclusionPlan,
): Promise<readonly (readonly SpanFall[])[]> {
  const nothing = Array<number>(scores).fill(0);
  const root: Passage = { first: 0, last: words.length, falls: nothing, parts: [] };
  const tooDear = new Set<Passage>();
  let left = plan.passes;

  /** The parts of a passage, where there are passes for them. */
  const partsOf = (passage: Passage): WordSpan[] => {
    const count = Math.min(plan.parts, lengthOf(passage), left);
    const parts = count === 0 ? [] : divided(passage, words, count);
    const passes = parts.reduce((sum, part) => sum + text.passes(part), 0);
    const isAffordable = passes <= left && (count > 1 || lengthOf(passage) === 1);
    if (!isAffordable) tooDear.add(passage);
    else left -= passes;
    return isAffordable ? parts : [];
  };
  const look = async (span: WordSpan): Promise<Passage> => {
    const features = await text.without(span);
    return { ...span, falls: features === undefined ? nothing : fallsOf(features), parts: [] };
  };

  for (;;) {
    const next = nextOf(root, plan, (passage) => tooDear.has(passage));
    if (next.length === 0) break;
    const asked = next.map((passage) => ({ passage, parts: partsOf(passage) }));
    await Promise.all(
      asked.map(async ({ passage, parts }) => passage.parts.push(...(await Promise.all(parts.map(look))))),
    );
  }
  return nothing.map((_, score) =>
    root.parts
      .flatMap((part) => spansOf(part, score))
      .sort((a, b) => Math.abs(b.fall) - Math.abs(a.fall))
      .slice(0, plan.reasons),
  );
}
