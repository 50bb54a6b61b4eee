import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { reconciliationReport } from '../../src/cli/reconciliation-report.js';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { Journal } from '../../src/graph/journal.js';
import { RunFolder } from '../../src/enrichment/run-folder.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import type { Change } from '../../src/graph/store.js';
import { rdfs, rdfTerms } from '../../src/graph/prefixes.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';
import { lacuna, temporaryFolder, writeCollection } from './lacuna.js';

const graph = namedNode('http://data.silknow.org/predictions');
const statement = namedNode('http://data.silknow.org/lacuna/statement/1');
const typed = quad(statement, rdfTerms('type'), rdfTerms('Statement'), graph);
const told = quad(statement, rdfs('comment'), literal('from the texture', 'en'), graph);
const gone = quad(namedNode('http://data.silknow.org/object/1'), rdfs('seeAlso'), statement, graph);
const changed = quad(statement, rdfs('comment'), literal('who knows', 'en'), graph);
const foreign = quad(namedNode('http://example.org/other'), rdfs('label'), literal('a note'), graph);

/** Writes into the predictions graph as somebody else would. */
async function write(folder: string, change: Change): Promise<void> {
  const store = await openEmbeddedStore({
    files: [],
    log: path.join(folder, 'state', 'predictions.nq'),
    writableGraphs: [graph.value],
  });
  await store.write(change);
  await store.close();
}

test('lacuna reconcile says what differs, repairs when told to, and exits with 1 while differences remain', async (t) => {
  const folder = await temporaryFolder(t);
  await writeCollection(folder);
  await mkdir(path.join(folder, 'state'));
  const runs = new RunFolder(path.join(folder, 'state'));
  const id = '20260301T030000Z-0001';
  await runs.save({
    id,
    state: 'completed',
    trigger: 'demand',
    request: { trigger: 'demand' },
    startedAt: '2026-03-01T03:00:00.000Z',
    endedAt: '2026-03-01T03:00:01.000Z',
    progress: { done: 1, total: 1, label: 'done' },
  });
  const journal = await Journal.open(runs.journalPath(id));
  await journal.done(await journal.note({ insert: [typed, told, gone], remove: [] }));
  await journal.close();
  await write(folder, { insert: [typed, told, gone], remove: [] });

  const agrees = await lacuna(folder, ['reconcile']);
  assert.equal(agrees.code, 0, agrees.stderr);
  assert.match(agrees.stdout, /3 triples of the journals were compared.*\nJournals and graph agree\./);

  await write(folder, { insert: [changed, foreign], remove: [told, gone] });
  const log = await readFile(path.join(folder, 'state', 'predictions.nq'), 'utf8');
  const found = await lacuna(folder, ['reconcile']);
  assert.equal(found.code, 1, found.stderr);
  assert.match(found.stdout, /^missing {2}1 triples/m);
  assert.match(found.stdout, /^altered {2}1 properties/m);
  assert.match(found.stdout, /^foreign {2}1 triples/m);
  assert.match(
    found.stdout,
    /altered {2}<.*statement\/1> <.*comment>: there is "who knows"@en, should be "from the texture"@en/,
  );
  assert.match(
    found.stdout,
    /missing {2}<.*object\/1> <.*seeAlso>: there is nothing, should be <.*statement\/1>/,
  );
  assert.match(found.stdout, /foreign {2}<.*other> <.*label>: there is "a note"$/m);
  assert.match(found.stdout, /Nothing was written\. `lacuna reconcile --repair`/);
  assert.equal(await readFile(path.join(folder, 'state', 'predictions.nq'), 'utf8'), log);

  const asJson = await lacuna(folder, ['reconcile', '--json']);
  assert.equal(asJson.code, 1);
  const { counts, differences } = JSON.parse(asJson.stdout) as RunState;
  assert.equal(counts?.['remaining'], 3);
  assert.deepEqual(
    differences?.map(({ kind, there, expected }) => [kind, there.length, expected.length]).sort(),
    [
      ['altered', 1, 1],
      ['foreign', 1, 0],
      ['missing', 0, 1],
    ],
  );

  const repaired = await lacuna(folder, ['reconcile', '--repair']);
  assert.equal(repaired.code, 1, 'what is foreign remains');
  assert.match(repaired.stdout, /Put right: 2 triples written, 1 removed\. 1 differences remain\./);
  await write(folder, { insert: [], remove: [foreign] });
  await write(folder, { insert: [], remove: [gone] });
  const whole = await lacuna(folder, ['reconcile', '--repair']);
  assert.equal(whole.code, 0, whole.stderr);
  assert.match(whole.stdout, /Put right: 1 triples written, 0 removed\. 0 differences remain\./);
  const listed = await lacuna(folder, ['runs']);
  assert.match(listed.stdout, /completed/);
});

test('the report says how many foreign triples are said of blank nodes', () => {
  const run: RunState = {
    ...{ id: '20260301T030000Z-0001', state: 'completed', trigger: 'demand' },
    ...{
      request: { trigger: 'demand', kind: 'reconcile', dryRun: true },
      startedAt: '2026-03-01T03:00:00.000Z',
    },
    progress: { done: 0, total: 0, label: '' },
  };
  const counts = { quads: 9, missing: 0, altered: 0, foreign: 5, pending: 0, remaining: 5 };
  assert.match(
    reconciliationReport(run, { ...counts, blank: 3 }).join('\n'),
    /foreign {2}5 .*\n +3 of them .*blank/,
  );
  assert.doesNotMatch(reconciliationReport(run, { ...counts, blank: 0 }).join('\n'), /blank/);
});
