import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportText } from '../../../src/provenance/export/export-text.js';
import type { ExportFormat } from '../../../src/provenance/export/formats.js';
import { loadProfile } from '../../../src/vocabulary/load-profile.js';
import { EndlessStore } from './endless-store.js';

const namespace = 'http://data.silknow.org/lacuna/';
const graph = 'http://data.silknow.org/predictions';

async function exportOf(store: EndlessStore, format: ExportFormat): Promise<AsyncIterable<string>> {
  return exportText(
    { store, graph, pageSize: store.profile.pageSize, namespace },
    {
      format,
      selection: {},
      spreadsheet: {
        profile: await loadProfile('silknow'),
        vocabulary: store,
        language: 'en',
        address: 'http://127.0.0.1:8080',
        byteOrderMark: false,
      },
    },
  );
}

/** Most subjects that were read and not yet handed on, while an export of so many predictions is read to its end. */
async function held(
  predictions: number,
  format: ExportFormat,
): Promise<{ most: number; statements: number }> {
  const store = new EndlessStore(predictions);
  let before = 0;
  let most = 0;
  let statements = 0;
  for await (const piece of await exportOf(store, format)) {
    most = Math.max(most, store.delivered - before);
    before = store.delivered;
    statements += piece.split('vocabulary/168').length - 1;
  }
  assert.ok(store.largestAnswer <= store.profile.pageSize, `an answer of ${store.largestAnswer} rows`);
  return { most, statements };
}

suite('exports of any size', () => {
  for (const format of ['nq', 'ttl', 'ttl12', 'csv'] as const) {
    test(`${format}: as many subjects are held for 98,000 predictions as for 2,000`, async () => {
      const small = await held(2000, format);
      const large = await held(98_000, format);
      assert.ok(small.statements >= 2000);
      assert.ok(large.statements >= 98_000);
      assert.equal(large.most, small.most);
      assert.ok(large.most <= 1000, `${large.most} subjects at once`);
    });
  }

  test('nothing is read ahead of a reader that does not read', async () => {
    const store = new EndlessStore(98_000);
    const text = await exportOf(store, 'nq');
    const pieces = text[Symbol.asyncIterator]();
    await pieces.next();
    const read = store.delivered;
    for (let count = 0; count < 50; count += 1) await turn();
    assert.equal(store.delivered, read);
    await pieces.return?.();
  });

  test('a slow reader behind a pipe slows the reading down', async () => {
    const store = new EndlessStore(20_000);
    let written = 0;
    let most = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write(piece: Buffer, _encoding, done) {
        written += piece.toString().split('Statement>').length - 1;
        most = Math.max(most, Math.min(store.delivered, 20_000) - written);
        setImmediate(done);
      },
    });
    await pipeline(Readable.from(await exportOf(store, 'nq')), slow);
    assert.equal(written, 20_000);
    assert.ok(most <= 1000, `${most} statements were on their way at once`);
  });
});
