import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { isLacunaError, type LacunaError } from '../../../../src/config/errors.js';
import { openPretrainedEncoder } from '../../../../src/modalities/image/encoders/pretrained-encoder.js';
import { writeEncoder } from './encoder-folders.js';

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-encoder-'));
after(() => rm(scratch, { recursive: true, force: true }));

let folders = 0;
const newFolder = (): string => path.join(scratch, String(folders++));

async function refusal(folder: string): Promise<LacunaError> {
  const error = await openPretrainedEncoder({ folder, threads: 1 }).catch((refused: unknown) => refused);
  assert.ok(isLacunaError(error, 'CONFIG_INVALID'), String(error));
  return error;
}

describe('the folder of a pretrained encoder', () => {
  it('says which files to put where when there are none', async () => {
    const folder = newFolder();
    const { message } = await refusal(folder);
    assert.ok(message.includes(`${path.join(folder, 'encoder.json')} is not there`), message);
    assert.match(message, /Put two files into that folder: model\.onnx, .* and encoder\.json/);
    await writeEncoder(folder, 1);
    await rm(path.join(folder, 'model.onnx'));
    assert.ok((await refusal(folder)).message.includes(`${path.join(folder, 'model.onnx')} is not there`));
  });

  it('refuses another network than the one described', async () => {
    const folder = await writeEncoder(newFolder(), 1);
    await appendFile(path.join(folder, 'model.onnx'), 'x');
    const { message } = await refusal(folder);
    assert.match(message, /its SHA-256 is [\da-f]{64}, the manifest says [\da-f]{64}\. Copy the file again/);
  });

  it('tells all problems of the manifest at once', async () => {
    const folder = await writeEncoder(newFolder(), 1, {
      licence: undefined,
      sha256: 'abc',
      std: [1, 0, 1],
      sise: 224,
      pooling: 'max',
    });
    const { problems } = await refusal(folder);
    const text = problems.join('\n');
    for (const key of ['licence', 'sha256', 'std.1', 'pooling', '"sise"'])
      assert.ok(text.includes(key), text);
    await writeFile(path.join(folder, 'encoder.json'), '{');
    assert.match((await refusal(folder)).message, /encoder\.json is not JSON/);
  });

  it('tries the network, and says what the manifest has wrong', async () => {
    const wrong = async (changes: Readonly<Record<string, unknown>>): Promise<string> =>
      (await refusal(await writeEncoder(newFolder(), 1, changes))).message;
    assert.match(await wrong({ output: 'logits' }), /has no output "logits"; its outputs are "features"/);
    assert.match(await wrong({ input: 'image' }), /has no input "image"; its inputs are "pixels"/);
    assert.match(await wrong({ length: 25 }), /it gives 24 numbers per photograph\. Correct encoder\.json/);
    assert.match(await wrong({ pooling: 'mean' }), /pooling "mean" wants/);
  });

  it('has a version that changes with whatever changes its numbers, and with nothing else', async () => {
    const version = async (seed: number, changes: Readonly<Record<string, unknown>> = {}): Promise<string> =>
      (await openPretrainedEncoder({ folder: await writeEncoder(newFolder(), seed, changes), threads: 1 }))
        .version;
    const usual = await version(1);
    assert.equal(await version(1, { name: 'other', licence: 'MIT', source: 'a friend' }), usual);
    const others = [await version(2), await version(1, { crop: 0.9 }), await version(1, { mean: [0, 0, 0] })];
    assert.equal(new Set([usual, ...others]).size, 4);
  });
});
