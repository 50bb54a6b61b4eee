import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { rejectionOf, rejectionQuads } from '../../src/provenance/rejection.js';
import { Rejections } from '../../src/review/rejections.js';

const graph = 'http://example.org/predictions';
const namespace = 'http://example.org/lacuna/';
const iri = (kind: string, number: number): string => `http://example.org/${kind}/${number}`;
const at = new Date('2026-03-01T03:00:00.250Z');

const rejected = (subject: number, property: number, value: number) => ({
  subject: iri('subject', subject),
  property: iri('property', property),
  value: iri('value', value),
  task: 'place',
  record: iri('object', subject),
  by: 'Maria Soler',
  at,
});

test('exactly what is rejected is told, of the gaps that were asked for, however many', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-review-'));
  const store = await openEmbeddedStore({
    files: [],
    log: path.join(folder, 'predictions.nq'),
    writableGraphs: [graph],
  });
  t.after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  const none = await Rejections.open(store, graph);
  const gap = { subject: iri('subject', 0), predicate: iri('property', 0) };
  assert.equal((await none.of([gap]))(gap, iri('value', 0)), false);
  // More subjects than a query takes; of every seventh a value of one property is rejected, of some two.
  const subjects = 1100;
  const standing = Array.from({ length: subjects }, (_, subject) => [
    ...(subject % 7 === 0 ? [rejected(subject, subject % 3, subject % 4)] : []),
    ...(subject % 21 === 0 ? [rejected(subject, subject % 3, (subject + 1) % 4)] : []),
  ]).flat();
  const insert = standing.flatMap((rejection) => rejectionQuads(rejection, { graph, namespace }));
  await store.write({ insert, remove: [] });
  const gaps = Array.from({ length: subjects * 2 }, (_, at) => ({
    subject: iri('subject', at % subjects),
    predicate: iri('property', Math.floor(at / subjects)),
  }));
  const isRejected = await (await Rejections.open(store, graph)).of(gaps);
  const keys = new Set(standing.map(({ subject, property, value }) => `${subject} ${property} ${value}`));
  for (const gap of gaps)
    for (const value of [0, 1, 2, 3].map((number) => iri('value', number)))
      assert.equal(isRejected(gap, value), keys.has(`${gap.subject} ${gap.predicate} ${value}`));
  // Of the third property nothing was asked.
  const third = standing.find(({ property }) => property === iri('property', 2))!;
  assert.equal(isRejected({ subject: third.subject, predicate: third.property }, third.value), false);
});

test('a rejection is read back as it was written, and its IRI tells what is rejected and nothing else', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .map((words) => words.trim())
    .filter((words) => words !== '' && !/[\p{Cc}\p{Surrogate}]/u.test(words));
  const number = fc.nat(2);
  const parts = fc.record({
    what: fc.tuple(number, number, number),
    by: text,
    reason: fc.option(text, { nil: undefined }),
  });
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const write = ({ what, by, reason }: typeof one) => {
        const rejection = { ...rejected(...what), by, reason };
        const quads = rejectionQuads(rejection, { graph, namespace });
        return { rejection, quads, iri: quads[0]!.subject.value };
      };
      const [left, right] = [write(one), write(other)];
      assert.deepEqual(
        rejectionOf(left.iri, [...left.quads, ...(left.iri === right.iri ? [] : right.quads)]),
        {
          ...left.rejection,
          iri: left.iri,
        },
      );
      assert.equal(left.iri === right.iri, JSON.stringify(one.what) === JSON.stringify(other.what));
    }),
  );
});
