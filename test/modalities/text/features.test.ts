import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../../src/config/package-root.js';
import { spanContributions } from '../../../src/modalities/text/evidence.js';
import type { Document } from '../../../src/modalities/text/document.js';
import { mentionsOf } from '../../../src/modalities/text/mentions.js';
import {
  bucketOfText,
  characterBlock,
  labelBlock,
  timeBlock,
  tokenise,
  visitNGrams,
  wordBlock,
} from '../../../src/modalities/text/n-grams.js';
import { plainText } from '../../../src/modalities/text/plain-text.js';
import { Vectoriser, VocabularyBuilder } from '../../../src/modalities/text/vocabulary.js';
import type { Lexicon } from '../../../src/vocabulary/lexicon.js';

interface Golden {
  readonly documents: readonly string[];
  /** Values of each document's features, ascending, per block: hashing hides which is which, not how large they are. */
  readonly words: readonly (readonly number[])[];
  readonly characters: readonly (readonly number[])[];
}
const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/modalities/text/golden/tf-idf.json'), 'utf8'),
) as Golden;

/** A text as a document, with mentions when there is a lexicon to find them by. */
function written(text: string, lexicon?: Lexicon): Document {
  const tokens = tokenise(plainText(text));
  return { tokens, mentions: lexicon === undefined ? [] : mentionsOf(tokens, lexicon) };
}

const lexicon: Lexicon = new Map([
  ['silk', ['material = animal_fibre', 'concept = silk']],
  ['seda', ['material = animal_fibre', 'concept = silk']],
  ['cut velvet', ['technique = velvet']],
]);

function fitted(documents: readonly string[], known?: Lexicon) {
  const tokens = documents.map((document) => written(document, known));
  const builder = new VocabularyBuilder();
  for (const document of tokens) builder.add(document);
  const vocabulary = builder.finish();
  return { tokens, vocabulary, vectoriser: new Vectoriser(vocabulary) };
}

function occurrences(text: string, block: number): number[] {
  const found: number[] = [];
  visitNGrams(tokenise(text), (at, bucket) => {
    if (at === block) found.push(bucket);
  });
  return found;
}

test("gives scikit-learn's TF-IDF values, words and characters", () => {
  const { tokens, vocabulary, vectoriser } = fitted(golden.documents);
  const firstCharacter = vocabulary.buckets[wordBlock]!.length;
  golden.documents.forEach((_, index) => {
    const { columns, values } = vectoriser.vector(tokens[index]!);
    for (const [expected, own] of [
      [golden.words, (column: number) => column < firstCharacter],
      [golden.characters, (column: number) => column >= firstCharacter],
    ] as const) {
      const actual = [...values].filter((__, at) => own(columns[at]!)).sort((a, b) => a - b);
      assert.equal(actual.length, expected[index]!.length);
      actual.forEach((value, at) => assert.ok(Math.abs(value - expected[index]![at]!) < 1e-6));
    }
  });
});

test('words are compared without case, width and the way the dot of l·l is written', () => {
  const same = [
    'col·lecció',
    'COL·LECCIÓ',
    'coŀlecció',
    'col•lecció',
    'col.lecció',
    'collecció',
    'ｃｏｌ·lecció',
  ];
  for (const text of same) {
    assert.deepEqual(occurrences(text, wordBlock), occurrences(same[0]!, wordBlock), text);
    assert.deepEqual(occurrences(text, characterBlock), occurrences(same[0]!, characterBlock), text);
  }
  assert.notDeepEqual(occurrences('seda', wordBlock), occurrences('sedà', wordBlock));
});

test('word pairs reach over punctuation, character n-grams stay within a word and its blanks', () => {
  assert.equal(occurrences('cut, velvet', wordBlock).length, 3);
  assert.deepEqual(occurrences('cut, velvet', wordBlock), occurrences('cut velvet', wordBlock));
  // " ab " has 3 2-grams, 2 3-grams, 1 4-gram.
  assert.equal(occurrences('ab', characterBlock).length, 6);
  assert.equal(occurrences('ab cd', characterBlock).length, 12);
  assert.equal(occurrences('a', wordBlock).length, 0);
});

test('a document of unseen features gives an empty row, and leaves nothing behind for the next', () => {
  const { vectoriser, tokens } = fitted(['silk damask', 'cut velvet']);
  const before = vectoriser.vector(tokens[0]!);
  assert.equal(vectoriser.vector(written('絹織物')).columns.length, 0);
  assert.deepEqual(vectoriser.vector(tokens[0]!), before);
});

const words = fc.constantFrom(
  'silk',
  'Silk,',
  'velvet',
  'cut',
  'cut/uncut',
  'd’or',
  '«seda»',
  '…',
  '金糸',
  '(pile)',
  's. XVIII,',
  'c.1760',
  'a',
);
const document = fc.array(words, { minLength: 1, maxLength: 30 }).map((parts) => parts.join(' '));

test("evidence is exact: the words' weights add up to the linear score", () => {
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 2, maxLength: 6 }),
      fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
      (documents, stream) => {
        const { tokens, vectoriser } = fitted(documents, lexicon);
        const weights = [0, 1].map(() =>
          Array.from({ length: vectoriser.width }, () => stream.next().value as number),
        );
        for (const own of tokens) {
          const vector = vectoriser.vector(own);
          const spans = spanContributions(
            own,
            vector,
            vectoriser,
            weights.map((of) => (column) => of[column]!),
            Infinity,
          );
          spans.forEach((evidence, index) => {
            const score = vector.columns.reduce(
              (sum, column, at) => sum + weights[index]![column]! * vector.values[at]!,
              0,
            );
            const total = evidence.reduce((sum, { weight }) => sum + weight, 0);
            assert.ok(Math.abs(total - score) < 1e-6, `${total} ${score}`);
            assert.equal(
              new Set(evidence.map(({ feature }) => feature)).size,
              evidence.length,
              'a span appears once',
            );
          });
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('what is mentioned counts for the words that mention it', () => {
  const { tokens, vectoriser } = fitted(['A cut velvet, s. XVIII', 'plain silk'], lexicon);
  const weightOf =
    (block: number, feature: string) =>
    (column: number): number =>
      column === vectoriser.column(block, bucketOfText(feature)) ? 1 : 0;
  const told = spanContributions(
    tokens[0]!,
    vectoriser.vector(tokens[0]!),
    vectoriser,
    [weightOf(labelBlock, 'technique = velvet'), weightOf(timeBlock, 'century = 18')],
    1,
  );
  assert.deepEqual(
    told.map(([strongest]) => strongest?.feature),
    ['words "cut velvet"', 'words "s XVIII"'],
  );
  assert.ok(told.every(([strongest]) => strongest!.weight > 0));
});

test('evidence shows words as the text has them, without the punctuation around them', () => {
  const { tokens, vectoriser } = fitted(['«Terciopelo», cortado. terciopelo']);
  const [evidence = []] = spanContributions(
    tokens[0]!,
    vectoriser.vector(tokens[0]!),
    vectoriser,
    [() => 1],
    Infinity,
  );
  assert.deepEqual(
    new Set(evidence.map(({ feature }) => feature)),
    new Set([
      'word "Terciopelo"',
      'word "cortado"',
      'words "Terciopelo cortado"',
      'words "cortado terciopelo"',
    ]),
  );
});

test('the work grows linearly with the text: n-grams visited per character stay bounded, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.integer({ min: 1, max: 40 }),
      (text, times) => {
        const plain = plainText(text.repeat(times));
        let visited = 0;
        visitNGrams(tokenise(plain), () => void (visited += 1));
        // Compatibility forms grow under NFKC at most eighteenfold.
        assert.ok(visited <= 18 * 7 * (plain.length + 1));
      },
    ),
  );
});
