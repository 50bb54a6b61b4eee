import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { loadConfig } from '../../src/config/load-config.js';
import { packageRoot } from '../../src/config/package-root.js';
import { assertProblem, parsed, problemsOf, smallest } from './problems-of.js';

suite('a sound configuration', () => {
  test('the one that comes with Lacuna is accepted, and states the defaults', async () => {
    const file = path.join(packageRoot, 'config.yaml');
    const shipped = await loadConfig(file, {});
    const defaults = parsed(smallest);
    for (const section of ['modalities', 'training', 'photographs', 'http'] as const) {
      assert.deepEqual(shipped[section], defaults[section], section);
    }
    assert.equal(shipped.models, path.join(packageRoot, 'models'));
  });

  test('says of every task but what differs', () => {
    const { tasks } = parsed(
      `${smallest}\ntasks:\n  place: {}\n  time: { threshold: 0.5, minimumLabelCount: 3 }`,
    );
    assert.deepEqual(tasks, {
      place: { enabled: true, threshold: 'auto' },
      time: { enabled: true, threshold: 0.5, minimumLabelCount: 3 },
    });
  });

  test('paths start at the folder of the file; a profile name stays a name', () => {
    const config = parsed(
      `${smallest}
vocabulary: { files: [../thesaurus/*.ttl] }
training: { split: { kind: file, path: splits.tsv } }
photographs: { rewrite: [{ from: "https://example.org/", to: media }] }
modalities: { image: { encoder: { folder: encoders/dino } } }
models: /srv/models`,
    );
    assert.deepEqual(config.store, { kind: 'embedded', files: ['/collection/data/*.nq'] });
    assert.deepEqual(config.vocabulary.files, ['/thesaurus/*.ttl']);
    assert.deepEqual(config.training.split, { kind: 'file', path: '/collection/splits.tsv' });
    assert.deepEqual(config.photographs.rewrite, [{ from: 'https://example.org/', to: '/collection/media' }]);
    assert.deepEqual(config.modalities.image.encoder, {
      folder: '/collection/encoders/dino',
      precision: 'fp32',
      batch: 8,
    });
    assert.equal(config.models, '/srv/models');
    assert.equal(config.state, '/collection/state');
    assert.equal(config.profile, 'silknow');
    assert.equal(parsed(smallest.replace('silknow', 'mine.yaml')).profile, '/collection/mine.yaml');
  });

  test('a Turtle file may be given a named graph', () => {
    const { store } = parsed(
      smallest.replace('data/*.nq', '{ path: a.ttl, graph: "http://example.org/graph/a" }'),
    );
    assert.deepEqual(store, {
      kind: 'embedded',
      files: [{ path: '/collection/a.ttl', graph: 'http://example.org/graph/a' }],
    });
  });
});

suite('what is wrong is said, with its place and how to mend it', () => {
  test('all of it at once, in the order of the file', () => {
    const problems = problemsOf(`profil: silknow
store:
  kind: sparql
  files: [a.nq]
graphs: { read: [], predictions: predictions }
provenance: { namespace: "http://example.org/lacuna" }
tasks:
  place: { treshold: 0.5 }
modalities: { image: { imbalance: focl } }
http: { port: 70000, host: 0.0.0.0, token: "\${TOKEN}" }`);
    assert.deepEqual(
      problems.map((problem) => problem.split(' — ')[0]),
      [
        'config.yaml:1:1 profile: is missing',
        'config.yaml:1:1 profil: is not a key',
        'config.yaml:3:3 store.endpoint: is missing',
        'config.yaml:4:3 store.files: belongs to kind embedded',
        'config.yaml:5:17 graphs.read: is empty',
        'config.yaml:5:34 graphs.predictions: is not an absolute IRI (such as http://example.org/predictions)',
        'config.yaml:6:26 provenance.namespace: must end with / or #',
        'config.yaml:8:12 tasks.place.treshold: is not a key',
        'config.yaml:9:35 modalities.image.imbalance: is "focl"',
        'config.yaml:10:15 http.port: is 70000 and should be at most 65535',
        'config.yaml:10:44 the environment variable TOKEN is not set',
      ],
    );
    assert.ok(
      problems.every((problem) => problem.includes(' — ')),
      'every problem says how to mend it',
    );
  });

  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['a misspelt key', `${smallest}\nschedul: {}`, /5:1 schedul: is not a key — did you mean schedule\?$/],
    [
      'a key like no other',
      `${smallest}\nbanana: {}`,
      /5:1 banana: is not a key of the configuration — remove it$/,
    ],
    [
      'an encoder that there is not',
      `${smallest}\nmodalities: { image: { encoder: dino } }`,
      /5:33 modalities.image.encoder: is "dino" — give the encoder: built-in needs no download, { folder: … } is a pretrained one$/,
    ],
    [
      'an encoder without a folder',
      `${smallest}\nmodalities: { image: { encoder: { threads: 2 } } }`,
      /modalities.image.encoder.folder: is missing — give the folder with encoder.json and model.onnx$/,
    ],
    [
      'a misspelt kind',
      smallest.replace('embedded', 'embeded'),
      /2:16 store.kind: is "embeded" — did you mean embedded\?$/,
    ],
    [
      'a section without a value',
      `${smallest}\nmodels:`,
      /models: is empty — give the folder of trained models$/,
    ],
    [
      'text for a number',
      `${smallest}\nhttp: { port: eighty }`,
      /http.port: is "eighty" and should be a number/,
    ],
    ['a fraction', `${smallest}\nphotographs: { concurrency: 1.5 }`, /should be a whole number/],
    [
      'a threshold above 1',
      `${smallest}\ntasks: { a: { threshold: 80 } }`,
      /a.threshold: is 80 and should be at most 1/,
    ],
    [
      'a threshold that is a word',
      `${smallest}\ntasks: { a: { threshold: high } }`,
      /a.threshold: is "high" — give auto, or/,
    ],
    [
      'shares that do not sum to 1',
      `${smallest}\ntraining: { split: { kind: random, train: 0.7 } }`,
      /split: .* sum to 1.1 — make them sum to 1$/,
    ],
    [
      'a kind of split',
      `${smallest}\ntraining: { split: { kind: neighbors } }`,
      /split\.kind: is "neighbors" — did you mean neighbours\?$/,
    ],
    [
      'a museum split without a museum',
      `${smallest}\ntraining: { split: { kind: museum } }`,
      /split\.test: is missing — give the museums to measure on/,
    ],
    [
      'a relative IRI of dates',
      `${smallest}\ntraining: { split: { kind: time, predicate: modified } }`,
      /split\.predicate: is not an absolute IRI/,
    ],
    [
      'a key of another kind of split',
      `${smallest}\ntraining: { split: { kind: random, runLength: 10 } }`,
      /split\.runLength: belongs to kind neighbours — remove it/,
    ],
    [
      'a cron expression',
      `${smallest}\nschedule: { cron: "99 3 * * *" }`,
      /schedule.cron: is not a cron expression: .*99.* — give a cron/,
    ],
    [
      'a time zone',
      `${smallest}\nschedule: { timezone: Europe/Atlantis }`,
      /schedule.timezone: is not a time zone/,
    ],
    [
      'a pattern with * inside',
      smallest.replace('graph/*', '*/graph'),
      /graphs.read\[0\]: .*one \* is allowed, at its end/,
    ],
    [
      'a relative agent',
      smallest.replace('lacuna/"', 'lacuna/", agents: { text: agent }'),
      /agents.text: is not an absolute IRI/,
    ],
    [
      'reading its own predictions',
      smallest.replace('graph/*', '*'),
      /graphs.predictions: matches graphs.read \(http:\/\/example.org\/\*\).* — name a graph/,
    ],
    [
      'no token where others can reach it',
      `${smallest}\nhttp: { host: 0.0.0.0 }`,
      /http.token: is missing, and 0.0.0.0 can be reached by others — give/,
    ],
    [
      'an endpoint that is none',
      smallest.replace('embedded, files: [data/*.nq]', 'sparql, endpoint: localhost'),
      /store.endpoint: is not an http or https address/,
    ],
    [
      'a list for a section',
      '- a\n- b',
      /1:1 the configuration: is \["a","b"\] and should be a section with keys/,
    ],
  ];
  for (const [name, text, expected] of cases) test(name, () => assertProblem(text, expected));

  test('a secret is never shown', () => {
    const auth = 'auth: { kind: basic, user: u, password: 314159 }';
    const text = smallest.replace(
      'embedded, files: [data/*.nq]',
      `sparql, endpoint: "http://127.0.0.1/", ${auth}`,
    );
    assertProblem(text, /store.auth.password: is "…" and should be a text/);
    assertProblem(`${smallest}\nhttp: { token: [hunter2, hunter3] }`, /^(?!.*hunter)/);
    assertProblem(`${smallest}\nhttp: { token: hunter2 }`, /^(?!.*hunter).*http.token: has 7 characters/);
    const signedIn = smallest.replace(
      'embedded, files: [data/*.nq]',
      'sparql, endpoint: "http://me:hunter2@127.0.0.1/"',
    );
    assertProblem(
      signedIn,
      /^(?!.*hunter).*store.endpoint: holds a user name — put user and password under auth/,
    );
  });

  test('loopback addresses need no token', () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.0.1', '::1']) {
      assert.equal(parsed(`${smallest}\nhttp: { host: "${host}" }`).http.host, host);
    }
    for (const host of ['::', '192.168.0.4', 'museum.example.org', '128.0.0.1']) {
      assert.equal(problemsOf(`${smallest}\nhttp: { host: "${host}" }`).length, 1, host);
    }
  });
});

suite('files that are no configuration', () => {
  test('broken YAML: line, column and the line itself', () => {
    const [first = ''] = problemsOf('profile: silknow\nstore: { kind: embedded\ngraphs: 1\n');
    assert.match(first, /^config.yaml:3:1 /);
    assert.match(first, /\n.*graphs: 1\n/);
  });

  test('a key twice', () =>
    assertProblem(`${smallest}\nprofile: other`, /^config.yaml:5:1 Map keys must be unique/));

  test('aliases that multiply', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [index, name] of ['b', 'c', 'd', 'e', 'f'].entries()) {
      const above = 'abcdef'[index]!;
      bomb.push(`${name}: &${name} [${Array<string>(10).fill(`*${above}`).join(', ')}]`);
    }
    assert.throws(() => parsed(bomb.join('\n')), /Excessive alias count/);
  });

  test('missing, empty, a folder, not UTF-8', async (t) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'lacuna-config-'));
    t.after(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'config.yaml');
    await assert.rejects(
      loadConfig(file, {}),
      /no configuration at .*config.yaml. Write one with `lacuna init`/,
    );
    await writeFile(file, '# nothing yet\n');
    await assert.rejects(loadConfig(file, {}), /is empty/);
    await writeFile(file, Buffer.from([0xff, 0xfe, 0x00]));
    await assert.rejects(loadConfig(file, {}), /is not UTF-8 text/);
    await assert.rejects(loadConfig(folder, {}), /is a folder. Name the file in it/);
  });
});
