import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import fc from 'fast-check';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { nodePages, statementPages, triplesOf } from '../../src/graph/graph-pages.js';
import type { Store } from '../../src/graph/store.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';
import { TruncatedAnswer } from '../../src/graph/truncated-answer.js';

const graph = 'http://data.silknow.org/predictions';

function triples(subjects: readonly (readonly [string, number])[]): Quad[] {
  return subjects.flatMap(([name, count]) =>
    Array.from({ length: count }, (_, index) =>
      quad(
        namedNode(`http://example.org/${name}`),
        namedNode('http://example.org/says'),
        literal(`"${name}"\n${index} \u{1f9f5} >`, index % 2 === 0 ? 'en' : undefined),
        namedNode(graph),
      ),
    ),
  );
}

const lines = (quads: readonly Quad[]): string[] =>
  quads.map(({ subject, object }) => JSON.stringify([subject, object])).sort();

async function storeWith(quads: readonly Quad[]): Promise<Store> {
  const store = await openEmbeddedStore({ files: [], writableGraphs: [graph] });
  await store.write({ insert: quads, remove: [] });
  return store;
}

function withSelect(store: Store, select: Store['select']): Store {
  return Object.assign(Object.create(store) as Store, { select });
}

suite('paging through a graph', () => {
  test('every subject comes once with all its quads, whatever the page size', async (t) => {
    const store = await storeWith([]);
    t.after(() => store.close());
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 12 });
    const cases = fc.tuple(
      names,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 12, maxLength: 12 }),
      fc.integer({ min: 1, max: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([subjects, counts, pageSize]) => {
        const quads = triples(subjects.map((name, index) => [name, counts[index]!]));
        await store.write({ insert: quads, remove: [] });
        try {
          const listed: string[] = [];
          const read: Quad[] = [];
          const reading = { store, graph, pageSize };
          for await (const page of nodePages(reading, 'list-other-subjects', {})) {
            assert.ok(page.length <= pageSize);
            listed.push(...page);
            read.push(...(await triplesOf(reading, page)));
          }
          assert.equal(new Set(listed).size, listed.length);
          assert.deepEqual(lines(read), lines(quads));
        } finally {
          await store.write({ insert: [], remove: quads });
        }
      }),
      { numRuns: 50 },
    );
  });

  test('statements are listed and nothing else', async (t) => {
    const type = namedNode('http://www.w3.org/1999/02/22-rdf-syntax-ns#type');
    const statement = namedNode('http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement');
    const typed = ['a', 'b', 'c'].map((name) =>
      quad(namedNode(`http://example.org/${name}`), type, statement, namedNode(graph)),
    );
    const store = await storeWith([...typed, ...triples([['z', 3]])]);
    t.after(() => store.close());
    const pages: (readonly string[])[] = [];
    for await (const page of statementPages({ store, graph, pageSize: 2 })) pages.push(page);
    assert.deepEqual(pages.flat(), ['http://example.org/a', 'http://example.org/b', 'http://example.org/c']);
  });

  test('a store that cuts answers off is asked for fewer nodes at once', async (t) => {
    const quads = triples(['a', 'b', 'c', 'd', 'e'].map((name) => [name, 4]));
    const inner = await storeWith(quads);
    t.after(() => inner.close());
    let cut = 0;
    const store = withSelect(inner, async (query, options) => {
      const rows = await inner.select(query, options);
      if (rows.length <= 8) return rows;
      cut += 1;
      throw new TruncatedAnswer('8 rows');
    });
    const nodes = [...new Set(quads.map(({ subject }) => subject.value))];
    assert.deepEqual(lines(await triplesOf({ store, graph }, nodes)), lines(quads));
    assert.ok(cut > 0);
    const endless = withSelect(inner, () => Promise.reject(new TruncatedAnswer('none')));
    await assert.rejects(triplesOf({ store: endless, graph }, nodes), TruncatedAnswer);
  });
});
