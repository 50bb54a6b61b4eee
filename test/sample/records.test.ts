import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { classConcepts } from '../../src/sample/concepts.js';
import { drawRecord, type SampleRecord } from '../../src/sample/records.js';
import { thesaurusTurtle } from '../../src/sample/thesaurus.js';
import { properties, type Property } from '../../src/sample/truth.js';
import { LabelGrouper } from '../../src/vocabulary/grouping.js';
import { loadProfile } from '../../src/vocabulary/load-profile.js';
import { loadThesaurus } from '../../src/vocabulary/thesaurus.js';

const records: readonly SampleRecord[] = Array.from({ length: 1200 }, (_, index) => drawRecord(1, index));

function share(test: (record: SampleRecord) => boolean, among = records): number {
  return among.filter(test).length / among.length;
}

function assertNear(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${what}: ${actual.toFixed(3)}, expected ${expected} ± ${tolerance}`,
  );
}

test('properties are missing about as often as in SILKNOW, and in each museum in its own way', () => {
  const expected = { place: 0.41, timespan: 0.5, technique: 0.6, material: 0.2 };
  for (const property of properties) {
    assertNear(
      share(({ written }) => written[property] === undefined),
      expected[property],
      0.05,
      property,
    );
  }
  const of = (slug: string): SampleRecord[] => records.filter(({ museum }) => museum.slug === slug);
  assert.ok(share(({ written }) => written.place === undefined, of('montrenard')) > 0.85);
  assert.ok(share(({ written }) => written.place === undefined, of('valdeoro')) < 0.12);
  assert.equal(
    share(({ description }) => description !== undefined, of('vallclara')),
    0,
  );
  assertNear(
    share(({ description }) => description !== undefined),
    0.55,
    0.05,
    'described',
  );
});

test('every class is written on at least 25 records', () => {
  for (const property of properties) {
    for (const id of Object.keys(classConcepts[property])) {
      const labelled = records.filter(
        ({ truth, written }) => truth[property] === id && written[property] !== undefined,
      );
      assert.ok(labelled.length >= 25, `${property} ${id}: ${labelled.length}`);
    }
  }
});

test('place, century, technique and material hang together', () => {
  const italian = records.filter(({ truth }) => truth.place === 'IT');
  const indian = records.filter(({ truth }) => truth.place === 'IN');
  assert.ok(
    share(({ truth }) => truth.technique === 'velvet', italian) >
      2 * share(({ truth }) => truth.technique === 'velvet', indian),
  );
  const early = records.filter(({ truth }) => truth.timespan === 'XVI');
  const late = records.filter(({ truth }) => truth.timespan === 'XX');
  assert.ok(
    share(({ truth }) => truth.material === 'metal_thread', early) >
      share(({ truth }) => truth.material === 'metal_thread', late),
  );
});

test('descriptions are 60 to 600 characters long and have no empty slot', () => {
  for (const { description } of records) {
    if (description === undefined) continue;
    assert.ok(description.length >= 58 && description.length <= 600, description);
    assert.doesNotMatch(description, /[{}]|undefined/);
  }
});

test('a record depends on the seed and its index alone', () => {
  assert.deepEqual(drawRecord(1, 700), records[700]);
  assert.notDeepEqual(drawRecord(2, 700).truth, undefined);
  assert.notEqual(drawRecord(2, 700).object, records[700]!.object);
});

test('what museums write in words, narrower concepts, towns and spans is grouped into the class that is meant', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-thesaurus-'));
  try {
    const file = path.join(folder, 'sample-thesaurus.ttl');
    await writeFile(file, await thesaurusTurtle());
    const profile = await loadProfile('silknow');
    const grouper = new LabelGrouper(profile, await loadThesaurus([file]));
    const followed = new Set(profile.record.valueLinks);
    const kinds = { NamedNode: 0, Literal: 0 };
    for (const property of properties) {
      let right = 0;
      let all = 0;
      for (const { truth, written } of records) {
        for (const { value, about } of written[property] ?? []) {
          const links = about
            .filter(({ predicate }) => followed.has(predicate.value))
            .map(({ object }) => object.value);
          const found = grouper.group(property satisfies Property, { value, links, labels: [] });
          assert.ok(found.length > 0, `${property}: nothing found for ${value.value}`);
          all++;
          if (found.length === 1 && found[0] === truth[property]) right++;
          kinds[value.termType as keyof typeof kinds]++;
        }
      }
      // Cataloguers are wrong once in fifty, and some lists of fibres are ambiguous.
      assert.ok(
        right / all > 0.95 && right < all + (property === 'place' ? 1 : 0),
        `${property}: ${right} of ${all}`,
      );
    }
    assert.ok(kinds.Literal > 300 && kinds.NamedNode > 1000, JSON.stringify(kinds));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
