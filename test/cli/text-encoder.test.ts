import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { ModelCard } from '../../src/models/card.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import { writeTextEncoder } from '../modalities/text/encoded/encoder-folders.js';
import { descriptions } from './descriptions.js';
import { lacuna, temporaryFolder } from './lacuna.js';
import { smallConfiguration } from './small-configuration.js';

test('descriptions are read through a pretrained encoder, from training to published predictions', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, 60, descriptions(60));
  await writeFile(
    path.join(folder, 'config.yaml'),
    `${smallConfiguration('{ kind: embedded, files: [collection.nq] }')}modalities:
  image: { enabled: false }
  tabular: { enabled: false }
  fusion: { enabled: false }
  text: { encoder: { folder: encoders/small, precision: int8, threads: 1 } }\n`,
  );
  const missing = await lacuna(folder, ['train']);
  assert.equal(missing.code, 2, missing.stderr);
  assert.match(
    missing.stderr,
    /encoders\/small\/encoder\.json is not there\. Put three files into that folder: model_int8\.onnx/,
  );
  await writeTextEncoder(path.join(folder, 'encoders', 'small'), 1);
  const tried = await lacuna(folder, ['check']);
  assert.match(tried.stdout, /text encoder.* random-1 \(licence CC0-1\.0, 24 values\); read a word/);
  const trained = await lacuna(folder, ['train', '--json']);
  assert.equal(trained.code, 0, trained.stderr);
  const { card } = JSON.parse(trained.stdout) as { card: ModelCard };
  const [text] = card.modalities;
  assert.equal(text?.encoderTier, 'pretrained');
  assert.equal(text.parameters['encoderPrecision'], 'int8');
  const enriched = await lacuna(folder, ['enrich', '--json']);
  assert.equal(enriched.code, 0, enriched.stderr);
  const { summary } = JSON.parse(enriched.stdout) as {
    summary: { tasks: Record<string, { gaps: number; published: number }>; skips: unknown[] };
  };
  assert.deepEqual(
    Object.values(summary.tasks).map(({ gaps, published }) => [gaps, published]),
    [
      [40, 40],
      [30, 30],
    ],
  );
  assert.deepEqual(summary.skips, []);
});
