import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Term } from '@rdfjs/types';
import rdf from 'rdf-ext';
import { LabelGrouper } from '../../src/vocabulary/grouping.js';
import { loadProfile } from '../../src/vocabulary/load-profile.js';
import { readRdfQuads } from '../../src/vocabulary/rdf-quads.js';
import { loadThesaurus } from '../../src/vocabulary/thesaurus.js';

type Row = Readonly<Record<string, string>>;

function dataFolder(t: TestContext): string | undefined {
  const folder = process.env['LACUNA_DATA'];
  if (folder === undefined || folder === '') {
    t.skip('LACUNA_DATA is not set: needs the real museum data');
    return undefined;
  }
  assert.ok(existsSync(folder), `LACUNA_DATA is set to ${folder}, which does not exist`);
  return folder;
}

function table(file: string): Row[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [header = '', ...lines] = text.replace(/\n$/, '').split('\n');
  const names = header.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

async function silknowGrouper(folder: string): Promise<LabelGrouper> {
  const vocabulary = path.join(folder, 'silknow', 'vocabulary');
  const names = [
    'thesaurus.ttl.gz',
    'categories.ttl.gz',
    'aat-dates.ttl.gz',
    'aat-dates-extension.ttl.gz',
    'places.ttl',
  ];
  const thesaurus = await loadThesaurus([
    ...names.map((name) => path.join(vocabulary, name)),
    path.join(folder, 'textiles', 'places-extra.ttl'),
  ]);
  return new LabelGrouper(await loadProfile('silknow'), thesaurus);
}

function group(grouper: LabelGrouper, task: string, value: Term): string {
  return grouper.group(task, { value, links: [], labels: [] }).join(' ');
}

test('every class of class-uris.tsv has the IRI to write, and that IRI and its labels lead back to it', async (t) => {
  const folder = dataFolder(t);
  if (folder === undefined) return;
  const { tasks } = await loadProfile('silknow');
  const grouper = await silknowGrouper(folder);
  const rows = table(path.join(folder, 'silknow', 'class-uris.tsv'));
  assert.equal(rows.length, 35);
  for (const row of rows) {
    const id = row['class_label']!.split(' / ')[0]!;
    const task = tasks.find(({ name }) => name === row['task']);
    const one = task?.classes.find((candidate) => candidate.id === id);
    assert.equal(one?.concept, row['value_to_write'], id);
    assert.equal(one?.facet ?? '', row['facet_uri'], id);
    assert.equal(task?.predicate, row['predicate']!.replace('ecrm:', 'http://erlangen-crm.org/current/'));
    assert.equal(group(grouper, row['task']!, rdf.namedNode(row['value_to_write']!)), id);
    for (const language of ['en', 'es', 'fr', 'it']) {
      const label = row[`label_${language}`]!;
      if (label !== '') assert.equal(group(grouper, row['task']!, rdf.literal(label, language)), id, label);
    }
  }
});

test('every concept of facets.tsv groups to the class of its facet, by IRI and by English label', async (t) => {
  const folder = dataFolder(t);
  if (folder === undefined) return;
  const grouper = await silknowGrouper(folder);
  const taskOf: Readonly<Record<string, string>> = {
    techniques: 'technique',
    materials: 'material',
    depiction: 'depiction',
  };
  const own = new Set(
    (await loadProfile('silknow')).tasks.flatMap(({ name, classes }) =>
      classes.map(({ id }) => `${name} ${id}`),
    ),
  );
  const expectedOf = (task: string, facet: string): string => {
    if (own.has(`${task} ${facet}`)) return facet;
    if (task === 'technique') return 'other_technique';
    return facet === 'gold_thread' || facet === 'silver_thread' ? 'metal_thread' : '';
  };
  let checked = 0;
  for (const row of table(path.join(folder, 'silknow', 'facets.tsv'))) {
    const task = taskOf[row['facet_group']!];
    const concept = row['concept_uri']!;
    if (task === undefined || concept === '') continue;
    const facet = row['facet_uri']!.split('/').at(-1)!;
    const label = row['concept_label_en']!;
    assert.equal(
      group(grouper, task, rdf.namedNode(concept)),
      expectedOf(task, facet),
      `${concept} in ${facet}`,
    );
    assert.equal(
      group(grouper, task, rdf.literal(label, 'en')),
      expectedOf(task, facet),
      `${label} in ${facet}`,
    );
    checked += 1;
  }
  assert.ok(checked > 150, `${checked} concepts`);
});

const cells: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  silknow: { place: 'place', timespan: 'timespan', technique: 'technique', material: 'material' },
  textiles: {
    place: 'place_iso',
    timespan: 'century',
    technique: 'technique_group',
    material: 'material_group',
  },
};

for (const [collection, columns] of Object.entries(cells)) {
  test(`every value of ${collection} groups to the class its table says`, async (t) => {
    const folder = dataFolder(t);
    if (folder === undefined) return;
    const { tasks } = await loadProfile('silknow');
    const grouper = await silknowGrouper(folder);
    const taskOf = new Map(tasks.map(({ name, predicate }) => [predicate, name]));
    const found = new Map<string, string>();
    await readRdfQuads(path.join(folder, collection, 'kg.nq.gz'), ({ subject, predicate, object }) => {
      const task = taskOf.get(predicate.value);
      if (task !== undefined) found.set(`${subject.value} ${task}`, group(grouper, task, object));
    });
    let expected = 0;
    for (const row of table(path.join(folder, collection, 'records.tsv.gz'))) {
      const production = row['production']!.replace(/^(?!http)/, 'http://data.silknow.org/production/');
      for (const [task, column] of Object.entries(columns)) {
        const cell = row[column]!.replaceAll(' ', '_').replace(/^other$/, 'other_technique');
        const answer = found.get(`${production} ${task}`);
        assert.equal(answer ?? '', cell, `${task} of ${production}`);
        if (answer !== undefined) expected += 1;
      }
    }
    assert.equal(found.size, expected, 'values of productions that no row has');
  });
}

test('strings as catalogues write them group to the right class', async (t) => {
  const folder = dataFolder(t);
  if (folder === undefined) return;
  const grouper = await silknowGrouper(folder);
  const cases: readonly (readonly [string, string, string])[] = [
    ['technique', 'Terciopelo; Bordado', 'velvet embroidery'],
    ['technique', 'VELOURS', 'velvet'],
    ['technique', 'terciopelo;satén ', 'velvet other_technique'],
    ['technique', 'brocatel', 'other_technique'],
    ['technique', 'Taffetas', 'tabby'],
    ['technique', 'Damasco de vestido', 'damask'],
    ['technique', 'ikat', 'resist_dyeing'],
    ['material', 'Seda; algodón', 'animal_fibre vegetal_fibre'],
    ['material', 'fil metàl.lic', 'metal_thread'],
    ['material', 'hilo entorchado; SEDA.', 'animal_fibre'],
    ['material', 'cotone', 'vegetal_fibre'],
    ['timespan', 'S.XVIII', 'XVIII'],
    ['timespan', 'XVIIIe siècle', 'XVIII'],
    ['timespan', '18th-century', 'XVIII'],
    ['timespan', 'Louis XV Epoch', 'XVIII'],
    ['timespan', 'quinzième siècle', 'XV'],
    ['place', 'ESPANA', 'ES'],
    ['place', 'Perù', 'PE'],
    ['place', 'États-Unis d’Amérique', 'US'],
    ['place', 'Atlantis', ''],
  ];
  for (const [task, text, expected] of cases)
    assert.equal(group(grouper, task, rdf.literal(text)), expected, text);
});
