import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type Quad, Parser } from 'n3';
import sharp from 'sharp';
import { isLacunaError } from '../../src/config/errors.js';
import { groupBy } from '../../src/config/group-by.js';
import { silent } from '../../src/config/progress.js';
import { generateSample, readTruth, type SampleSummary } from '../../src/sample/index.js';

const ecrm = 'http://erlangen-crm.org/current/';

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

async function digest(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesBelow(folder))
    hash.update(file).update(await readFile(path.join(folder, file)));
  return hash.digest('hex');
}

async function readGraph(folder: string): Promise<Quad[]> {
  const quads: Quad[] = [];
  for (const file of await readdir(path.join(folder, 'data'))) {
    const text = gunzipSync(await readFile(path.join(folder, 'data', file))).toString('utf8');
    quads.push(...new Parser({ format: 'N-Quads' }).parse(text));
  }
  return quads;
}

describe('the generated sample collection', () => {
  let root: string;
  let folder: string;
  let summary: SampleSummary;
  let quads: Quad[];

  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'lacuna-sample-'));
    folder = path.join(root, 'first');
    summary = await generateSample(folder, { seed: 5, records: 120, progress: silent });
    quads = await readGraph(folder);
  });

  after(() => rm(root, { recursive: true, force: true }));

  const objectsOf = (predicate: string): Quad[] => quads.filter((quad) => quad.predicate.value === predicate);

  test('the same seed gives the same bytes, another seed other bytes', async () => {
    await generateSample(path.join(root, 'again'), { seed: 5, records: 120, progress: silent });
    await generateSample(path.join(root, 'other'), { seed: 6, records: 12, progress: silent });
    await generateSample(path.join(root, 'small'), { seed: 5, records: 12, progress: silent });
    assert.equal(await digest(path.join(root, 'again')), await digest(folder));
    assert.notEqual(await digest(path.join(root, 'other')), await digest(path.join(root, 'small')));
  });

  test('the graph follows the SILKNOW model and says everywhere that it is generated', () => {
    const objects = objectsOf('http://www.w3.org/1999/02/22-rdf-syntax-ns#type')
      .filter((quad) => quad.object.value === `${ecrm}E22_Man-Made_Object`)
      .map((quad) => quad.subject.value);
    assert.equal(new Set(objects).size, 120);
    assert.equal(objectsOf('http://purl.org/dc/terms/source').length, 120);
    const graphs = new Set(quads.map((quad) => quad.graph.value));
    assert.equal(graphs.size, 6);
    for (const graph of graphs) {
      assert.match(graph, /^http:\/\/sample\.lacuna\.example\/graph\/[a-z]+$/);
      assert.ok(
        quads.some((quad) => quad.subject.value === graph && /Generated/.test(quad.object.value)),
        `${graph} does not say that it is generated`,
      );
    }
    for (const quad of quads) {
      for (const term of [quad.subject, quad.predicate, quad.object]) {
        assert.notEqual(term.termType, 'BlankNode');
        if (term.termType === 'NamedNode') assert.match(term.value, /^https?:\/\/[^\s<>"{}|\\^`]+$/);
      }
    }
    const known = new Set(objects);
    for (const { object } of objectsOf(`${ecrm}P108_has_produced`)) assert.ok(known.has(object.value));
  });

  test('descriptions come in four languages', () => {
    const languages = objectsOf(`${ecrm}P3_has_note`).map(({ object }) =>
      object.termType === 'Literal' ? object.language : '',
    );
    assert.deepEqual([...new Set(languages)].sort(), ['en', 'es', 'fr', 'it']);
  });

  test('the defects are there, each once or twice', async () => {
    const productions = groupBy(objectsOf(`${ecrm}P108_has_produced`), ({ object }) => object.value);
    assert.equal([...productions.values()].filter((group) => group.length === 2).length, 2);
    assert.equal(120 - productions.size, 2);
    const techniques = groupBy(
      objectsOf(`${ecrm}P32_used_general_technique`),
      ({ subject }) => subject.value,
    );
    assert.equal([...techniques.values()].filter((group) => group.length === 2).length, 2);
    const lengths = objectsOf(`${ecrm}P3_has_note`).map(({ object }) => object.value.length);
    assert.equal(lengths.filter((length) => length === 0).length, 1);
    assert.equal(lengths.filter((length) => length > 20_000).length, 1);

    const outcomes = { sound: 0, missing: 0, unreadable: 0, enormous: 0 };
    for (const { object } of objectsOf('http://schema.org/contentUrl')) {
      const file = path.join(folder, object.value.replace('http://sample.lacuna.example/', ''));
      if (!existsSync(file)) {
        outcomes.missing++;
        continue;
      }
      try {
        const metadata = await sharp(file, { limitInputPixels: false }).metadata();
        if (metadata.width > 60_000 && metadata.height > 60_000) {
          outcomes.enormous++;
          continue;
        }
        await sharp(file, { failOn: 'truncated' }).raw().toBuffer();
        outcomes.sound++;
      } catch {
        outcomes.unreadable++;
      }
    }
    assert.deepEqual(outcomes, { sound: summary.photographs - 5, missing: 2, unreadable: 2, enormous: 1 });
    assert.equal(summary.photographFiles, summary.photographs - 2);
  });

  test('the truth of the gaps is kept aside for gaps alone', async () => {
    const truths = await readTruth(folder);
    const objectOf = new Map(
      objectsOf(`${ecrm}P108_has_produced`).map(({ subject, object }) => [subject.value, object.value]),
    );
    const predicate = {
      place: `${ecrm}P8_took_place_on_or_within`,
      timespan: `${ecrm}P4_has_time-span`,
      technique: `${ecrm}P32_used_general_technique`,
      material: `${ecrm}P126_employed`,
    };
    for (const [task, property] of Object.entries(predicate)) {
      const valued = new Set(objectsOf(property).map(({ subject }) => objectOf.get(subject.value)));
      for (const object of new Set(objectOf.values())) {
        const truth = truths.get(object)?.[task as keyof typeof predicate];
        assert.equal(truth === undefined, valued.has(object), `${object} ${task}`);
      }
    }
    await assert.rejects(readTruth(root), (error) => isLacunaError(error, 'NOT_FOUND'));
  });

  test('the summary counts what the graph holds', () => {
    assert.equal(summary.records, 120);
    assert.equal(
      summary.museums.reduce((sum, museum) => sum + museum.records, 0),
      120,
    );
    assert.equal(summary.photographs, objectsOf('http://schema.org/contentUrl').length);
    assert.equal(summary.descriptions, objectsOf(`${ecrm}P3_has_note`).length - 1);
  });

  test('a seed or a number of records that makes no sense is refused', async () => {
    for (const options of [{ seed: 1.5 }, { seed: 1, records: 0 }, { seed: 1, records: Number.NaN }]) {
      await assert.rejects(generateSample(root, { ...options, progress: silent }), (error) =>
        isLacunaError(error, 'INPUT_INVALID'),
      );
    }
  });
});
