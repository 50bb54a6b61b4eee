import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';

// Run by the crash test: writes batch after batch until it is killed, and says each one that was acknowledged.
const [log = '', first = '0'] = process.argv.slice(2);
const graph = 'http://example.org/predictions';
const store = await openEmbeddedStore({ files: [], log, writableGraphs: [graph] });
for (let batch = Number(first); ; batch += 1) {
  const insert = Array.from({ length: 40 }, (_, index) =>
    quad(
      namedNode(`http://example.org/batch/${String(batch)}`),
      namedNode('http://example.org/item'),
      literal(`${String(index)} \u{1F9F5}\n"`),
      namedNode(graph),
    ),
  );
  // Every third batch takes the one before it back, so that removals are interrupted too.
  const remove =
    batch % 3 === 2
      ? insert.map((one) =>
          quad(
            namedNode(`http://example.org/batch/${String(batch - 1)}`),
            one.predicate,
            one.object,
            one.graph,
          ),
        )
      : [];
  await store.write({ insert, remove });
  process.stdout.write(`${String(batch)}\n`);
}
