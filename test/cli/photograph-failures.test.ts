import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { newPhotographFailures } from '../../src/cli/enrichment.js';
import { createPhotographReader } from '../../src/media/photograph-reader.js';
import { startTestMuseum } from '../media/test-museum.js';
import { readerSettings } from '../media/reader-settings.js';

test('a photograph that failed is told once, by whoever was at work then', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-photographs-'));
  const reader = createPhotographReader({
    ...readerSettings,
    rewrite: [{ from: 'http://example.org/', to: folder }],
    userAgent: 'test',
    concurrency: 1,
    timeoutSeconds: 1,
    maximumBytes: 1000,
    allowPrivateAddresses: false,
  });
  const training = newPhotographFailures(reader);
  await reader.read('http://example.org/1.jpg');
  await reader.read('http://example.org/2.jpg');
  const run = newPhotographFailures(reader);
  assert.deepEqual(run(), []);
  const [trained, ...more] = training();
  assert.deepEqual([trained?.count, more], [2, []]);
  assert.match(trained!.examples[0]!, /1\.jpg/);
  assert.deepEqual(training(), []);
  await reader.read('http://example.org/3.jpg');
  const [told] = run();
  assert.equal(told?.count, 1);
  assert.equal(told.examples.length, 1);
  assert.match(told.examples[0]!, /3\.jpg/);
  reader.close();
});

test('a photograph that an image server had to be asked for by its plain address is told too', async () => {
  const museum = await startTestMuseum({
    wrong: {
      version: 2,
      level: 2,
      width: 40,
      height: 30,
      instead: (_request, response) => void response.end('{'),
    },
  });
  const reader = createPhotographReader({
    ...readerSettings,
    userAgent: 'test',
    concurrency: 1,
  });
  const told = newPhotographFailures(reader);
  const outcome = await reader.read(`${museum.origin}/iiif/wrong/full/full/0/default.jpg`);
  assert.ok(outcome.ok);
  const [only, ...more] = told();
  assert.deepEqual(
    [only?.reason, only?.count, more],
    ['read at its plain address: bad-image-information', 1, []],
  );
  assert.match(only?.examples[0] ?? '', /info\.json is no JSON/);
  assert.deepEqual(told(), []);
  reader.close();
  await museum.close();
});
