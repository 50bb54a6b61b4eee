import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  activityIri,
  agentIri,
  associationIri,
  evaluationIri,
  modelIri,
  runIri,
  statementIri,
} from '../../src/provenance/iris.js';
import { isAbsoluteIri } from '../../src/vocabulary/iri.js';

const namespace = 'http://data.silknow.org/lacuna/';
const anyText = fc.string({ unit: 'binary', maxLength: 20 });
const keys = fc.record({ subject: anyText, task: anyText, agent: anyText, modelVersion: anyText });

test('a statement has the IRI it always had', () => {
  const key = {
    subject: 'http://e.org/production/1',
    task: 'technique',
    agent: 'http://e.org/a',
    modelVersion: '1',
  };
  // Worked out with Python's uuid module. A change here would publish everything twice.
  assert.equal(statementIri(namespace, key), `${namespace}statement/d67d2d04-e7eb-5fd4-9aab-99beacb3e6db`);
  assert.equal(
    activityIri(namespace, statementIri(namespace, key)),
    `${namespace}activity/d67d2d04-e7eb-5fd4-9aab-99beacb3e6db`,
  );
});

test('IRIs are absolute, the same when asked for again, and distinct for distinct things', () => {
  fc.assert(
    fc.property(keys, keys, (one, other) => {
      const iri = statementIri(namespace, one);
      assert.ok(isAbsoluteIri(iri));
      assert.equal(statementIri(namespace, { ...one }), iri);
      assert.notEqual(activityIri(namespace, iri), iri);
      const same = JSON.stringify(Object.values(one)) === JSON.stringify(Object.values(other));
      assert.equal(statementIri(namespace, other) === iri, same);
      assert.notEqual(statementIri('http://other.org/', one).split('/').at(-1), iri.split('/').at(-1));
    }),
  );
});

test('moving text from one part to the next gives another IRI', () => {
  const key = (subject: string, task: string) => ({ subject, task, agent: 'a', modelVersion: 'm' });
  assert.notEqual(statementIri(namespace, key('ab', 'c')), statementIri(namespace, key('a', 'bc')));
  assert.notEqual(associationIri(namespace, 'ab', 'c'), associationIri(namespace, 'a', 'bc'));
  assert.notEqual(evaluationIri(namespace, 'm', ['a', 'b']), evaluationIri(namespace, 'm', ['a,b']));
});

test('runs, models and agents go by their names, percent-encoded', () => {
  assert.equal(runIri(namespace, '2024-05-01T10:00'), `${namespace}run/2024-05-01T10%3A00`);
  assert.equal(modelIri(namespace, 'v1 <new>'), `${namespace}model/v1%20%3Cnew%3E`);
  assert.equal(agentIri(namespace, 'fusion'), `${namespace}agent/fusion`);
  fc.assert(
    fc.property(anyText, (name) => {
      try {
        assert.ok(isAbsoluteIri(runIri(namespace, name)));
      } catch (error) {
        assert.match((error as Error).message, /cannot be called/);
      }
    }),
  );
  for (const name of ['', '.', '..', '\uD800'])
    assert.throws(() => modelIri(namespace, name), /cannot be called/);
});

test('an agent known already keeps its IRI, if that is one', () => {
  const known = 'http://data.silknow.org/actor/luh-image-analysis/';
  assert.equal(agentIri(namespace, 'image', known), known);
  assert.throws(() => agentIri(namespace, 'image', 'luh'), {
    code: 'INPUT_INVALID',
    message: /provenance\.agents\.image: the IRI "luh" is relative/,
  });
});

test('a namespace must be an absolute IRI that ends in / or #', () => {
  assert.throws(() => runIri('lacuna/', 'r'), /provenance\.namespace.*relative/);
  assert.throws(() => runIri('http://e.org/lacuna', 'r'), /must end in/);
});
