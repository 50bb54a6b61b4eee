import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lexiconOf } from '../../src/vocabulary/lexicon.js';
import { emptyThesaurus } from '../../src/vocabulary/thesaurus.js';
import { smallProfile, smallThesaurus } from './small-thesaurus.js';

const lexicon = lexiconOf(smallProfile, smallThesaurus());

test('labels in any language mean the classes they group into, and the concept they name', () => {
  assert.deepEqual(lexicon.get('velluto liscio'), [
    'technique = velvet',
    'concept = example.org/v/plainVelvet',
  ]);
  assert.deepEqual(lexicon.get('plain velvet'), lexicon.get('velluto liscio'));
  assert.deepEqual(lexicon.get('damasco'), lexicon.get('damask'));
  assert.deepEqual(lexicon.get('valencia'), ['place = ES', 'concept = geonames.org/2509954']);
  assert.deepEqual(lexicon.get('chair'), ['concept = example.org/v/chair'], 'of no class');
});

test('a label of two concepts names neither, one of two classes means both', () => {
  assert.deepEqual(lexicon.get('satin'), ['technique = other']);
  assert.deepEqual(lexicon.get('damask velvet')?.slice(0, 2), ['technique = damask', 'technique = velvet']);
});

test('ids, and labels too short to be told from words of other languages, mean nothing', () => {
  for (const label of ['other', 'fr', 'es']) assert.equal(lexicon.get(label), undefined, label);
});

test('without a thesaurus the labels of the profile are known', () => {
  const alone = lexiconOf(smallProfile, emptyThesaurus);
  assert.deepEqual(alone.get('algodon'), ['material = vegetal', 'concept = example.org/v/vegetal']);
  assert.equal(alone.get('lampas'), undefined);
});
