import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import type { Finding } from '../../src/cli/check/finding.js';
import { writeEncoder } from '../modalities/image/encoders/encoder-folders.js';
import { lacuna, temporaryFolder, writeCollection } from './lacuna.js';

async function findingsOf(
  folder: string,
  ...args: string[]
): Promise<{ code: number | null; findings: Finding[] }> {
  const { code, stdout, stderr } = await lacuna(folder, ['check', '--json', ...args]);
  assert.equal(stderr, '');
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
  assert.equal(ok, code === 0);
  return { code, findings };
}

function named(findings: readonly Finding[], check: string): Finding {
  const found = findings.find((finding) => finding.check === check);
  assert.ok(found, `no finding called ${check} among ${findings.map((finding) => finding.check).join(', ')}`);
  return found;
}

test('a sound collection passes: rights tried, nothing left behind, unknown values named', async (t) => {
  const folder = await temporaryFolder(t);
  await writeCollection(folder, 'tasks: { depiction: { enabled: false } }');
  const { code, findings } = await findingsOf(folder, '--graph');
  assert.equal(code, 0, JSON.stringify(findings, null, 1));
  for (const check of ['configuration', 'profile', 'models', 'state', 'store', 'graphs', 'update right']) {
    assert.equal(named(findings, check).state, 'ok', check);
  }
  assert.match(named(findings, 'graphs').text, /^1 with records: http:\/\/data.silknow.org\/graph\/little$/);
  const technique = named(findings, 'vocabulary, technique');
  assert.match(technique.text, /^75 % of 4 sampled values belong to a class$/);
  assert.deepEqual(technique.details, ['1 × knitted by hand']);
  assert.equal(named(findings, 'vocabulary, place').state, 'warning');
  assert.ok(!findings.some(({ check }) => check === 'vocabulary, depiction'));
  assert.match(named(findings, 'model').text, /No model has been trained/);
  assert.match(named(findings, 'predictions graph').text, /holds no statement/);
  const log = await readFile(path.join(folder, 'state', 'predictions.nq'), 'utf8').catch(() => '');
  const kept = log.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  assert.deepEqual(kept, [], 'the probe is gone');
});

test('everything that is wrong is found in one go', async (t) => {
  const folder = await temporaryFolder(t);
  await writeCollection(
    folder,
    'vocabulary: { files: [nowhere.ttl] }\nphotographs: { rewrite: [{ from: a, to: media }] }',
  );
  await writeFile(path.join(folder, 'state'), 'a file where a folder should be');
  const { code, findings } = await findingsOf(folder);
  assert.equal(code, 1);
  assert.equal(named(findings, 'configuration').state, 'ok');
  assert.match(named(findings, 'state').text, /is a file/);
  assert.match(named(findings, 'photographs.rewrite').text, /media, the local copy of a, is not a folder/);
  assert.equal(named(findings, 'thesaurus').state, 'problem');
  assert.match(named(findings, 'thesaurus').details![0]!, /nowhere.ttl does not exist/);
});

test('a pretrained encoder is tried, and said to be missing where it should be', async (t) => {
  const folder = await temporaryFolder(t);
  await writeCollection(folder, 'modalities: { image: { encoder: { folder: encoders/small, threads: 1 } } }');
  const missing = await findingsOf(folder);
  assert.equal(missing.code, 1);
  const expected = path.join('encoders', 'small', 'encoder.json');
  assert.ok(named(missing.findings, 'image encoder').text.includes(`${expected} is not there`));
  await writeEncoder(path.join(folder, 'encoders', 'small'), 1);
  const found = named((await findingsOf(folder)).findings, 'image encoder');
  assert.equal(found.state, 'ok');
  assert.match(found.text, /random-1 \(licence CC0-1\.0, 24 values\); looked at a grey picture/);
});

test('a graph that is not there is named, and the tasks a profile has not', async (t) => {
  const folder = await temporaryFolder(t);
  await writeCollection(folder);
  const file = path.join(folder, 'config.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('graph/*"', 'graph/*", "http://data.silknow.org/graphs/vam"'));
  const { code, findings } = await findingsOf(folder);
  assert.equal(code, 1);
  const graphs = findings.filter(({ check }) => check === 'graphs');
  assert.deepEqual(
    graphs.map(({ state }) => state),
    ['problem', 'ok'],
  );
  assert.match(graphs[0]!.text, /http:\/\/data.silknow.org\/graphs\/vam/);

  await writeFile(file, `${text}tasks: { tecnique: {} }\n`);
  const misnamed = await findingsOf(folder);
  assert.equal(misnamed.code, 1);
  assert.deepEqual(named(misnamed.findings, 'profile').details, [
    'tasks.tecnique: profile silknow has no such task — did you mean technique?',
  ]);
});

test('a store that refuses is a problem said once, and the rest is still checked', async (t) => {
  const server = http
    .createServer((_, response) => response.writeHead(401).end('who are you?'))
    .listen(0, '127.0.0.1');
  t.after(() => server.close());
  const folder = await temporaryFolder(t);
  await writeCollection(folder);
  const file = path.join(folder, 'config.yaml');
  const { port } = server.address() as AddressInfo;
  const store = `store: { kind: sparql, endpoint: "http://127.0.0.1:${port}/sparql" }`;
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^store: .*$/m, store));
  const { code, findings } = await findingsOf(folder);
  assert.equal(code, 1);
  assert.deepEqual(
    findings.filter(({ state }) => state === 'problem').map(({ check }) => check),
    ['store'],
  );
  assert.equal(named(findings, 'models').state, 'ok');
});
