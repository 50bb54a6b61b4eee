import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Literal, Quad } from '@rdfjs/types';
import { DataFactory } from 'n3';
import { isLacunaError } from '../../src/config/errors.js';
import type { ErrorCode } from '../../src/config/errors.js';
import { publishedStatementsOf, statementsPresent } from '../../src/graph/published.js';
import { RecordReader } from '../../src/graph/record-reader.js';
import {
  countValues,
  listMuseumGraphs,
  listObjectsWithoutProduction,
  listRecords,
} from '../../src/graph/records.js';
import type { RecordKey } from '../../src/graph/records.js';
import type { Store } from '../../src/graph/store.js';
import { bindTemplate, loadTemplate } from '../../src/graph/template.js';
import type { TestStore } from '../stores/test-store.js';
import { collection, crm, factsOf, model, museums, predictionQuads, predictionsGraph } from './collection.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';

const place = crm('P8_took_place_on_or_within');
const technique = crm('P32_used_general_technique');
const depiction = crm('P65_shows_visual_item');

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[][]> {
  const found: T[][] = [];
  for await (const page of pages) found.push([...page]);
  return found;
}

function rejectsWith(work: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  return assert.rejects(work, (error: unknown) => {
    assert.ok(isLacunaError(error, code), `expected ${code}, got ${String(error)}`);
    assert.match(error.message, message);
    return true;
  });
}

function note(text: Literal, node = 'http://example.org/text'): Quad {
  return quad(namedNode(node), namedNode('http://example.org/says'), text, namedNode(predictionsGraph));
}

const awkwardTexts: readonly Literal[] = [
  literal(''),
  literal('She said "no", it\'s a \\ back\\slash'),
  literal('two\nlines, a\ttab, and \r\n a carriage return'),
  literal('\u{1F9F5} thread beyond the BMP, \u{10FFFF} too', 'en'),
  literal('<b>markup</b> & &amp; ]]> }} . } GRAPH <x> {'),
  literal('\\u0041 is no A', 'es-es'),
  literal('vellut l·l, čeština, 絹', 'ca'),
  literal('a control character \u0001 and a delete \u007F'),
  literal('0.9173', namedNode('http://www.w3.org/2001/XMLSchema#float')),
  literal('{"a":[1,"\\n"]}', namedNode('http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON')),
];

/** Every store answers these alike. `start` gives an empty store; `skip` says why it cannot be had. */
export function storeConformance(name: string, start: () => Promise<TestStore>, skip?: string): void {
  describe(`${name} as a store`, { skip: skip ?? false }, () => {
    let server: TestStore;
    let store: Store;

    before(async () => {
      server = await start();
      const everything = await server.open([...museums, 'http://example.org/thesaurus']);
      await everything.write({ insert: collection(), remove: [] });
      await everything.close();
      store = await server.open([predictionsGraph]);
      await store.write({ insert: predictionQuads(), remove: [] });
    });

    after(async () => {
      // A failed `before` leaves these undefined.
      await (store as Store | undefined)?.close();
      await (server as TestStore | undefined)?.stop();
    });

    test('lists the museum graphs that match', async () => {
      assert.deepEqual(await listMuseumGraphs(store, model, ['http://example.org/graph/*']), museums);
      assert.deepEqual(await listMuseumGraphs(store, model, [museums[1] ?? '']), [museums[1]]);
      await rejectsWith(
        listMuseumGraphs(store, model, [museums[0] ?? '', 'http://example.org/nowhere/*']),
        'NOT_FOUND',
        /nowhere/,
      );
    });

    for (const pageSize of [1, 2, 3, 7, 1000]) {
      test(`pages of ${String(pageSize)} give every gap once and never split an object`, async () => {
        for (const graph of museums) {
          const pages = await all(
            listRecords(store, {
              model,
              graph,
              pageSize,
              missing: { production: [place, technique], object: [] },
            }),
          );
          const expected = factsOf(graph).filter(
            (record) => record.place === undefined || record.technique === undefined,
          );
          const key = (record: RecordKey): string => `${record.object} ${record.production}`;
          assert.deepEqual(pages.flat().map(key), expected.map(key).sort());
          const pagesOfObject = new Map<string, Set<number>>();
          for (const [index, page] of pages.entries()) {
            for (const { object } of page)
              pagesOfObject.set(object, (pagesOfObject.get(object) ?? new Set()).add(index));
          }
          assert.ok([...pagesOfObject.values()].every((on) => on.size === 1));
        }
      });
    }

    test('a gap on the object counts, no property asked for gives nothing, and no filter gives every record', async () => {
      const graph = museums[0] ?? '';
      const ofObject = await all(
        listRecords(store, { model, graph, missing: { production: [], object: [depiction] } }),
      );
      assert.equal(ofObject.flat().length, factsOf(graph).filter((record) => !record.hasDepiction).length);
      assert.deepEqual(
        await all(listRecords(store, { model, graph, missing: { production: [], object: [] } })),
        [],
      );
      assert.equal((await all(listRecords(store, { model, graph }))).flat().length, factsOf(graph).length);
    });

    test('earlier predictions do not hide a gap', async () => {
      const predicted = await store.ask(
        `ASK { GRAPH <${predictionsGraph}> { ?production <${place}> ?value } }`,
      );
      assert.equal(predicted, true);
      const graph = museums[0] ?? '';
      const gaps = (
        await all(listRecords(store, { model, graph, missing: { production: [place], object: [] } }))
      ).flat();
      const filled = await store.select(
        `SELECT ?s WHERE { GRAPH <${predictionsGraph}> { ?s <${place}> ?value } }`,
      );
      assert.ok(filled.every((row) => gaps.some(({ production }) => production === row['s']?.value)));
    });

    test('lists objects without a production', async () => {
      const found = await all(listObjectsWithoutProduction(store, model, museums[0] ?? '', { pageSize: 2 }));
      assert.deepEqual(found.flat(), [
        'http://example.org/object/orphan-1',
        'http://example.org/object/orphan-2',
        'http://example.org/object/orphan-3',
      ]);
    });

    test('counts records and values', async () => {
      const graph = museums[0] ?? '';
      const facts = factsOf(graph);
      assert.deepEqual(await countValues(store, model, graph, place, 'production'), {
        records: facts.length,
        withValue: facts.filter((record) => record.place !== undefined).length,
      });
      assert.deepEqual(await countValues(store, model, graph, depiction, 'object'), {
        records: facts.length,
        withValue: facts.filter((record) => record.hasDepiction).length,
      });
    });

    test('reads labels, texts, photographs and values with their links and labels', async () => {
      const reader = new RecordReader(store, model);
      const keys = museums.flatMap((graph) => factsOf(graph));
      const records = await reader.read(keys, { production: [place, technique], object: [depiction] });
      assert.deepEqual(
        records.map(({ object, production }) => `${object} ${production}`),
        keys.map(({ object, production }) => `${object} ${production}`),
      );
      const first = records[0];
      assert.equal(first?.label, 'Fragment 0 "with quotes"');
      assert.deepEqual(first.texts, [
        { value: 'No language\nand two lines', language: '' },
        { value: 'A woven \u{1F9F5} silk', language: 'en-gb' },
        { value: 'Tissu de soie façonné', language: 'fr' },
      ]);
      assert.deepEqual(first.images, [
        { node: 'http://example.org/image/0-a', url: 'https://example.org/photo%200%20(a).jpg' },
        { node: 'http://example.org/image/0-b', url: 'https://example.org/photo%200%20(b).jpg' },
      ]);
      const lyon = records
        .flatMap((record) => record.values)
        .find(({ value }) => value.value === 'http://example.org/place/lyon');
      assert.deepEqual(lyon?.links, ['http://example.org/place/rhone', 'http://example.org/place/france']);
      assert.deepEqual(lyon.labels, ['Lió', 'Lyon']);
      const word = records
        .flatMap((record) => record.values)
        .find(({ value }) => value.termType === 'Literal');
      assert.equal(word?.value.value, 'damask; velvet "cut"');
    });

    test('answers the consumer contract: one row per prediction, with a label in the language asked for', async () => {
      const template = await loadTemplate('adasilk-predictions');
      const query = (language: string): string =>
        bindTemplate(template, {
          predictions: namedNode(predictionsGraph),
          last: literal(''),
          language: literal(language),
          labelProperties: [namedNode('http://www.w3.org/2004/02/skos/core#prefLabel')],
        });
      const rows = await store.select(query('ca'));
      assert.equal(rows.length, 4);
      const lyon = rows.find((row) => row['value']?.value === 'http://example.org/place/lyon');
      assert.equal(lyon?.['label']?.value, 'Lió');
      assert.equal(lyon['score']?.value, '0.9173');
      assert.equal(lyon['explanation']?.value, 'What it is\nand how it "predicts".');
      assert.equal(lyon['used']?.value, 'http://example.org/object/m0-01');
      assert.equal(
        (await store.select(query('fr'))).find(
          (row) => row['value']?.value === 'http://example.org/place/lyon',
        )?.['label']?.value,
        'Lyon',
      );
      // Virtuoso gives an empty text where others leave the variable unbound.
      const unlabelled = rows.filter((row) => (row['label']?.value ?? '') === '');
      assert.equal(unlabelled.length, 1);
    });

    test('finds published statements with all it takes to take them back', async () => {
      const statements = predictionQuads().filter(({ predicate }) => predicate.value.endsWith('#subject'));
      const iris = statements.map(({ subject }) => subject.value).sort();
      assert.deepEqual(
        [...(await statementsPresent(store, predictionsGraph, [...iris, 'http://example.org/none']))].sort(),
        iris,
      );
      const about = statements[0]?.object.value ?? '';
      const found = await publishedStatementsOf(store, predictionsGraph, [
        { subject: about, predicate: place },
      ]);
      assert.equal(found.length, 1);
      assert.equal(found[0]?.agent, 'http://example.org/agent/fusion');
      assert.equal(found[0].model, 'http://example.org/model/1');
      assert.equal(found[0].quads.length, 6 + 6 + 3);
      await store.write({ insert: [], remove: found[0].quads });
      assert.deepEqual(
        await publishedStatementsOf(store, predictionsGraph, [{ subject: about, predicate: place }]),
        [],
      );
      await store.write({ insert: found[0].quads, remove: [] });
      assert.equal(
        (await publishedStatementsOf(store, predictionsGraph, [{ subject: about, predicate: place }]))[0]
          ?.quads.length,
        15,
      );
    });

    for (const [index, text] of awkwardTexts.entries()) {
      test(`writes and reads back ${JSON.stringify(text.value)}@${text.language}`, async () => {
        const node = `http://example.org/text/${String(index)}?a=(1)&b='x'`;
        await store.write({ insert: [note(text, node)], remove: [] });
        const rows = await store.select(
          `SELECT ?text WHERE { GRAPH <${predictionsGraph}> { <${node}> ?p ?text } }`,
        );
        const found = rows[0]?.['text'];
        assert.equal(rows.length, 1);
        assert.ok(found?.termType === 'Literal');
        assert.deepEqual(
          [found.value, found.language, found.datatype.value],
          [text.value, text.language, text.datatype.value],
        );
        await store.write({ insert: [], remove: [note(text, node)] });
        assert.equal(await store.ask(`ASK { GRAPH <${predictionsGraph}> { <${node}> ?p ?o } }`), false);
      });
    }

    test('a language tag is the same in whatever case, and what was read can be removed', async () => {
      const node = 'http://example.org/tagged';
      await store.write({ insert: [note(literal('colour', 'en-GB'), node)], remove: [] });
      await store.write({ insert: [note(literal('colour', 'en-gb'), node)], remove: [] });
      const rows = await store.select(`SELECT ?text { GRAPH <${predictionsGraph}> { <${node}> ?p ?text } }`);
      assert.deepEqual(
        rows.map((row) => (row['text'] as Literal).language),
        ['en-gb'],
      );
      await store.write({ insert: [], remove: rows.map((row) => note(row['text'] as Literal, node)) });
      assert.equal(await store.ask(`ASK { GRAPH <${predictionsGraph}> { <${node}> ?p ?o } }`), false);
    });

    test('writing twice and removing what is absent change nothing; what is in both parts is there afterwards', async () => {
      const one = note(literal('once'), 'http://example.org/twice');
      const count = async (): Promise<string | undefined> =>
        (
          await store.select(`SELECT (COUNT(*) AS ?n) WHERE { GRAPH <${predictionsGraph}> { ?s ?p ?o } }`)
        )[0]?.['n']?.value;
      const before = await count();
      await store.write({ insert: [], remove: [one] });
      assert.equal(await count(), before);
      await store.write({ insert: [one, one], remove: [] });
      await store.write({ insert: [one], remove: [] });
      await store.write({ insert: [one], remove: [one] });
      assert.equal(Number(await count()), Number(before) + 1);
      await store.write({ insert: [], remove: [one] });
      assert.equal(await count(), before);
      await store.write({ insert: [], remove: [] });
    });

    test('writes 300 predictions of 25 triples, and 6,000 subjects, in one go', async () => {
      const node = (item: number): string => `http://example.org/bulk/${String(item)}`;
      const many = Array.from({ length: 7500 }, (_, item) => note(literal(String(item)), node(item % 300)));
      const wide = Array.from({ length: 6000 }, (_, item) => note(literal('x'), node(1000 + item)));
      for (const insert of [many, wide]) {
        let hasLeft = false;
        await store.write({ insert, remove: [] }, { onSent: () => (hasLeft = true) });
        assert.ok(hasLeft);
        const rows = await store.select(
          `SELECT (COUNT(*) AS ?n) WHERE { GRAPH <${predictionsGraph}> { ?s <http://example.org/says> ?o FILTER(STRSTARTS(STR(?s), "http://example.org/bulk/")) } }`,
        );
        assert.equal(rows[0]?.['n']?.value, String(insert.length));
        await store.write({ insert: [], remove: insert });
      }
    });

    test('refuses graphs that are not ours before anything is written', async () => {
      const ours = note(literal('ours'), 'http://example.org/ours');
      const foreign = quad(ours.subject, ours.predicate, ours.object, namedNode(museums[0] ?? ''));
      const none = quad(ours.subject, ours.predicate, ours.object);
      await rejectsWith(store.write({ insert: [ours, foreign], remove: [] }), 'STORE_REFUSED', /graph\/m0/);
      await rejectsWith(store.write({ insert: [], remove: [ours, foreign] }), 'STORE_REFUSED', /graph\/m0/);
      await rejectsWith(store.write({ insert: [none], remove: [] }), 'STORE_REFUSED', /default graph/);
      assert.equal(await store.ask(`ASK { GRAPH ?g { <http://example.org/ours> ?p ?o } }`), false);
    });

    test('refuses relative and unsafe IRIs, blank nodes and half characters', async () => {
      const with_ = (object: Quad['object']): Promise<void> =>
        store.write({
          insert: [
            quad(
              namedNode('http://example.org/s'),
              namedNode('http://example.org/p'),
              object,
              namedNode(predictionsGraph),
            ),
          ],
          remove: [],
        });
      await rejectsWith(with_(namedNode('other_technique')), 'INPUT_INVALID', /"other_technique".*absolute/);
      await rejectsWith(
        with_(namedNode('http://example.org/a> <b')),
        'INPUT_INVALID',
        /http:\/\/example.org\/a> <b/,
      );
      await rejectsWith(with_(DataFactory.blankNode('b')), 'INPUT_INVALID', /blank node/);
      await rejectsWith(with_(literal('\uD800')), 'INPUT_INVALID', /surrogate/);
    });

    test('answers ASK', async () => {
      assert.equal(
        await store.ask(
          `PREFIX x: <http://example.org/#>\n# a comment\nASK { GRAPH <${predictionsGraph}> { ?s ?p ?o } }`,
        ),
        true,
      );
      assert.equal(await store.ask('ASK { GRAPH ?g { <http://example.org/nothing> ?p ?o } }'), false);
    });

    test('leaves unbound variables out of a row', async () => {
      const rows = await store.select(
        `SELECT ?s ?nothing WHERE { GRAPH <${predictionsGraph}> { ?s a <http://www.w3.org/ns/prov#SoftwareAgent> OPTIONAL { ?s <http://example.org/absent> ?nothing } } }`,
      );
      assert.deepEqual(Object.keys(rows[0] ?? {}), ['s']);
    });

    test('passes a raw answer through in the format asked for', async () => {
      const read = async (query: string, accept: string): Promise<[string, string]> => {
        const answer = await store.answer(query, accept);
        const parts: Uint8Array[] = [];
        for await (const part of answer.body) parts.push(part);
        return [answer.contentType.split(';')[0] ?? '', Buffer.concat(parts).toString('utf8')];
      };
      const pattern = `{ GRAPH <${predictionsGraph}> { ?s a <http://www.w3.org/ns/prov#SoftwareAgent> } }`;
      const [jsonType, json] = await read(`SELECT ?s WHERE ${pattern}`, 'application/sparql-results+json');
      assert.equal(jsonType, 'application/sparql-results+json');
      const parsed = JSON.parse(json) as { results: { bindings: { s: { value: string } }[] } };
      assert.equal(parsed.results.bindings[0]?.s.value, 'http://example.org/agent/fusion');
      const [csvType, csv] = await read(`SELECT ?s WHERE ${pattern}`, 'text/csv');
      assert.equal(csvType, 'text/csv');
      assert.match(csv, /http:\/\/example\.org\/agent\/fusion/);
      const [turtleType, turtle] = await read(
        `CONSTRUCT { ?s a <http://example.org/Agent> } WHERE ${pattern}`,
        'text/turtle',
      );
      assert.equal(turtleType, 'text/turtle');
      assert.match(turtle, /Agent/);
    });

    test('a syntax error says so, and an update is no query', async () => {
      await rejectsWith(
        store.select('SELECT ?s WHERE { ?s ?p '),
        'INPUT_INVALID',
        /does not understand the query/,
      );
      const update = `INSERT DATA { GRAPH <${predictionsGraph}> { <http://example.org/x> <http://example.org/y> 1 } }`;
      await rejectsWith(store.select(update), 'INPUT_INVALID', /Only SELECT/);
      await rejectsWith(store.answer(`# SELECT\n${update}`, '*/*'), 'INPUT_INVALID', /Only SELECT/);
      assert.equal(await store.ask('ASK { GRAPH ?g { <http://example.org/x> ?p ?o } }'), false);
    });

    test('stops waiting when the signal fires, before and during a request', async () => {
      await rejectsWith(
        store.ask('ASK { ?s ?p ?o }', { signal: AbortSignal.abort() }),
        'CANCELLED',
        /cancelled/,
      );
      const controller = new AbortController();
      const slow = store.select(
        'SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } FILTER(STRLEN(CONCAT(STR(?c), STR(?f))) > 1) }',
        { signal: controller.signal },
      );
      setImmediate(() => {
        controller.abort();
      });
      await rejectsWith(slow, 'CANCELLED', /cancelled/);
      assert.equal(await store.ask(`ASK { GRAPH <${predictionsGraph}> { ?s ?p ?o } }`), true);
    });
  });
}
