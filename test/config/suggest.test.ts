import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { closestWord } from '../../src/config/suggest.js';

const keys = ['endpoint', 'updateEndpoint', 'auth', 'timeoutSeconds', 'kind'];

test('a slip finds the word that was meant', () => {
  assert.equal(closestWord('endpont', keys), 'endpoint');
  assert.equal(closestWord('updateEndPoint', keys), 'updateEndpoint');
  assert.equal(closestWord('timeoutSecond', keys), 'timeoutSeconds');
  assert.equal(closestWord('kid', keys), 'kind');
});

test('a word like none of them finds nothing', () => {
  assert.equal(closestWord('banana', keys), undefined);
  assert.equal(closestWord('x', []), undefined);
});

test('a word that is there is its own nearest, and one edit away it is still found', () => {
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.nat(), fc.constantFrom('q', 'Q', ''), (key, at, letter) => {
      assert.equal(closestWord(key, keys), key);
      const index = at % key.length;
      assert.equal(closestWord(key.slice(0, index) + letter + key.slice(index + 1), keys), key);
    }),
  );
});
