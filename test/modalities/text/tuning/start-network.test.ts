import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { isLacunaError, type LacunaError } from '../../../../src/config/errors.js';
import {
  startNetwork,
  type TextStartSettings,
} from '../../../../src/modalities/text/tuning/start-network.js';
import { readSafetensors, writeSafetensors } from '../../../../src/models/safetensors.js';
import { smallConfig, smallNetwork, writeSmallNetwork } from './small-xlm-r.js';

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-start-network-'));
after(() => rm(scratch, { recursive: true, force: true }));

const origin = { licence: 'CC0-1.0', languages: ['en'] };

async function written(): Promise<string> {
  const folder = await mkdtemp(path.join(scratch, 'network-'));
  await writeSmallNetwork(folder, 3);
  return folder;
}

async function refusal(folder: string, settings: TextStartSettings = {}): Promise<LacunaError> {
  const error = await startNetwork({ ...settings, weights: { folder, ...origin } }).catch(
    (reason: unknown) => reason,
  );
  assert.ok(isLacunaError(error), String(error));
  return error;
}

/** All that an error tells. */
const told = ({ message, problems }: LacunaError): string => [message, ...problems].join('\n');

describe('a network to start from', () => {
  it('is read whatever prefix and heads its file has', async () => {
    const folder = await written();
    const start = await startNetwork({ weights: { folder, ...origin } });
    const { tensors } = smallNetwork(3);
    assert.deepEqual(new Map(start.tensors), new Map(tensors));
    assert.equal(start.architecture.layers, 2);
    assert.equal(start.maximumTokens, 64, 'positions begin behind that of padding');
    assert.match(start.sha256, /^[\da-f]{64}$/);
  });

  it('has to be named', async () => {
    await assert.rejects(
      startNetwork({}),
      /modalities\.text\.tune\.weights is missing.*\{ folder, licence \}.*config\.json/,
    );
  });

  it('has three files, and those that are missing are told at once, with what they are', async () => {
    const nowhere = told(await refusal(path.join(scratch, 'nowhere')));
    for (const name of ['config.json', 'model.safetensors', 'tokenizer.json'])
      assert.match(nowhere, new RegExp(`^${name.replace('.', '\\.')} is not there$`, 'm'));
    assert.match(nowhere, /modalities\.text\.tune\.weights\.folder names .*nowhere/);
    assert.match(
      nowhere,
      /as transformers saves them: config\.json, what the network is; model\.safetensors, its weights/,
    );
    const folder = await written();
    await rm(path.join(folder, 'tokenizer.json'));
    await rm(path.join(folder, 'config.json'));
    await mkdir(path.join(folder, 'config.json'));
    const { problems } = await refusal(folder);
    assert.equal(problems.length, 2);
    assert.match(problems[0]!, /^config\.json cannot be read: EISDIR/);
    assert.match(problems[1]!, /^tokenizer\.json is not there/);
  });

  it('is a RoBERTa, and its description is whole', async () => {
    const folder = await written();
    const config = path.join(folder, 'config.json');
    await writeFile(config, smallConfig({ model_type: 'bert', num_hidden_layers: 0, hidden_act: 'relu' }));
    const wrong = told(await refusal(folder));
    for (const said of [
      /config\.json does not describe a RoBERTa or XLM-R/,
      /model_type: should be roberta, xlm-roberta or camembert/,
      /num_hidden_layers: /,
      /hidden_act: /,
    ])
      assert.match(wrong, said);
    await writeFile(config, smallConfig({ num_attention_heads: 5 }));
    assert.match(told(await refusal(folder)), /num_attention_heads: should divide hidden_size/);
    await writeFile(config, '{');
    assert.match((await refusal(folder)).message, /config\.json is not JSON/);
  });

  it('has the weights that are described, each under its name', async () => {
    const folder = await written();
    const file = path.join(folder, 'model.safetensors');
    const tensors = new Map(readSafetensors(await readFile(file), file).tensors);
    tensors.delete('roberta.encoder.layer.1.output.dense.bias');
    tensors.set('roberta.embeddings.LayerNorm.weight', { shape: [1], data: new Float32Array(1) });
    tensors.set('roberta.encoder.layer.2.output.dense.bias', { shape: [1], data: new Float32Array(1) });
    const query = 'roberta.encoder.layer.0.attention.self.query.bias';
    tensors.set(query, { shape: [32], data: new Float32Array(32).fill(NaN) });
    await writeFile(file, writeSafetensors(tensors));
    const wrong = told(await refusal(folder));
    for (const said of [
      /model\.safetensors does not hold the weights of the network that config\.json beside it describes/,
      /encoder\.layer\.1\.output\.dense\.bias is missing/,
      /embeddings\.LayerNorm\.weight has shape 1 instead of 32/,
      /query\.bias holds numbers that are not finite/,
      /encoder\.layer\.2\.output\.dense\.bias has no place in it/,
    ])
      assert.match(wrong, said);
  });

  it('fits what it is to do', async () => {
    const folder = await written();
    const wrong = told(await refusal(folder, { blocks: 3, maximumTokens: 65 }));
    assert.match(wrong, /modalities\.text\.tune\.blocks: the network has 2 layers, and 3 are to be trained/);
    assert.match(
      wrong,
      /modalities\.text\.tune\.maximumTokens: the network reads at most 64 tokens at a time/,
    );
    const config = path.join(folder, 'config.json');
    await writeFile(config, smallConfig({ vocab_size: 50 }));
    assert.match(told(await refusal(folder)), /tokenizer\.json has \d+ tokens, and the network knows 50/);
    // XLM-R large.
    const large = { vocab_size: 250_002, hidden_size: 1024, num_hidden_layers: 24, intermediate_size: 4096 };
    await writeFile(config, smallConfig(large));
    assert.match(told(await refusal(folder)), /its weights take 2\.1 GiB, and an ONNX file holds 2 GiB/);
  });
});
