import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { LacunaError } from '../../src/config/errors.js';
import { isAbsoluteIri } from '../../src/vocabulary/iri.js';
import { loadProfile, parseProfile } from '../../src/vocabulary/load-profile.js';

const sound = `
id: small
labels: { en: Small }
prefixes: { ex: 'http://example.org/' }
record:
  objectClass: ex:Object
  produced: ex:produced
  text: [ex:note]
  representation: ex:image
  contentUrl: ex:url
  label: ex:label
tasks:
  - name: colour
    labels: { en: colour }
    predicate: ex:colour
    subject: object
    kind: single-label
    classes:
      - { id: red, concept: ex:red, labels: { en: Red, es: Rojo } }
      - { id: blue, concept: 'http://other.org/blue', labels: { en: Blue }, aliases: [navy], rest: [ex:colours] }
`;

/** The problems of a profile, without the file's name: "line:column field: message". */
function problemsOf(text: string): readonly string[] {
  try {
    parseProfile(text, 'small.yaml');
  } catch (error) {
    assert.ok(error instanceof LacunaError);
    assert.equal(error.code, 'PROFILE_INVALID');
    for (const problem of error.problems) assert.ok(error.message.includes(problem));
    return error.problems.map((problem) => problem.replace(/^small\.yaml:/, ''));
  }
  return [];
}

test('a sound profile comes back with IRIs written out and defaults filled in', () => {
  const profile = parseProfile(sound, 'small.yaml');
  const task = profile.tasks[0]!;
  assert.equal(profile.record.objectClass, 'http://example.org/Object');
  assert.deepEqual(profile.record.valueLinks, []);
  assert.deepEqual(profile.record.strip, []);
  assert.equal(task.minimumLabelCount, 30);
  assert.deepEqual(task.classes[0], {
    id: 'red',
    concept: 'http://example.org/red',
    labels: { en: 'Red', es: 'Rojo' },
    alsoKnownAs: [],
    aliases: [],
  });
  assert.deepEqual(task.classes[1]?.rest, ['http://example.org/colours']);
});

const broken: readonly (readonly [string, string, string, RegExp])[] = [
  [
    'a relative concept',
    'concept: ex:red',
    'concept: red',
    /^19:20 tasks\[0\]\.classes\[0\]\.concept: the IRI "red" is relative/,
  ],
  [
    'a relative predicate',
    'predicate: ex:colour',
    'predicate: /colour',
    /^15:5 tasks\[0\]\.predicate: .*relative/,
  ],
  ['an undeclared prefix', 'ex:red', 'exx:red', /concept: the prefix "exx:" of "exx:red" is not declared/],
  ['a prefix that is no namespace', "'http://example.org/'", 'example', /^4:13 prefixes\.ex: .*relative/],
  [
    'a forbidden character',
    'http://other.org/blue',
    'http://other.org/b lue',
    /concept: .*" ", which must be percent-encoded/,
  ],
  [
    'an unknown key',
    'kind: single-label',
    'kind: single-label\n    threshold: 1',
    /^18:5 tasks\[0\]\.threshold: there is no such key/,
  ],
  ['an unknown key at the top', 'id: small', 'id: small\ntask: []', /^3:1 task: there is no such key/],
  ['a missing key', '  contentUrl: ex:url\n', '', /^5:1 record\.contentUrl: is missing/],
  ['a wrong type', 'text: [ex:note]', 'text: ex:note', /^8:3 record\.text: expected array, received string/],
  ['a wrong kind', 'single-label', 'one', /^17:5 tasks\[0\]\.kind: .*single-label/],
  ['a wrong subject', 'subject: object', 'subject: record', /tasks\[0\]\.subject/],
  [
    'one id twice',
    'id: blue',
    'id: red',
    /^20:11 tasks\[0\]\.classes\[1\]\.id: "red" is used by class 1 \("red"\) already/,
  ],
  [
    'one concept twice',
    'http://other.org/blue',
    'https://example.org/red/',
    /classes\[1\]\.concept: .* belongs to class "red" already/,
  ],
  ['one spelling twice', 'navy', 'ROJO', /classes\[1\]\.labels: "rojo" is used by class 1/],
  ['a label that is empty', 'en: Blue', "en: ' '", /classes\[1\]\.labels\.en: the text is empty/],
  ['no label', '{ en: Small }', '{}', /^3:1 labels: there is no label/],
  ['a key that is no language', 'es: Rojo', 'Spanish_: Rojo', /Spanish_: the key is no language tag/],
  [
    'a label count of 0',
    'kind: single-label',
    'kind: single-label\n    minimumLabelCount: 0',
    /minimumLabelCount: .*1/,
  ],
  [
    'a single class',
    sound.slice(sound.indexOf('      - { id: blue')),
    '',
    /classes: a task needs at least two/,
  ],
];

for (const [name, from, to, expected] of broken) {
  test(`${name} is told with its place`, () => {
    assert.ok(sound.includes(from));
    const problems = problemsOf(sound.replace(from, to));
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0]!, expected);
  });
}

test('two tasks of one name or predicate are told', () => {
  const task = sound.slice(sound.indexOf('  - name: colour'));
  const problems = problemsOf(sound + task);
  assert.equal(problems.length, 2);
  assert.match(problems[0]!, /tasks\[1\]\.name: "colour" is used by task 1/);
  assert.match(problems[1]!, /tasks\[1\]\.predicate/);
});

test('patterns to strip are regular expressions that match something', () => {
  const withPatterns = (patterns: string): string =>
    sound.replace('text: [ex:note]', `text: [ex:note]\n  strip: ${patterns}`);
  const kept = parseProfile(withPatterns("['\\bT\\.\\d+', '^Inv']"), 'small.yaml').record.strip;
  assert.deepEqual(kept, ['\\bT\\.\\d+', '^Inv']);
  const problems = problemsOf(withPatterns("['(', 'x*', 'fine']"));
  assert.equal(problems.length, 2, problems.join('\n'));
  assert.match(problems[0]!, /record\.strip\[0\]: Invalid regular expression.* Mend the regular expression/);
  assert.match(problems[1]!, /record\.strip\[1\]: .* matches where there is nothing/);
});

test('all problems are told at once, in the order of the file', () => {
  const problems = problemsOf(
    sound
      .replace('ex:note', 'note')
      .replace('id: blue', 'id: red')
      .replace('kind:', 'knd:')
      .replace('en: Small', 'en: 3'),
  );
  const lines = problems.map((problem) => Number(problem.split(':')[0]));
  assert.equal(problems.length, 5, problems.join('\n'));
  assert.deepEqual(
    lines,
    [...lines].sort((a, b) => a - b),
  );
});

test('broken YAML is told with line and column', () => {
  assert.match(problemsOf('id: [a\nb: c')[0] ?? '', /^\d+:\d+ is no YAML/);
  assert.match(problemsOf('id: *nothing')[0] ?? '', /nothing/);
  assert.match(problemsOf('')[0] ?? '', /^1:1 the file: expected object/);
});

test('a profile is found by name or by path, and a missing one names those there are', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-profile-'));
  try {
    const file = path.join(folder, 'small.yaml');
    await writeFile(file, sound);
    assert.equal((await loadProfile(file)).id, 'small');
  } finally {
    await rm(folder, { recursive: true });
  }
  await assert.rejects(loadProfile('sliknow'), {
    code: 'PROFILE_INVALID',
    message: /sliknow\.yaml.*silknow/,
  });
});

test('the SILKNOW profile has its five tasks, absolute IRIs and five languages throughout', async () => {
  const { tasks } = await loadProfile('silknow');
  const sizes = Object.fromEntries(tasks.map(({ name, classes }) => [name, classes.length]));
  assert.deepEqual(sizes, { place: 52, timespan: 6, technique: 6, material: 3, depiction: 3 });
  for (const task of tasks) {
    for (const one of task.classes) {
      const iris = [
        one.concept,
        ...one.alsoKnownAs,
        ...(one.rest ?? []),
        ...(one.facet === undefined ? [] : [one.facet]),
      ];
      assert.ok(iris.every(isAbsoluteIri), one.id);
      assert.deepEqual(Object.keys(one.labels).sort(), ['ca', 'en', 'es', 'fr', 'it'], one.id);
    }
  }
});

test('sources start at the profile, and their credentials come from the environment', () => {
  const text = `${sound}sources:
  - words.ttl
  - { path: /places/*.nt, graph: 'http://example.org/places' }
  - http://127.0.0.1:1/sparql
  - { endpoint: 'http://127.0.0.1:2/sparql', auth: { kind: basic, user: reader, password: '\${WORDS}' }, timeoutSeconds: 5 }
`;
  assert.deepEqual(parseProfile(text, '/profiles/small.yaml', { WORDS: 'se:cret' }).sources, [
    { kind: 'files', path: '/profiles/words.ttl' },
    { kind: 'files', path: '/places/*.nt', graph: 'http://example.org/places' },
    { kind: 'endpoint', endpoint: 'http://127.0.0.1:1/sparql', auth: { kind: 'none' }, timeoutSeconds: 60 },
    {
      kind: 'endpoint',
      endpoint: 'http://127.0.0.1:2/sparql',
      auth: { kind: 'basic', user: 'reader', password: 'se:cret' },
      timeoutSeconds: 5,
    },
  ]);
});

test('sources that are none are told with their place, unset variables too', () => {
  const problems = problemsOf(`${sound}sources:
  - { endpoint: 'http://user:pass@127.0.0.1/', auth: { kind: bearer, token: '\${LACUNA_NOT_SET}' } }
  - { path: a.ttl, graph: relative }
  - { file: a.ttl }
  - 7
`);
  assert.equal(problems.length >= 5, true, problems.join('\n'));
  assert.ok(
    problems.some((problem) =>
      /sources\[0\]\.auth\.token: the environment variable LACUNA_NOT_SET/.test(problem),
    ),
  );
  assert.ok(problems.some((problem) => /sources\[0\]\.endpoint: holds a user name/.test(problem)));
  assert.ok(problems.some((problem) => /sources\[1\]\.graph: is not an absolute IRI/.test(problem)));
  assert.ok(problems.some((problem) => /sources\[3\]: .*A source is the path of a file/.test(problem)));
});
