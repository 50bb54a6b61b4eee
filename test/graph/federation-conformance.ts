import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Parser } from 'n3';
import { isLacunaError } from '../../src/config/errors.js';
import type { Source } from '../../src/config/schema/source.js';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { Federation } from '../../src/graph/federation.js';
import { openSources } from '../../src/graph/open-sources.js';
import { RecordReader, type RecordKey } from '../../src/graph/record-reader.js';
import type { AnsweringStore } from '../../src/graph/store-fetch.js';
import type { Bindings, Store } from '../../src/graph/store.js';
import { VocabularyLookup } from '../../src/graph/vocabulary-lookup.js';
import { LabelGrouper } from '../../src/vocabulary/grouping.js';
import { loadProfile } from '../../src/vocabulary/load-profile.js';
import type { Profile } from '../../src/vocabulary/profile.js';
import { emptyThesaurus } from '../../src/vocabulary/thesaurus.js';
import { temporaryFolder } from '../stores/care.js';
import { freePort } from '../stores/process.js';
import type { TestStore } from '../stores/test-store.js';
import { serveStore, type HttpEndpoint } from './http-endpoint.js';

const museum = 'http://data.silknow.org/graph/little';
const thesaurusGraph = 'http://example.org/thesaurus';
const userAgent = 'Lacuna tests';

const prefixes = `
@prefix ecrm: <http://erlangen-crm.org/current/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix gn: <http://www.geonames.org/ontology#> .
@prefix p: <http://data.silknow.org/production/> .
@prefix o: <http://data.silknow.org/object/> .
@prefix v: <http://data.silknow.org/vocabulary/> .
`;
const values = [
  'ecrm:P32_used_general_technique v:cut',
  'ecrm:P32_used_general_technique v:168',
  'ecrm:P32_used_general_technique v:named',
  'ecrm:P32_used_general_technique "Terciopelo"@es',
  'ecrm:P8_took_place_on_or_within <https://sws.geonames.org/2509954/>',
  // What the museum's own graph links to is there whatever the thesaurus is.
  'ecrm:P8_took_place_on_or_within v:quarter',
];
const records = `${prefixes}
v:quarter ecrm:P89_falls_within <https://sws.geonames.org/3017382/> .
${values
  .map(
    (value, index) =>
      `o:${index} a ecrm:E22_Man-Made_Object . p:${index} ecrm:P108_has_produced o:${index} ; ${value} .`,
  )
  .join('\n')}`;
const thesaurus = `${prefixes}
v:379 skos:prefLabel "velvet"@en .
v:168 skos:prefLabel "damask"@en, "damasco"@es .
v:cut skos:prefLabel "cut velvet"@en ; skos:broader v:pile .
v:pile skos:broader v:379 .
v:named skos:prefLabel "Terciopelo"@es .
<https://sws.geonames.org/2509954/> gn:name "Valencia" ; gn:parentCountry <https://sws.geonames.org/2510769/> .
`;
const grouped = [['velvet'], ['damask'], ['velvet'], ['velvet'], ['ES'], ['FR']];

const labelQuery = `
PREFIX ecrm: <http://erlangen-crm.org/current/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?p ?label WHERE {
  GRAPH <${museum}> { ?p ecrm:P32_used_general_technique ?c }
  { ?c skos:prefLabel ?label } UNION { GRAPH <${thesaurusGraph}> { ?c skos:prefLabel ?label } }
}`;

function inGraph(turtle: string, graph: string): Parameters<Store['write']>[0] {
  const insert = new Parser({ format: 'TriG' }).parse(
    turtle.replace(/^((?:\s*@prefix[^\n]*\n)*)([\s\S]*)$/, `$1 <${graph}> {\n$2\n}`),
  );
  return { insert, remove: [] };
}

async function groupsOf(
  store: Store,
  profile: Profile,
  sources: readonly Source[],
): Promise<(readonly string[])[]> {
  const vocabulary = new VocabularyLookup({
    store,
    profile,
    sources,
    openSources: (some) => openSources(some, { userAgent }),
  });
  const keys = values.map((_, index): RecordKey => ({
    graph: museum,
    object: `http://data.silknow.org/object/${index}`,
    production: `http://data.silknow.org/production/${index}`,
  }));
  const predicates = { production: profile.tasks.map(({ predicate }) => predicate), object: [] };
  const grouper = new LabelGrouper(profile, emptyThesaurus);
  const read = await new RecordReader(store, profile.record, vocabulary).read(keys, predicates);
  return read.map((record) =>
    record.values.flatMap((value) =>
      profile.tasks
        .filter(({ predicate }) => predicate === value.predicate)
        .flatMap(({ name }) => grouper.group(name, value)),
    ),
  );
}

async function rowsOf(stores: readonly AnsweringStore[], query: string): Promise<string[]> {
  const answer = await new Federation(stores).query(query, AbortSignal.timeout(60_000));
  assert.ok(answer.kind === 'rows');
  const rows: Bindings[] = [];
  for await (const row of answer.rows) rows.push(row);
  return rows
    .map((row) =>
      JSON.stringify(
        Object.keys(row)
          .sort()
          .map((name) => [name, row[name]?.value]),
      ),
    )
    .sort();
}

/** Whether a store without the thesaurus, joined with one elsewhere, answers as a store that has it. */
export function federationConformance(name: string, start: () => Promise<TestStore>, skip?: string): void {
  describe(`${name} joined with sources`, skip === undefined ? {} : { skip }, () => {
    const { folder, remove } = temporaryFolder('sources');
    const file = path.join(folder, 'thesaurus.ttl');
    let server: TestStore;
    let store: Store;
    let profile: Profile;
    let second: HttpEndpoint;
    let secondStore: Store;
    const fileSource: Source = { kind: 'files', path: file };
    const secondSource = (): Source => ({
      kind: 'endpoint',
      endpoint: second.endpoint,
      auth: { kind: 'basic', user: 'reader', password: 'se:cret' },
      timeoutSeconds: 20,
    });

    before(async () => {
      writeFileSync(file, thesaurus);
      server = await start();
      store = await server.open([museum, thesaurusGraph]);
      profile = await loadProfile('silknow');
      await store.write(inGraph(records, museum));
      secondStore = await openEmbeddedStore({ files: [file], writableGraphs: [] });
      second = await serveStore(secondStore, { user: 'reader', password: 'se:cret' });
    });
    after(async () => {
      await second.stop();
      await secondStore.close();
      await store.close();
      await server.stop();
      remove();
    });

    test('values are grouped alike with the thesaurus in the store, in a file and at a second endpoint', async () => {
      assert.deepEqual(await groupsOf(store, profile, [fileSource]), grouped);
      assert.deepEqual(await groupsOf(store, profile, [secondSource()]), grouped);
      assert.deepEqual(await groupsOf(store, profile, [fileSource, secondSource()]), grouped);
      const without = await groupsOf(store, profile, []);
      assert.deepEqual(without, [[], ['damask'], [], ['velvet'], [], ['FR']]);
      const change = inGraph(thesaurus, thesaurusGraph);
      await store.write(change);
      try {
        assert.deepEqual(await groupsOf(store, profile, []), grouped);
        const asked = second.queries.length;
        assert.deepEqual(await groupsOf(store, profile, [secondSource()]), grouped);
        assert.equal(second.queries.length, asked, 'the store knows the thesaurus, so no source is asked');
      } finally {
        await store.write({ insert: [], remove: change.insert });
      }
    });

    test('a query joins the store with a file and with a second endpoint as if all were in the store', async () => {
      const file_ = await openSources([fileSource], { userAgent });
      const endpoint = await openSources([secondSource()], { userAgent });
      const change = inGraph(thesaurus, thesaurusGraph);
      await store.write(change);
      const expected = await rowsOf([store], labelQuery);
      await store.write({ insert: [], remove: change.insert });
      assert.equal(expected.length >= 4, true);
      assert.deepEqual(await rowsOf([store, ...file_], labelQuery), [...new Set(expected)]);
      assert.deepEqual(await rowsOf([store, ...endpoint], labelQuery), [...new Set(expected)]);
      assert.deepEqual(await rowsOf([store], labelQuery), []);
      await endpoint[0]?.close();
    });

    test('nothing is written anywhere, and nothing else is asked', async () => {
      const stores = [store, ...(await openSources([fileSource], { userAgent }))];
      const federation = new Federation(stores);
      const signal = AbortSignal.timeout(60_000);
      for (const text of [
        `INSERT DATA { GRAPH <${museum}> { <http://e/a> <http://e/b> <http://e/c> } }`,
        'CLEAR ALL',
        'SELECT * { SERVICE <http://127.0.0.1:1/sparql> { ?s ?p ?v } }',
        'SELECT * {',
      ]) {
        await assert.rejects(federation.query(text, signal), (error) =>
          isLacunaError(error, 'INPUT_INVALID'),
        );
      }
      assert.equal(await store.ask(`ASK { GRAPH <${museum}> { <http://e/a> ?p ?o } }`), false);
      const answer = await federation.query('ASK { ?s ?p ?o }', signal);
      assert.deepEqual(answer, { kind: 'truth', value: true });
    });

    test('an endpoint that is down or refuses is named', async () => {
      const port = await freePort();
      const away = `http://127.0.0.1:${String(port)}/sparql`;
      const down: Source = { kind: 'endpoint', endpoint: away, auth: { kind: 'none' }, timeoutSeconds: 5 };
      const isAway = (error: unknown): boolean =>
        isLacunaError(error, 'STORE_UNREACHABLE') && error.message.includes(away);
      await assert.rejects(groupsOf(store, profile, [down]), isAway);
      const opened = await openSources([down], { userAgent });
      await assert.rejects(rowsOf([store, ...opened], labelQuery), isAway);
      const locked: Source = { ...secondSource(), auth: { kind: 'none' } } as Source;
      await assert.rejects(groupsOf(store, profile, [locked]), (error) =>
        isLacunaError(error, 'STORE_REFUSED'),
      );
    });

    test('a thesaurus that is nowhere says where it was looked for and how to mend it', async () => {
      const wrong = path.join(folder, 'wrong.nt');
      writeFileSync(wrong, '<http://e/a> <http://e/b> <http://e/c> .\n');
      await assert.rejects(
        groupsOf(store, profile, [{ kind: 'files', path: wrong }]),
        (error) =>
          isLacunaError(error, 'NOT_FOUND') &&
          error.message.includes(wrong) &&
          error.message.includes(store.name) &&
          /Load them into the store, or name/.test(error.message),
      );
    });
  });
}
