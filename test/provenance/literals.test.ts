import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  distributionLiteral,
  evidenceLiteral,
  iriListLiteral,
  scoreLiteral,
  textLiteral,
  timeLiteral,
} from '../../src/provenance/literals.js';

test('a score is an xsd:float with up to four decimals', () => {
  assert.equal(scoreLiteral(0.91734, 'x').value, '0.9173');
  assert.equal(scoreLiteral(1, 'x').value, '1');
  assert.equal(scoreLiteral(0, 'x').datatype.value, 'http://www.w3.org/2001/XMLSchema#float');
  for (const value of [-0.1, 1.01, Number.NaN, Infinity]) {
    assert.throws(() => scoreLiteral(value, 'record 1'), {
      code: 'INPUT_INVALID',
      message: /record 1: .* between 0 and 1/,
    });
  }
});

test('a time is UTC, and no date is told', () => {
  assert.equal(timeLiteral(new Date('2024-05-01T12:00:00+02:00'), 'x').value, '2024-05-01T10:00:00Z');
  assert.throws(() => timeLiteral(new Date('soon'), 'run, startedAt'), /run, startedAt: the time is no date/);
});

test('a distribution is canonical: whatever the order of its scores, the same text', () => {
  const scores = fc.dictionary(fc.webUrl(), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(scores, (distribution) => {
      const literal = distributionLiteral(distribution, 'x');
      const backwards = Object.fromEntries(Object.entries(distribution).reverse());
      assert.equal(distributionLiteral(backwards, 'x').value, literal.value);
      const parsed = JSON.parse(literal.value) as Record<string, number>;
      assert.deepEqual(Object.keys(parsed).sort(), Object.keys(distribution).sort());
      for (const [concept, score] of Object.entries(parsed)) {
        assert.ok(Math.abs(score - distribution[concept]!) <= 0.00005000001);
      }
    }),
  );
  assert.equal(
    distributionLiteral({ 'http://e.org/b': 0.333333, 'http://e.org/a': 2 / 3 }, 'x').value,
    '{"http://e.org/a":0.6667,"http://e.org/b":0.3333}',
  );
  assert.equal(
    distributionLiteral({}, 'x').datatype.value,
    'http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON',
  );
  assert.throws(
    () => distributionLiteral({ 'http://e.org/a': 2 }, 'record 1'),
    /record 1, http:\/\/e\.org\/a: 2/,
  );
});

test('evidence keeps its order and any feature text', () => {
  assert.equal(
    evidenceLiteral([{ feature: 'word "a\\b"\n', weight: -0.00001 }], 'x').value,
    '[{"feature":"word \\"a\\\\b\\"\\n","weight":0}]',
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (features) => {
      const { value } = evidenceLiteral(
        features.map((feature, index) => ({ feature, weight: index })),
        'x',
      );
      const parsed = JSON.parse(value) as { feature: string; weight: number }[];
      assert.deepEqual(
        parsed.map(({ feature }) => feature),
        features,
      );
    }),
  );
  assert.throws(() => evidenceLiteral([{ feature: 'f', weight: Number.NaN }], 'x'), /weight of "f" is NaN/);
});

test('a list of IRIs keeps its order, and holds nothing but IRIs', () => {
  const { value, datatype } = iriListLiteral(['http://e.org/b', 'http://e.org/a'], 'x');
  assert.equal(value, '["http://e.org/b","http://e.org/a"]');
  assert.equal(datatype.value, 'http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON');
  assert.throws(() => iriListLiteral(['velvet'], 'record 1, prediction set'), /record 1, prediction set/);
});

test('a text may hold anything but what cannot be stored', () => {
  assert.equal(textLiteral('a "quoted"\n\ttext > 😀', 'x').value, 'a "quoted"\n\ttext > 😀');
  for (const odd of ['\u0000', '\u001B', '\uD800', '\uFFFF']) {
    assert.throws(
      () => textLiteral(`a${odd}`, 'agent of text'),
      /agent of text: the text holds the character/,
    );
  }
});
