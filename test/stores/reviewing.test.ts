import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import { Parser } from 'n3';
import { graphFindings } from '../../src/cli/check/graph-findings.js';
import type { Enrichment } from '../../src/enrichment/run.js';
import { quadKey } from '../../src/graph/quad-key.js';
import type { Store } from '../../src/graph/store.js';
import { exportText } from '../../src/provenance/export/export-text.js';
import { rejectionPages, type Rejection } from '../../src/provenance/rejection.js';
import { keysWithoutRuns, quadKeys } from '../enrichment/predicted-quads.js';
import {
  completed,
  decisionsIn,
  predictions,
  saying,
  type Published,
} from '../enrichment/reviewed-collection.js';
import { predictionsGraph, smallProfile, trainedEnrichment } from '../enrichment/small-enrichment.js';
import { servers } from './servers.js';
import { loadSmallCollection, openLimited } from './small-collection-store.js';
import type { TestServer } from './test-store.js';

const namespace = 'http://example.org/lacuna/';
const records = 40;
const [by, reason] = ['Núria "Soler"\\Vidal', 'línia 1\nlínia 2 \u{1f9f5}'];

interface Opened {
  readonly store: Store;
  readonly enrichment: Enrichment;
  readonly close: () => Promise<void>;
}

async function openEmbedded(folder: string): Promise<Opened> {
  const { store, enrichment, close } = await trainedEnrichment(folder, { records });
  return { store, enrichment, close };
}

/** The collection in a fresh server, and a store on it that may write the predictions alone. */
async function openServer(folder: string, start: () => Promise<TestServer>): Promise<Opened> {
  const server = await start();
  await loadSmallCollection(server, folder, records);
  const store = openLimited(server);
  const { enrichment } = await trainedEnrichment(folder, { store });
  const close = async (): Promise<void> => {
    await store.close();
    await server.stop();
  };
  return { store, enrichment, close };
}

function reviewing(name: string, open: (folder: string) => Promise<Opened>, skip?: string): void {
  describe(`what curators reject, in ${name}`, { skip: skip ?? false }, () => {
    let folder: string;
    let parts: Opened;
    let published: Quad[];
    let wrong: Published;

    const graph = (): Promise<Quad[]> => predictions(parts.store);
    const reading = (): { store: Store; graph: string; pageSize: number; namespace: string } => ({
      store: parts.store,
      graph: predictionsGraph,
      pageSize: 50,
      namespace,
    });
    const rejections = async (): Promise<Rejection[]> => {
      const found: Rejection[] = [];
      for await (const page of rejectionPages(reading()))
        found.push(...page.map(({ rejection }) => rejection));
      return found;
    };

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'lacuna-reviewing-'));
      parts = await open(folder);
      await completed(parts.enrichment);
      published = await graph();
      wrong = decisionsIn(published)[0]!;
    });

    after(async () => {
      // A failed `before` leaves it undefined.
      await (parts as Opened | undefined)?.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('rejecting takes the value away, and no run brings it back', async () => {
      const { record, task } = wrong;
      const review = { action: 'reject', record, task, by, reason } as const;
      const { counts } = await completed(parts.enrichment, { kind: 'review', review });
      assert.equal(counts!['predictions'], 1);
      assert.deepEqual(saying(await graph(), wrong), []);
      const { summary } = await completed(parts.enrichment);
      assert.equal(summary!.tasks[task]!.rejectedByCurator, 1);
      assert.equal(summary!.written.triples, 0);
      assert.equal((await completed(parts.enrichment)).summary!.recordsExamined, 0);
      await completed(parts.enrichment, { reexamine: true });
      assert.deepEqual(saying(await graph(), wrong), []);
    });

    test('who, when and why are kept, and the check and the exports take them', async () => {
      const [rejection] = await rejections();
      assert.deepEqual(
        [rejection!.by, rejection!.reason, rejection!.at.toISOString()],
        [by, reason, '2026-03-01T03:00:00.000Z'],
      );
      const [finding, ...others] = await graphFindings(reading(), {});
      assert.deepEqual([finding!.state, others.length], ['ok', 0], JSON.stringify(finding));
      const text = async (format: 'nq' | 'trig' | 'ttl' | 'csv'): Promise<string> => {
        const spreadsheet = {
          profile: await smallProfile(),
          vocabulary: { select: parts.store.select.bind(parts.store), hasSources: false },
          language: 'en',
          address: 'http://127.0.0.1:8080',
          byteOrderMark: false,
        };
        let all = '';
        for await (const part of exportText(reading(), { format, selection: {}, spreadsheet })) all += part;
        return all;
      };
      for (const format of ['nq', 'trig', 'ttl'] as const) {
        const quads = new Parser().parse(await text(format));
        const own = quads.filter(({ subject }) => subject.value === rejection!.iri);
        assert.equal(own.length, 9, format);
        assert.ok(own.some(({ object }) => object.value === reason));
      }
      const table = await text('csv');
      assert.ok(!table.includes(rejection!.iri));
      // A row each for the decisions, and the head.
      assert.equal(table.trim().split('\r\n').length, decisionsIn(await graph()).length + 1);
    });

    test('a rejection comes back when a cleared graph is published again', async () => {
      const before = await graph();
      await parts.store.write({ insert: [], remove: before });
      await completed(parts.enrichment, { kind: 'republish' });
      assert.deepEqual(quadKeys(await graph()), quadKeys(before));
    });

    test('a check finds what is published although it is rejected', async () => {
      const [quads, now] = [published, new Set((await graph()).map(quadKey))];
      const back = quads.filter((each) => !now.has(quadKey(each)));
      await parts.store.write({ insert: back, remove: [] });
      const [finding] = await graphFindings(reading(), {});
      assert.equal(finding!.state, 'problem');
      assert.match(JSON.stringify(finding!.details), /says what Núria .* has rejected/);
      await parts.store.write({ insert: [], remove: back });
    });

    test('withdrawn, the same statement is made again', async () => {
      const { record, task } = wrong;
      const review = { action: 'withdraw', record, task } as const;
      await completed(parts.enrichment, { kind: 'review', review });
      assert.deepEqual(await rejections(), []);
      const { summary } = await completed(parts.enrichment);
      assert.equal(summary!.tasks[task]!.published, 1);
      assert.deepEqual(keysWithoutRuns(await graph()), keysWithoutRuns(published));
    });
  });
}

reviewing('the embedded store', openEmbedded);
for (const { name, start, skip } of servers) reviewing(name, (folder) => openServer(folder, start), skip);
