import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { isLacunaError } from '../../../src/config/errors.js';
import type { Split } from '../../../src/learning/splits/split.js';
import type { EncoderManifest } from '../../../src/modalities/image/encoders/encoder-folder.js';
import { openPretrainedEncoder } from '../../../src/modalities/image/encoders/pretrained-encoder.js';
import {
  checkIsFree,
  writeEncoderFolder,
  type WrittenEncoder,
} from '../../../src/modalities/tuned-encoder/write-encoder-folder.js';
import { convolutionNetwork, randomConvolution } from '../../models/onnx/small-networks.js';

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-tuned-encoder-'));
after(() => rm(scratch, { recursive: true, force: true }));

const splits = new Map<string, Split>([
  ['http://example.org/object/2', 'test'],
  ['http://example.org/object/1', 'train'],
  ['http://example.org/object/3', 'validation'],
]);
const written: WrittenEncoder<EncoderManifest> = {
  manifest: {
    name: 'ours',
    licence: 'CC0-1.0',
    size: 32,
    crop: 1,
    resize: 'crop',
    interpolation: 'lanczos',
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
    input: 'pixels',
    output: 'features',
    length: 8,
    pooling: 'none',
  },
  tuned: { facts: { epochs: 2 } },
  model: convolutionNetwork(randomConvolution(8, 1)),
  splits,
};
const start = { sha256: 'a'.repeat(64), licence: 'MIT' };

test('what was written is an encoder that says what it was tuned on, and what it started from', async () => {
  const nothing = path.join(scratch, 'deep', 'from-nothing');
  await checkIsFree(nothing);
  await writeEncoderFolder(nothing, written);
  const small = await openPretrainedEncoder({ folder: nothing, threads: 1 });
  assert.deepEqual(small.tunedOn, splits);
  assert.equal(small.tier, 'built-in');
  assert.match(
    small.describe().looksAt,
    /trained on photographs of records of this collection whose values are known, makes/,
  );

  const further = path.join(scratch, 'further');
  await writeEncoderFolder(further, { ...written, tuned: { ...written.tuned, start } });
  const tuned = await openPretrainedEncoder({ folder: further, threads: 1 });
  assert.equal(tuned.tier, 'pretrained');
  assert.match(
    tuned.describe().looksAt,
    /trained on other pictures and on photographs of records of this collection/,
  );
  assert.equal(tuned.version, small.version, 'the numbers are the same');
  assert.deepEqual((await readdir(scratch)).sort(), ['deep', 'further']);
});

test('a list of records that is another one, or gone, is refused', async () => {
  const folder = path.join(scratch, 'tampered');
  await writeEncoderFolder(folder, written);
  const refusal = (said: RegExp) => (error: unknown) =>
    isLacunaError(error, 'CONFIG_INVALID') && said.test(error.message);
  const records = path.join(folder, 'records.tsv');
  await appendFile(records, 'http://example.org/object/4\ttest\n');
  await assert.rejects(
    openPretrainedEncoder({ folder }),
    refusal(/records\.tsv is not the file that encoder\.json/),
  );
  await rm(records);
  await assert.rejects(openPretrainedEncoder({ folder }), refusal(/records\.tsv is not there/));
});

test('a folder with anything in it, or a file, is no place for an encoder', async () => {
  const folder = path.join(scratch, 'taken');
  await mkdir(folder);
  await checkIsFree(folder);
  await writeFile(path.join(folder, 'notes.txt'), '');
  await assert.rejects(checkIsFree(folder), /is not empty, and models may depend on what is in it/);
  await assert.rejects(checkIsFree(path.join(folder, 'notes.txt')), /cannot hold the encoder/);
  // Had it been taken meanwhile, nothing of it is touched and nothing left beside it.
  await assert.rejects(writeEncoderFolder(folder, written), (error) =>
    isLacunaError(error, 'STATE_UNWRITABLE'),
  );
  assert.deepEqual(await readdir(folder), ['notes.txt']);
  assert.ok(!(await readdir(scratch)).some((name) => name.includes('partial')));
});
