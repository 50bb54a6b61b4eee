import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Parser } from 'n3';
import { validatePredictions } from '../../src/provenance/shapes.js';

test('the predictions SILKNOW published break the rules they are known to break, and no other', async (t) => {
  const data = process.env['LACUNA_DATA'];
  if (data === undefined || data === '') {
    t.skip('LACUNA_DATA is not set: needs the real museum data');
    return;
  }
  const folder = path.join(data, 'silknow', 'published-predictions-sample');
  assert.ok(existsSync(folder), `${folder} does not exist`);
  // Values without a base IRI; one UUID for statements of two productions; a production of several objects, each of them
  // used; blocks in which activity and agent ran together. One statement per photograph instead of one per record
  // (oneVoice) may be in all of them.
  const known: Readonly<Record<string, readonly string[]>> = {
    'image_technique.sample500': ['object'],
    'image_time.sample500': ['object'],
    'xgboost_place.sample500': ['used'],
    'xgboost_technique.sample500': ['directTriple', 'object', 'subject', 'used'],
    'xgboost_time.sample500': ['used'],
    'xgboost_material.malformed': ['activity', 'explanation'],
    'xgboost_material.sample500': ['activity', 'used'],
  };
  for (const file of readdirSync(folder)) {
    const quads = new Parser().parse(gunzipSync(readFileSync(path.join(folder, file))).toString('utf8'));
    const problems = await validatePredictions(quads);
    const shapes = new Set(problems.map(({ shape }) => shape.split('#')[1]));
    const expected = known[file.replace(/\.ttl\.gz$/, '')] ?? [];
    t.diagnostic(`${file}: ${quads.length} triples, ${problems.length} problems: ${[...shapes].join(' ')}`);
    shapes.delete('oneVoice');
    assert.deepEqual([...shapes].sort(), expected, file);
  }
});
