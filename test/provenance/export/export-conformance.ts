import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import { Parser } from 'n3';
import type { Store } from '../../../src/graph/store.js';
import { exportText, type ExportRequest } from '../../../src/provenance/export/export-text.js';
import type { ExportFormat } from '../../../src/provenance/export/formats.js';
import type { ExportSelection } from '../../../src/provenance/export/selection.js';
import { lacuna } from '../../../src/provenance/terms.js';
import { validatePredictions } from '../../../src/provenance/shapes.js';
import { rdfTerms, silk } from '../../../src/graph/prefixes.js';
import { namedNode, quad } from '../../../src/graph/terms.js';
import { loadProfile } from '../../../src/vocabulary/load-profile.js';
import type { TestStore } from '../../stores/test-store.js';
import { graph, namespace } from '../sample-prediction.js';
import { graphQuads, lease, lines, statementsOfTurtle12 } from './predictions-graph.js';
import { readTable } from './read-table.js';

/** Parses an export of a format that has no graphs, or one, into the predictions graph. */
function parsed(text: string, format: ExportFormat): Quad[] {
  if (format === 'ttl12') return statementsOfTurtle12(text);
  const hasGraphs = format === 'nq' || format === 'trig';
  return new Parser().parse(text).map((one) => {
    assert.equal(one.graph.value, hasGraphs ? graph : '', format);
    return quad(one.subject, one.predicate, one.object, namedNode(graph));
  });
}

/** Whether a store's exports read back as what it holds; `start` starts the store or says where it is. */
export function exportConformance(name: string, start: () => Promise<TestStore>, skip?: string): void {
  describe(`exports of ${name}`, skip === undefined ? {} : { skip }, () => {
    let server: TestStore;
    let store: Store;

    before(async () => {
      server = await start();
      store = await server.open([graph]);
      await store.write({ insert: [...graphQuads, ...lease], remove: [] });
    });
    after(async () => {
      await store.close();
      await server.stop();
    });

    async function exported(
      format: ExportFormat,
      selection: ExportSelection = {},
      pageSize = 50,
      onPage?: ExportRequest['onPage'],
    ): Promise<string> {
      const settings = {
        profile: await loadProfile('silknow'),
        vocabulary: store,
        language: 'es',
        address: 'http://127.0.0.1:8080',
        byteOrderMark: false,
      };
      const request = { format, selection, spreadsheet: settings, ...(onPage && { onPage }) };
      let text = '';
      for await (const chunk of exportText({ store, graph, pageSize, namespace }, request)) text += chunk;
      return text;
    }

    for (const format of ['nq', 'trig', 'ttl', 'nt', 'ttl12'] as const) {
      test(`${format} reads back as the graph, whatever the page size, without the lease`, async () => {
        for (const pageSize of format === 'ttl12' ? [1, 7, 5000] : [7]) {
          const counts: number[] = [];
          const text = await exported(format, {}, pageSize, (count) => counts.push(count));
          assert.deepEqual(lines(parsed(text, format)), lines(graphQuads), `pages of ${pageSize}`);
          assert.equal(counts.at(-1), graphQuads.length);
        }
      });

      test(`${format}: a selection is a whole graph of its own`, async () => {
        const all = new Set(lines(graphQuads));
        const selections: readonly (readonly [ExportSelection, readonly number[]])[] = [
          [{ task: 'material' }, [3, 8]],
          [{ model: '2024-1' }, [1, 2, 3, 4, 5]],
          [{ run: 'run-8' }, [3, 6, 7, 8]],
          [{ run: `${namespace}run/run-8`, task: 'technique' }, [6, 7]],
          [{ minimumConfidence: 0.07 }, [7, 8]],
          [{ model: '2024-1', run: 'run-8' }, []],
        ];
        for (const [selection, records] of selections) {
          const text = await exported(format, selection, 2);
          const found = parsed(text, format);
          const decisions = found.filter(({ object }) => object.value === lacuna('Decision').value);
          assert.equal(decisions.length, records.length, JSON.stringify(selection));
          const about = found.filter(({ predicate }) => predicate.value === lacuna('record').value);
          assert.deepEqual(
            [...new Set(about.map(({ object }) => Number(object.value.split('/').at(-1))))].sort(),
            records,
          );
          assert.ok(lines(found).every((one) => all.has(one)));
          const dataset = new Parser().parse(found.length === 0 ? '' : await exported('nt', selection, 2));
          assert.deepEqual(await validatePredictions(dataset), [], JSON.stringify(selection));
        }
      });
    }

    test('ttl12 annotates what is asserted and only that', async () => {
      const text = await exported('ttl12', { task: 'material' });
      const decided = /<http:\/\/data\.silknow\.org\/production\/8> ecrm:material <[^>]+> ~ <[^>]+> \{\|/g;
      // The decision, and the photograph that says the same; the text says something else.
      assert.equal([...text.matchAll(decided)].length, 2);
      assert.equal(
        [...text.matchAll(/<< <http:\/\/data\.silknow\.org\/production\/8> [^>]+> ~ /g)].length,
        1,
      );
    });

    test('the table has a row per prediction that says what its statement says', async () => {
      const rows = readTable(await exported('csv'));
      const statements = graphQuads.filter(
        ({ predicate, object }) => predicate.equals(rdfTerms('type')) && object.equals(rdfTerms('Statement')),
      );
      const opinions = graphQuads.filter(({ object }) => object.equals(lacuna('Opinion')));
      assert.equal(rows.length, statements.length - opinions.length);
      const valueOf = (subject: string, predicate: string): string[] =>
        graphQuads
          .filter((one) => one.subject.value === subject && one.predicate.value === predicate)
          .map(({ object }) => object.value);
      for (const row of rows) {
        const statement = row['statement'] ?? '';
        assert.deepEqual(
          valueOf(statement, silk('L18').value),
          row['confidence'] === '' ? [] : [row['confidence']],
        );
        assert.deepEqual(valueOf(statement, rdfTerms('subject').value), [row['subject']]);
        assert.deepEqual(valueOf(statement, rdfTerms('predicate').value), [row['predicate']]);
        assert.ok(valueOf(statement, rdfTerms('object').value).includes(row['value'] ?? ''));
        assert.equal(
          row['why'],
          `http://127.0.0.1:8080/sparql?query=${encodeURIComponent(`DESCRIBE <${statement}>`)}`,
        );
      }
      const [row] = rows.filter(({ record }) => record === 'http://data.silknow.org/object/6');
      assert.deepEqual(
        [
          row?.['property'],
          row?.['proposed'],
          row?.['confidence'],
          row?.['model'],
          row?.['run'],
          new Date(row?.['made'] ?? '').toISOString(),
        ],
        ['técnica', 'Damasco', '0.06', '2024-2', 'run-8', '2024-05-01T10:00:02.500Z'],
      );
    });
  });
}
