import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { newPhotographFailures } from '../../src/cli/enrichment.js';
import { createPhotographReader } from '../../src/media/photograph-reader.js';

test('a photograph that failed is told once, by whoever was at work then', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-photographs-'));
  const reader = createPhotographReader({
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
