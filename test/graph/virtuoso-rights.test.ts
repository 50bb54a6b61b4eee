import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import { isLacunaError } from '../../src/config/errors.js';
import { openProtocolStore } from '../../src/graph/protocol-store.js';
import type { Auth } from '../../src/graph/protocol-store.js';
import { RecordReader } from '../../src/graph/record-reader.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import type { Store } from '../../src/graph/store.js';
import { TruncatedAnswer } from '../../src/graph/truncated-answer.js';
import { reasonToSkip, type TestServer } from '../stores/test-store.js';
import { isVirtuosoInstalled, startVirtuoso } from '../stores/virtuoso.js';
import { crm, model } from './collection.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';

const museum = 'http://example.org/graph/big';

function one(graph: string): Quad {
  return quad(
    namedNode('http://example.org/s'),
    namedNode('http://example.org/p'),
    literal('x'),
    namedNode(graph),
  );
}

describe(
  'Virtuoso 7 with a user of least privilege',
  { skip: reasonToSkip('Virtuoso', isVirtuosoInstalled) ?? false },
  () => {
    let server: TestServer;

    before(async () => {
      server = await startVirtuoso();
    });

    after(async () => {
      await (server as TestServer | undefined)?.stop();
    });

    function open(auth: Auth, updateEndpoint = server.updateEndpoint): Store {
      const { endpoint, predictions } = server;
      return openProtocolStore({
        endpoint,
        profile: storeProfiles.virtuoso,
        updateEndpoint,
        auth,
        timeoutMs: 30_000,
        writableGraphs: [predictions, museum],
        userAgent: 'Lacuna tests',
      });
    }

    test('it writes the predictions graph and no other', async () => {
      const store = open(server.limited);
      await store.write({ insert: [one(server.predictions)], remove: [] });
      await assert.rejects(
        store.write({ insert: [one(museum)], remove: [] }),
        (error: unknown) =>
          isLacunaError(error, 'STORE_REFUSED') && error.message.includes('RDF_GRAPH_USER_PERMS_SET'),
      );
      assert.equal(await store.ask(`ASK { GRAPH <${museum}> { ?s ?p ?o } }`), false);
      await store.close();
    });

    test('a wrong password, the wrong scheme and no user at all are refused with what to mend', async () => {
      const attempts: [Auth, string][] = [
        [{ kind: 'digest', user: 'lacuna', password: 'wr0ng' }, server.updateEndpoint],
        [{ kind: 'basic', user: 'lacuna', password: 'se:cret' }, server.updateEndpoint],
        [{ kind: 'none' }, server.updateEndpoint],
        [{ kind: 'none' }, server.endpoint],
      ];
      for (const [auth, updateEndpoint] of attempts) {
        const store = open(auth, updateEndpoint);
        await assert.rejects(
          store.write({ insert: [one(server.predictions)], remove: [] }),
          (error: unknown) => {
            assert.ok(isLacunaError(error, 'STORE_REFUSED'), String(error));
            assert.match(error.message, /store\.auth/);
            assert.doesNotMatch(error.message, /wr0ng|se:cret/);
            return true;
          },
        );
        await store.close();
      }
    });

    test('what it cannot compile for its size is halved, what it ran out of time for is no answer', async () => {
      const store = open(server.administrator);
      const quads = Array.from({ length: 3000 }, (_, index) =>
        quad(
          namedNode(`http://example.org/many/${String(index)}`),
          namedNode('http://example.org/p'),
          literal(`v${String(index)}`),
          namedNode(server.predictions),
        ),
      );
      await store.write({ insert: quads, remove: [] });
      const rows = Array.from({ length: 10_000 }, (_, index) => `<http://example.org/many/${String(index)}>`);
      for (const count of [5000, 10_000]) {
        const values = rows
          .slice(0, count)
          .map((row) => `(<${server.predictions}> ${row})`)
          .join(' ');
        await assert.rejects(
          store.select(`SELECT * WHERE { VALUES (?g ?s) { ${values} } GRAPH ?g { ?s ?p ?o } }`),
          (error: unknown) => error instanceof TruncatedAnswer && /SP031|SQ199/.test(error.message),
        );
      }
      const hurried = openProtocolStore({
        endpoint: `${server.endpoint}?timeout=1000`,
        profile: storeProfiles.virtuoso,
        timeoutMs: 30_000,
        writableGraphs: [],
        userAgent: 'Lacuna tests',
      });
      await assert.rejects(
        hurried.select(
          `SELECT (COUNT(*) AS ?n) WHERE { GRAPH <${server.predictions}> { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(?c, ?f, ?i) != "x") } }`,
        ),
        (error: unknown) => error instanceof TruncatedAnswer && /ran out of time/.test(error.message),
      );
      await hurried.close();
      await store.write({ insert: [], remove: quads });
      await store.close();
    });

    test('rows cut at the limit are an error, and a batch of records that meets it is read in halves', async () => {
      const store = open(server.administrator);
      const keys = Array.from({ length: 30 }, (_, index) => ({
        graph: museum,
        object: `http://example.org/object/${String(index)}`,
        production: `http://example.org/production/${String(index)}`,
      }));
      for (const { object } of keys) {
        const values = Array.from({ length: 400 }, (_, index) =>
          quad(
            namedNode(object),
            namedNode(crm('P65_shows_visual_item')),
            literal(`motif ${String(index)}`),
            namedNode(museum),
          ),
        );
        await store.write({ insert: values, remove: [] });
      }
      await assert.rejects(
        store.select(`SELECT * WHERE { GRAPH <${museum}> { ?s ?p ?o } }`),
        TruncatedAnswer,
      );
      const records = await new RecordReader(store, model).read(keys, {
        production: [],
        object: [crm('P65_shows_visual_item')],
      });
      assert.deepEqual(
        records.map(({ object, values }) => [object, values.length]),
        keys.map(({ object }) => [object, 400]),
      );
      await store.close();
    });
  },
);
