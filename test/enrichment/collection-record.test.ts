import assert from 'node:assert/strict';
import { test } from 'node:test';
import { literal, namedNode } from '../../src/graph/terms.js';
import type { SourceRecord, SourceValue } from '../../src/graph/source-record.js';
import { museumName, toReadRecord } from '../../src/enrichment/collection-record.js';
import { Skips } from '../../src/enrichment/skips.js';
import { LabelGrouper } from '../../src/vocabulary/grouping.js';
import { emptyThesaurus } from '../../src/vocabulary/thesaurus.js';
import { smallProfile } from './small-enrichment.js';

const small = await smallProfile();
const [place, technique] = small.tasks as [(typeof small.tasks)[number], (typeof small.tasks)[number]];
const france = 'https://sws.geonames.org/3017382/';
const [damask, velvet] = ['http://data.silknow.org/vocabulary/168', 'http://data.silknow.org/vocabulary/379'];

const value = (
  predicate: string,
  iri: string,
  subject: SourceValue['subject'] = 'production',
): SourceValue => ({ predicate, subject, value: namedNode(iri), links: [], labels: [] });

function read(source: Partial<SourceRecord>, profile = small) {
  const skips = new Skips();
  const complete: SourceRecord = {
    graph: 'http://example.org/graph/lyon',
    object: 'http://example.org/object/1',
    production: 'http://example.org/production/1',
    label: 'A title',
    values: [],
    texts: [],
    images: [],
    ...source,
  };
  const grouper = new LabelGrouper(profile, emptyThesaurus);
  const ready = toReadRecord(complete, profile, grouper, { maximumTextLength: 10, skips });
  return { ...ready, skips: skips.list().map(({ reason, count }) => [reason, count]) };
}

test('a property without any value is a gap; a known one is grouped', () => {
  const { record, gaps, skips } = read({ values: [value(place.predicate, france)] });
  assert.deepEqual(gaps, ['technique']);
  assert.deepEqual(record.known, { place: ['FR'] });
  assert.deepEqual(skips, []);
});

test('two values of a single-label property are neither known nor a gap, and are listed', () => {
  const values = [damask, velvet].map((iri) => value(technique.predicate, iri));
  const { record, gaps, skips } = read({ values });
  assert.deepEqual(record.known, {});
  assert.deepEqual(gaps, ['place']);
  assert.deepEqual(skips, [['two values for a single-label property', 1]]);
});

test('two values of one class are one value', () => {
  const values = [value(place.predicate, france), value(place.predicate, france)];
  assert.deepEqual(read({ values }).record.known, { place: ['FR'] });
});

test('several values of a multi-label property are all known, sorted', () => {
  const values = [velvet, damask].map((iri) => value(technique.predicate, iri));
  const tasks = small.tasks.map((task) => ({ ...task, kind: 'multi-label' as const }));
  const { record, skips } = read({ values }, { ...small, tasks });
  assert.deepEqual(record.known, { technique: ['damask', 'velvet'] });
  assert.deepEqual(skips, []);
});

test('a value that matches no class is neither known nor a gap, and is listed', () => {
  const values = [value(place.predicate, 'http://example.org/atlantis')];
  const { record, gaps, skips } = read({ values });
  assert.deepEqual(record.known, {});
  assert.deepEqual(gaps, ['technique']);
  assert.deepEqual(skips, [['value matches no class', 1]]);
});

test('beside an unknown value a known one counts', () => {
  const values = [value(place.predicate, 'http://example.org/atlantis'), value(place.predicate, france)];
  const { record, skips } = read({ values });
  assert.deepEqual(record.known, { place: ['FR'] });
  assert.deepEqual(skips, [['value matches no class', 1]]);
});

test('the same predicate on the other subject is not the property', () => {
  const { gaps } = read({ values: [value(place.predicate, france, 'object')] });
  assert.deepEqual(gaps, ['place', 'technique']);
});

test('empty descriptions are left out, over-long ones kept and counted', () => {
  const texts = ['', ' \n\u00a0', 'short', 'much too long'].map((text) => ({ value: text, language: 'en' }));
  const { record, skips } = read({ texts });
  assert.deepEqual(
    record.texts.map((text) => text.value),
    ['short', 'much too long'],
  );
  assert.deepEqual(skips, [
    ['empty description', 2],
    ['description cut to the maximum length', 1],
  ]);
});

test('a huge literal is quoted in part only', () => {
  const skips = new Skips();
  const huge = { ...value(place.predicate, france), value: literal('x'.repeat(1_000_000)) };
  const source = {
    graph: 'http://example.org/g',
    object: 'http://example.org/o',
    production: 'http://example.org/p',
    label: undefined,
    values: [huge],
    texts: [],
    images: [],
  };
  toReadRecord(source, small, new LabelGrouper(small, emptyThesaurus), { maximumTextLength: 10, skips });
  assert.ok(skips.list()[0]!.examples[0]!.length < 200);
});

test('the museum is the last part of its graph', () => {
  assert.equal(museumName('http://example.org/graph/vam'), 'vam');
  assert.equal(museumName('http://example.org/graph/vam/'), 'vam');
  assert.equal(museumName('http://example.org/museums#met'), 'met');
  assert.equal(museumName('urn:met'), 'urn:met');
});

test('what the profile strips is not read, and a description of nothing else is none', () => {
  const strip = ['\\bInv\\. ?no\\. ?[\\d.]+', 'velours de lyon \\(\\d+\\)', '(?=V)'];
  const profile = { ...small, record: { ...small.record, strip } };
  const texts = ['Velvet, INV. NO. 12.3, cut', 'Velours de Lyon (1750)', 'Velvet'].map((text) => ({
    value: text,
    language: 'en',
  }));
  const { record, skips } = read({ texts }, profile);
  assert.deepEqual(
    record.texts.map(({ value: text }) => text),
    ['Velvet,  , cut', 'Velvet'],
  );
  assert.ok(skips.some(([reason, times]) => reason === 'empty description' && times === 1));
  assert.equal(read({ texts }).record.texts.length, 3);
});
