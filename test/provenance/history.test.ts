import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { prov, rdfTerms } from '../../src/graph/prefixes.js';
import { quadKey } from '../../src/graph/quad-key.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';
import { retired, retirementReasons, type Retirement } from '../../src/provenance/history.js';

const graph = namedNode('http://example.org/predictions');
const retirement = (run: string, historyGraph?: string): Retirement => ({
  historyGraph,
  namespace: 'http://example.org/lacuna/',
  runId: run,
  at: new Date('2026-03-01T03:00:00Z'),
  reason: 'replaced',
});
const removed = fc
  .uniqueArray(fc.record({ id: fc.nat(50), score: fc.integer({ min: 0, max: 100 }) }), {
    selector: ({ id }) => id,
  })
  .map((statements) =>
    statements.flatMap(({ id, score }) => {
      const self = namedNode(`http://example.org/statement/${String(id)}`);
      const activity = namedNode(`http://example.org/activity/${String(id)}`);
      const subject = namedNode(`http://example.org/production/${String(id)}`);
      const place = namedNode('http://example.org/place');
      return [
        quad(self, rdfTerms('type'), rdfTerms('Statement'), graph),
        quad(self, rdfTerms('object'), place, graph),
        quad(self, namedNode('http://example.org/score'), literal(String(score)), graph),
        quad(self, prov('wasGeneratedBy'), activity, graph),
        quad(activity, prov('used'), subject, graph),
        quad(subject, namedNode('http://example.org/took-place'), place, graph),
      ];
    }),
  );

test('without a history graph what goes is dropped', () => {
  fc.assert(
    fc.property(removed, (remove) => {
      assert.deepEqual(retired(remove, retirement('run')), { insert: [], remove });
    }),
  );
});

test('what goes is kept in the history graph alone, nothing of it as a prediction or a fact', () => {
  const history = 'http://example.org/history';
  fc.assert(
    fc.property(removed, (remove) => {
      const change = retired(remove, retirement('run', history));
      assert.equal(change.remove, remove);
      assert.ok(change.insert.every((each) => each.graph.value === history));
      assert.ok(!change.insert.some(({ object }) => object.equals(rdfTerms('Statement'))));
      assert.ok(!change.insert.some(({ predicate }) => predicate.value.endsWith('took-place')));
      const versions = change.insert.filter(({ predicate }) => predicate.equals(prov('specializationOf')));
      assert.equal(versions.length, remove.length / 6);
      // Five facts of each statement and its activity, and eight of its end; the run is said once by each.
      assert.equal(change.insert.length, versions.length * 15);
      assert.match(change.insert.map(quadKey).join('\n'), versions.length > 0 ? /replaced by/ : /^$/);
    }),
  );
});

test('versions of one statement that two runs ended are two nodes; one run ends it once', () => {
  const history = 'http://example.org/history';
  fc.assert(
    fc.property(removed, (remove) => {
      const of = (run: string): string[] => retired(remove, retirement(run, history)).insert.map(quadKey);
      assert.deepEqual(of('one'), of('one'));
      const subjects = (run: string): Set<string> =>
        new Set(
          retired(remove, retirement(run, history))
            .insert.map(({ subject }) => subject.value)
            .filter((iri) => iri.includes('/version/')),
        );
      const [one, two] = [subjects('one'), subjects('two')];
      assert.ok([...one].every((iri) => !two.has(iri)));
    }),
  );
  assert.equal(new Set(Object.values(retirementReasons)).size, Object.keys(retirementReasons).length);
});
