import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { isLacunaError, type LacunaError } from '../../../../src/config/errors.js';
import {
  openTextEncoder,
  type TextEncoder,
  type TextEncoderOptions,
} from '../../../../src/modalities/text/encoded/text-encoder.js';
import { readTokenizer } from '../../../../src/models/tokenizer/tokenizer.js';
import { transformed } from '../../../models/onnx/small-transformer.js';
import { encoderLength, networkOf, smallTokenizer, writeTextEncoder } from './encoder-folders.js';

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-text-encoder-'));
after(() => rm(scratch, { recursive: true, force: true }));

let folders = 0;
const newFolder = (): string => path.join(scratch, String(folders++));

async function opened(
  changes: Readonly<Record<string, unknown>> = {},
  options: Partial<TextEncoderOptions> = {},
  network: Parameters<typeof writeTextEncoder>[3] = {},
): Promise<TextEncoder> {
  const folder = await writeTextEncoder(newFolder(), 1, changes, network);
  return openTextEncoder({ folder, precision: 'fp32', threads: 1, ...options });
}

async function refusal(folder: string, precision: 'fp32' | 'int8' = 'fp32'): Promise<LacunaError> {
  const error = await openTextEncoder({ folder, precision, threads: 1 }).catch((refused: unknown) => refused);
  assert.ok(isLacunaError(error, 'CONFIG_INVALID'), String(error));
  return error;
}

const tokenizer = readTokenizer(smallTokenizer, 'tokenizer.json');
const framed = (text: string): number[] => [0, ...tokenizer.ids(text), 2];
const mean = (rows: readonly (readonly number[])[]): number[] =>
  rows[0]!.map((_, unit) => rows.reduce((sum, row) => sum + row[unit]!, 0) / rows.length);

function assertClose(actual: Float32Array | undefined, expected: readonly number[], what: string): void {
  assert.ok(actual, what);
  assert.equal(actual.length, expected.length);
  for (const [unit, value] of expected.entries())
    assert.ok(Math.abs(actual[unit]! - value) < 1e-4, `${what}, ${unit}: ${actual[unit]} and ${value}`);
}

const texts = [
  'silk',
  'velvet with flowers and birds, woven in Lyon',
  'tejido español de Valencia',
  '',
  'a soft cut pile of unknown making, with leaves, lions, a crown and scrolls',
  'tissu français',
];

describe('a pretrained encoder of texts', () => {
  it('gives the mean over the tokens of each text, whatever goes together', async () => {
    const encoder = await opened();
    const rows = await Promise.all(texts.map(async (text) => encoder.encode(text)));
    for (const [index, text] of texts.entries())
      assertClose(rows[index], mean(transformed(networkOf(1), framed(text))), text);
    const alone: (Float32Array | undefined)[] = [];
    for (const text of texts) alone.push(await encoder.encode(text));
    assert.deepEqual(alone, rows);
  });

  it('gives the first token where the manifest wants it, and feeds token types where there are any', async () => {
    const inputs = { types: 'token_type_ids' };
    const encoder = await opened({ pooling: 'first', inputs }, {}, { hasTypes: true });
    for (const text of texts)
      assertClose(await encoder.encode(text), transformed(networkOf(1), framed(text))[0]!, text);
  });

  it('puts the prefix before every window, and weighs windows by their tokens', async () => {
    const encoder = await opened({ prefix: 'silk ', maximumLength: 16, overlap: 4 });
    const text = texts.join(' ');
    const ids = tokenizer.ids(text);
    const [prefix] = tokenizer.ids('silk ');
    const room = 13;
    const count = Math.ceil((ids.length - 4) / (room - 4));
    const windows = Array.from({ length: count }, (_, index) =>
      ids.slice(Math.floor((index * (ids.length - room)) / (count - 1))).slice(0, room),
    );
    const rows = windows.map((window) => mean(transformed(networkOf(1), [0, prefix!, ...window, 2])));
    assert.ok(count > 2);
    assertClose(await encoder.encode(text), mean(rows), 'windows');
  });

  it('is not changed by neighbours where the network scales by the batch', async () => {
    const encoder = await opened({}, { precision: 'int8' });
    const together = await Promise.all(texts.map(async (text) => encoder.encode(text)));
    for (const [index, text] of texts.entries())
      assert.deepEqual(await encoder.encode(text), together[index]);
    const exact = await (await opened()).encode(texts[1]!);
    assert.notDeepEqual(together[1], exact);
    assert.ok(together[1]!.every((value, unit) => Math.abs(value - exact![unit]!) < 0.1));
  });

  it('reads a text of 140,000 characters', async () => {
    const encoder = await opened({ maximumLength: 256 });
    const features = await encoder.encode('velvet '.repeat(20_000));
    assert.equal(features?.length, encoderLength);
  });

  it('has a version that changes with whatever changes its numbers, and with nothing else', async () => {
    const usual = (await opened()).version;
    const same = await opened({ name: 'other', licence: 'MIT', source: 'a friend', languages: ['it'] });
    assert.equal(same.version, usual);
    const others = await Promise.all([
      opened({}, { precision: 'int8' }),
      opened({ prefix: 'query: ' }),
      opened({ pooling: 'first' }),
      opened({ overlap: 4 }),
      opened({ maximumLength: 32 }),
    ]);
    assert.equal(new Set([usual, ...others.map(({ version }) => version)]).size, 6);
  });
});

describe('the folder of a pretrained encoder of texts', () => {
  it('says which files to put where, all that are missing at once', async () => {
    const folder = newFolder();
    const { message } = await refusal(folder);
    assert.ok(message.includes(`${path.join(folder, 'encoder.json')} is not there`), message);
    assert.match(
      message,
      /Put three files into that folder: model\.onnx, .*tokenizer\.json, .* and encoder\.json/,
    );
    assert.match(message, /Or set modalities\.text\.encoder to built-in/);
    await writeTextEncoder(folder, 1);
    await rm(path.join(folder, 'model_int8.onnx'));
    await rm(path.join(folder, 'tokenizer.json'));
    const { problems } = await refusal(folder, 'int8');
    assert.equal(problems.length, 2);
    for (const name of ['model_int8.onnx', 'tokenizer.json'])
      assert.ok(
        problems.some((problem) => problem.includes(`${path.join(folder, name)} is not there`)),
        name,
      );
  });

  it('refuses other files than those described', async () => {
    const folder = await writeTextEncoder(newFolder(), 1);
    await appendFile(path.join(folder, 'tokenizer.json'), ' ');
    assert.match(
      (await refusal(folder)).message,
      /tokenizer\.json is not the file that encoder\.json beside it describes/,
    );
    const without = await writeTextEncoder(newFolder(), 1, { int8Sha256: undefined });
    assert.match((await refusal(without, 'int8')).message, /encoder\.json says nothing of model_int8\.onnx/);
  });

  it('tells all problems of the manifest at once', async () => {
    const folder = await writeTextEncoder(newFolder(), 1, {
      tokenizerSha256: 'abc',
      languages: ['French'],
      overlap: 32,
      pooling: 'max',
      licence: undefined,
    });
    const { problems } = await refusal(folder);
    const text = problems.join('\n');
    for (const key of ['licence', 'tokenizerSha256', 'languages.0', 'pooling'])
      assert.ok(text.includes(key), text);
    assert.match(
      (await refusal(await writeTextEncoder(newFolder(), 1, { overlap: 32 }))).problems.join(),
      /overlap: should be less/,
    );
    await writeFile(path.join(folder, 'encoder.json'), '{');
    assert.match((await refusal(folder)).message, /encoder\.json is not JSON/);
  });

  it('tries the network, and says what the manifest has wrong', async () => {
    const wrong = async (changes: Readonly<Record<string, unknown>>, network = {}): Promise<string> =>
      (await refusal(await writeTextEncoder(newFolder(), 1, changes, network))).message;
    assert.match(await wrong({ output: 'logits' }), /has no output "logits"; its outputs are "hidden"/);
    assert.match(await wrong({ inputs: { ids: 'ids' } }), /has no input "ids"/);
    assert.match(await wrong({ length: 25 }), /it gives 24 numbers per text\. Correct encoder\.json/);
    assert.match(await wrong({ pooling: 'none' }), /pooling "none" wants/);
    assert.match(await wrong({}, { hasTypes: true }), /wants an input "token_type_ids" too/);
    assert.match(await wrong({ maximumLength: 8, overlap: 3, prefix: 'a b c' }), /leaves no room for texts/);
  });
});
