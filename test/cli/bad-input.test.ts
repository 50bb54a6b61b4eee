import assert from 'node:assert/strict';
import { appendFile, chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, suite, test, type TestContext } from 'node:test';
import os from 'node:os';
import { RunFolder } from '../../src/enrichment/run-folder.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import { Statuses } from '../../src/enrichment/statuses.js';
import { packageRoot } from '../../src/config/package-root.js';
import { flawedConfig, objectIri, photographUrl, writeFlawedCollection } from './flawed-collection.js';
import { lacuna, startLacuna, temporaryFolder } from './lacuna.js';

const fault = /fault of its own|\bat .*\.js:\d+/;

/** What a failed command said; it is never a stack or a fault of Lacuna's own. */
async function refusal(folder: string, args: readonly string[], code: number): Promise<string> {
  const ending = await lacuna(folder, args);
  assert.equal(ending.code, code, ending.stderr);
  assert.doesNotMatch(ending.stderr, fault);
  return ending.stderr;
}

/** A copy of a configuration with some of its lines changed. */
async function configured(
  folder: string,
  name: string,
  changes: readonly (readonly [RegExp, string])[],
): Promise<string> {
  let text = flawedConfig;
  for (const [line, replacement] of changes) {
    assert.match(text, line);
    text = text.replace(line, replacement);
  }
  await writeFile(path.join(folder, name), text);
  return name;
}

suite('before a run', () => {
  test('broken YAML is told with file and line', async (t) => {
    const folder = await temporaryFolder(t);
    const config = await configured(folder, 'broken.yaml', [[/^graphs: .*$/m, 'graphs: { read: [']]);
    const said = await refusal(folder, ['enrich', '-c', config], 2);
    assert.match(said, /^✗ broken.yaml is not valid YAML/);
    assert.match(said, /broken\.yaml:4:1 /);
  });

  test('unknown keys, missing sections and values out of range come together', async (t) => {
    const folder = await temporaryFolder(t);
    const config = await configured(folder, 'several.yaml', [
      [/^provenance: .*\n/m, ''],
      [/^photographs: /m, 'schedul: { enabled: true }\nhttp: { port: 99999 }\nphotographs: '],
    ]);
    const said = await refusal(folder, ['train', '-c', config], 2);
    assert.match(said, /^✗ several.yaml has 3 problems/);
    assert.match(said, /provenance: is missing/);
    assert.match(said, /several\.yaml:\d+:1 schedul: is not a key — did you mean schedule\?/);
    assert.match(said, /http.port: is 99999 .* give a port in 0..65535/);
  });

  test('a profile whose class has a relative IRI is told with its place', async (t) => {
    const folder = await temporaryFolder(t);
    const profile = await readFile(path.join(packageRoot, 'ontology', 'profiles', 'silknow.yaml'), 'utf8');
    const concept = /^( *concept: ).*$/m;
    assert.match(profile, concept);
    await writeFile(path.join(folder, 'mine.yaml'), profile.replace(concept, '$1facet/other_technique'));
    const line = profile.slice(0, concept.exec(profile)!.index).split('\n').length;
    const config = await configured(folder, 'config.yaml', [[/^profile: .*$/m, 'profile: mine.yaml']]);
    const said = await refusal(folder, ['gaps', '-c', config], 2);
    assert.match(
      said,
      new RegExp(`mine\\.yaml:${line}:\\d+ tasks.*concept.*"facet/other_technique" is relative`),
    );
    assert.equal(said.split('"facet/other_technique"').length, 2, `said once:\n${said}`);
  });

  test('RDF files with syntax errors are all told, with file and line, and each once', async (t) => {
    const folder = await temporaryFolder(t);
    await writeFile(path.join(folder, 'one.nq'), '<http://a.example/s> <http://a.example/p> "open .\n');
    await writeFile(path.join(folder, 'two.ttl'), '\n\n<http://a.example/s> <b c> "d" .\n');
    const config = await configured(folder, 'config.yaml', [[/\[records.nq\]/, '[one.nq, two.ttl]']]);
    const said = await refusal(folder, ['gaps', '-c', config], 2);
    assert.match(said, /one\.nq:1:/);
    assert.match(said, /two\.ttl:3:/);
    assert.equal(said.split('two.ttl:3').length, 2, `said once:\n${said}`);

    const thesauri = await configured(folder, 'thesauri.yaml', [
      [/^provenance/m, 'vocabulary: { files: [two.ttl] }\nprovenance'],
      [/\[records.nq\]/, '[nowhere/*.nq]'],
    ]);
    assert.match(await refusal(folder, ['train', '-c', thesauri], 2), /two\.ttl, line 3/);
  });

  test('a store that is away, and one that refuses', async (t) => {
    const folder = await temporaryFolder(t);
    const requests: (string | undefined)[] = [];
    const server = http.createServer(({ headers }, response) => {
      requests.push(headers.authorization);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="store"' }).end('<p>who are you?</p>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}/sparql`;
    const auth = 'auth: { kind: basic, user: me, password: not-mine }';
    const config = await configured(folder, 'config.yaml', [
      [/^store: .*$/m, `store: { kind: sparql, endpoint: "${endpoint}", ${auth} }`],
    ]);
    for (const command of ['gaps', 'train']) {
      const said = await refusal(folder, [command, '-c', config], 3);
      assert.match(said, new RegExp(`${endpoint} refuses .*401.*Check store.auth`));
      assert.doesNotMatch(said, /not-mine/);
    }
    assert.ok(requests.includes(`Basic ${Buffer.from('me:not-mine').toString('base64')}`));
    server.close();
    server.closeAllConnections();
    const said = await refusal(folder, ['gaps', '-c', config], 3);
    assert.match(said, new RegExp(`${endpoint} cannot be reached .*Check that the store runs`));
  });
});

/** The collection with its faults, and models trained on it: made once, copied by each test. */
suite('a run over a collection with faults', () => {
  let template: string;
  let trained: { code: number | null; stdout: string; stderr: string };
  before(async () => {
    template = await mkdtemp(path.join(os.tmpdir(), 'lacuna-flawed-'));
    await writeFlawedCollection(template);
    trained = await lacuna(template, ['train', '--quiet']);
  });
  after(() => rm(template, { recursive: true }));

  async function copy(t: TestContext): Promise<string> {
    const folder = await temporaryFolder(t);
    await cp(template, folder, { recursive: true });
    return folder;
  }

  const listed: Readonly<Record<string, string>> = {
    'no production': objectIri('no-production'),
    'several productions': `${objectIri('two-productions')} (2)`,
    'two values for a single-label property': `${objectIri('two-values')} technique: damask, velvet`,
    'value matches no class': `${objectIri('unheard-of')} technique "http://example.org/concept/macramé"`,
    'empty description': objectIri('empty-note'),
    'description cut to the maximum length': `${objectIri('huge-note')} (69000 characters)`,
    'photograph not-found': photographUrl('missing'),
    'photograph truncated': photographUrl('truncated'),
    'photograph not-an-image': photographUrl('not-an-image'),
    'photograph too-many-pixels': photographUrl('enormous'),
  };

  test('training and enriching list every fault, with the record, and go on', async (t) => {
    assert.equal(trained.code, 0, trained.stderr);
    const folder = await copy(t);
    const ending = await lacuna(folder, ['enrich', '--json']);
    assert.equal(ending.code, 0, ending.stderr);
    const { state, summary } = JSON.parse(ending.stdout) as RunState;
    assert.equal(state, 'completed');
    assert.deepEqual(
      Object.fromEntries(summary!.skips.map(({ reason, count }) => [reason, count])),
      Object.fromEntries(Object.keys(listed).map((reason) => [reason, 1])),
    );
    for (const { reason, examples } of summary!.skips) {
      assert.ok(examples[0]!.startsWith(listed[reason]!), `${reason}: ${examples[0]}`);
    }
    for (const [task, { gaps, published, failed }] of Object.entries(summary!.tasks)) {
      assert.ok(gaps > 30 && published === gaps && failed === 0, `${task}: ${published} of ${gaps}`);
    }
    const again = await lacuna(folder, ['enrich']);
    assert.match(again.stdout, /published 0 predictions \(0 statements, 0 triples\)/);
    const graph = await readFile(path.join(folder, 'state', 'predictions.nq'), 'utf8');
    for (const id of ['no-production', 'two-productions']) assert.ok(!graph.includes(id), id);
    assert.ok(graph.includes('production/enormous-a'), 'a record with a spoilt photograph is still filled');
  });

  test('names that do not exist are named, and nothing is written', async (t) => {
    const folder = await copy(t);
    const task = await refusal(folder, ['enrich', '--task', 'colour'], 1);
    assert.match(task, /No such task: colour\. .*switched on: place, technique/);
    assert.match(await refusal(folder, ['gaps', '--task', 'colour'], 1), /No such task: colour/);
    const record = objectIri('nowhere');
    const lost = await refusal(folder, ['enrich', '--record', objectIri('lyon-03'), record], 1);
    assert.match(lost, new RegExp(`Some records are not in the graphs[^]*• ${record}`));
    assert.doesNotMatch(lost, /lyon-03/);
    const relative = await refusal(folder, ['enrich', '--record', 'lyon-03'], 2);
    assert.match(relative, /'lyon-03' is invalid. The IRI is relative/);
    assert.match(await refusal(folder, ['gaps', '--list', '--limit', 'ten'], 2), /whole number from 1/);
    assert.match(await refusal(folder, ['runs', 'never'], 1), /There is no run never/);
    const graphless = await configured(folder, 'graphless.yaml', [[/graph\/\*/, 'graphs/*']]);
    assert.match(
      await refusal(folder, ['enrich', '-c', graphless], 1),
      /no graph with records matches http:\/\/example\.org\/graphs\/\*; graphs with records are http:\/\/example\.org\/graph\/lyon/,
    );
    const log = await readFile(path.join(folder, 'state', 'predictions.nq'), 'utf8').catch(() => '');
    assert.equal(log, '');
  });

  test('a damaged model is named before anything is predicted, and check says so too', async (t) => {
    const folder = await copy(t);
    const models = path.join(folder, 'models', 'silknow');
    const [version = ''] = (await readdir(models)).filter((name) => name !== 'current.json');
    const [file = ''] = await readdir(path.join(models, version, 'text'));
    await appendFile(path.join(models, version, 'text', file), 'x');
    const said = await refusal(folder, ['enrich'], 1);
    assert.match(said, /is damaged: train again with `lacuna train`, or restore/);
    assert.match(said, new RegExp(`${path.join(version, 'text', file)} differs from its digest`));
    await writeFile(path.join(models, 'current.json'), '{"version": ');
    assert.match(await refusal(folder, ['enrich'], 1), /current\.json names no version: train again/);
    const check = await lacuna(folder, ['check']);
    assert.equal(check.code, 1);
    assert.match(check.stdout, /✗ model: .*current\.json names no version/);
    assert.match(check.stdout, /✓ store/);
    await rm(models, { recursive: true });
    assert.match(await refusal(folder, ['enrich'], 1), /run `lacuna train` first/);
  });

  test('a state folder that is a file, or may not be written', async (t) => {
    const folder = await copy(t);
    const file = await configured(folder, 'file.yaml', [[/^photographs/m, 'state: records.nq\nphotographs']]);
    assert.match(
      await refusal(folder, ['enrich', '-c', file], 2),
      /records\.nq cannot be used .*name another folder/,
    );
    await chmod(folder, 0o755);
    await mkdir(path.join(folder, 'closed'), { mode: 0o555 });
    const closed = await configured(folder, 'closed.yaml', [
      [/^photographs/m, 'state: closed/state\nphotographs'],
    ]);
    const user = process.getuid?.() === 0 ? { user: 65_534 } : {};
    const ending = await startLacuna(folder, ['enrich', '-c', closed], user).ended;
    assert.equal(ending.code, 4, ending.stderr);
    assert.match(ending.stderr, /closed\/state cannot be written \(EACCES\): this user has no right to/);
    assert.doesNotMatch(ending.stderr, fault);
  });

  test('a disk that fills up ends the run with the reason; with room again nothing is lost or doubled', async (t) => {
    const folder = await copy(t);
    const whole = await copy(t);
    // Blocks of 512 bytes: the journal fits, the log of the predictions grows beyond.
    const through = ['sh', '-c', 'ulimit -f 300; exec "$@"', 'sh'];
    const full = await startLacuna(folder, ['enrich'], { through }).ended;
    assert.equal(full.code, 4);
    assert.match(full.stderr, /cannot be written.*free space/i);
    assert.doesNotMatch(full.stderr, fault);
    for (const place of [folder, whole]) assert.equal((await lacuna(place, ['enrich'])).code, 0);
    assert.deepEqual(await statements(folder), await statements(whole));
  });

  test('a second run is refused while one is under way', async (t) => {
    const folder = await copy(t);
    const begun = await lacuna(folder, ['enrich', '--json', '--limit', '5']);
    const run = JSON.parse(begun.stdout) as RunState;
    await new RunFolder(path.join(folder, 'state')).save({
      ...run,
      request: { trigger: 'demand' },
      state: 'publishing',
    });
    const held = await Statuses.open(path.join(folder, 'state', 'statuses'));
    try {
      const said = await refusal(folder, ['enrich'], 1);
      assert.match(said, /Another run is under way .*wait for it, or cancel it/);
      assert.doesNotMatch(said, /Taking up/);
    } finally {
      await held.close();
    }
    const next = await lacuna(folder, ['enrich']);
    assert.equal(next.code, 0);
    assert.match(next.stderr, new RegExp(`Taking up run ${run.id}, which was interrupted`));
  });
});

const statement = /^<([^>]+)> <http:\/\/www\.w3\.org\/1999\/02\/22-rdf-syntax-ns#object> <([^>]+)> /;

/** Statement IRIs with the values they propose, as the log holds them. */
async function statements(folder: string): Promise<string[]> {
  const lines = (await readFile(path.join(folder, 'state', 'predictions.nq'), 'utf8')).split('\n');
  return lines
    .map((line) => statement.exec(line))
    .filter((match) => match !== null)
    .map(([, iri, value]) => `${iri} ${value}`)
    .sort();
}
