import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { isLacunaError, type LacunaError } from '../../../../src/config/errors.js';
import { seededRandom } from '../../../../src/learning/random.js';
import type { Encoder } from '../../../../src/modalities/image/encoders/encoder.js';
import { networkInput } from '../../../../src/modalities/image/encoders/network-input.js';
import { openPretrainedEncoder } from '../../../../src/modalities/image/encoders/pretrained-encoder.js';
import type { Pixels } from '../../../../src/media/pixels.js';
import { randomInt8, staticallyConvolved } from '../../../models/onnx/int8-networks.js';
import { addInt8, encoderSide, writeEncoder } from './encoder-folders.js';

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

describe('a network in int8 beside the other', () => {
  const noise = (seed: number, range: number): Pixels => {
    const random = seededRandom(seed);
    const data = Uint8Array.from({ length: 3 * encoderSide ** 2 }, () => 128 + (random() - 0.5) * range);
    return { data, width: encoderSide, height: encoderSide };
  };
  const features = async (encoder: Encoder, pixels: Pixels): Promise<Float32Array> => {
    const outcome = await encoder.encode(pixels);
    assert.ok(outcome.ok);
    return outcome.features;
  };

  it('runs when it is asked for, under a version of its own', async () => {
    const folder = await writeEncoder(newFolder(), 1);
    const before = await openPretrainedEncoder({ folder, threads: 1 });
    await addInt8(folder, 5);
    const [float, int8] = [
      await openPretrainedEncoder({ folder, threads: 1, precision: 'fp32' }),
      await openPretrainedEncoder({ folder, threads: 1, precision: 'int8' }),
    ];
    assert.equal(float.version, before.version);
    assert.notEqual(int8.version, float.version);
    assert.match(int8.describe().encoder, /licence CC0-1\.0, int8, 24 values/);
    assert.equal(int8.describe().parameters['encoderPrecision'], 'int8');
    const pixels = noise(1, 200);
    const { mean, std } = JSON.parse(await readFile(path.join(folder, 'encoder.json'), 'utf8')) as {
      mean: [number, number, number];
      std: [number, number, number];
    };
    const expected = staticallyConvolved(randomInt8(24, 5), networkInput(pixels, mean, std));
    for (const [at, value] of (await features(int8, pixels)).entries())
      assert.ok(Math.abs(value - expected[at]!) < 1e-3, `${at}: ${value} and ${expected[at]}`);
    assert.notDeepEqual(await features(float, pixels), await features(int8, pixels));
  });

  it('says the same of a photograph whatever goes with it, where it chooses its steps by what it sees', async () => {
    const folder = await addInt8(await writeEncoder(newFolder(), 1), 5, 'dynamic');
    const encoder = await openPretrainedEncoder({ folder, threads: 1, precision: 'int8' });
    const [faint, strong] = [noise(1, 20), noise(2, 255)];
    const alone = await features(encoder, faint);
    const together = await Promise.all([features(encoder, strong), features(encoder, faint)]);
    assert.deepEqual(together[1], alone);
  });

  it('is refused when it is missing, is not described or is another', async () => {
    const folder = await writeEncoder(newFolder(), 1);
    const message = async (): Promise<string> => {
      const options = { folder, threads: 1, precision: 'int8' } as const;
      const error = await openPretrainedEncoder(options).catch((refused: unknown) => refused);
      assert.ok(isLacunaError(error, 'CONFIG_INVALID'), String(error));
      return error.message;
    };
    assert.match(
      await message(),
      /model_int8\.onnx is not there\. Put two files .* model_int8\.onnx, .* int8Sha256/,
    );
    const described = await readFile(path.join(folder, 'encoder.json'));
    await addInt8(folder, 5);
    await writeFile(path.join(folder, 'encoder.json'), described);
    assert.match(
      await message(),
      /encoder\.json says nothing of model_int8\.onnx: its SHA-256 is [\da-f]{64}/,
    );
    await addInt8(folder, 5);
    await appendFile(path.join(folder, 'model_int8.onnx'), 'x');
    assert.match(await message(), /model_int8\.onnx is not the file that encoder\.json beside it describes/);
  });
});
