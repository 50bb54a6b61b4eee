import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { RunState } from '../../src/enrichment/run-state.js';
import type { Rejection } from '../../src/provenance/rejection.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import { lacuna, type Ending } from './lacuna.js';
import { smallConfiguration, tabularAlone } from './small-configuration.js';

const configuration = smallConfiguration('{ kind: embedded, files: [collection.nq] }') + tabularAlone;
// The small collection says neither where it is from nor how it was made.
const record = 'http://example.org/object/lyon-0012';
const gap = ['--record', record, '--task', 'place'];

suite('lacuna review', { timeout: 5 * 60_000 }, () => {
  let folder: string;

  const run = async (...args: string[]): Promise<Ending> => {
    const ending = await lacuna(folder, args);
    assert.equal(ending.code, 0, ending.stderr);
    return ending;
  };
  const listed = async (): Promise<Rejection[]> =>
    (JSON.parse((await run('review', 'list', '--json')).stdout) as { rejections: Rejection[] }).rejections;
  const enriched = async (): Promise<RunState> =>
    JSON.parse((await run('enrich', '--json')).stdout) as RunState;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lacuna-cli-review-'));
    await writeSmallCollection(folder, 60);
    await writeFile(path.join(folder, 'config.yaml'), configuration);
    await run('train', '--quiet');
    await run('enrich', '--quiet');
  });
  after(() => rm(folder, { recursive: true }));

  test('rejects what is published, tells so, and lists it', async () => {
    assert.match((await run('review', 'list')).stdout, /^No value is rejected\.\n$/);
    const dry = await run('review', 'reject', ...gap, '--by', 'Maria Soler', '--dry-run');
    assert.match(
      dry.stdout,
      /the value would be rejected\.\nWith it would go 1 predictions \(2 statements\)/,
    );
    assert.deepEqual(await listed(), []);

    const rejected = await run('review', 'reject', ...gap, '--by', 'Maria Soler', '--reason', 'no weft');
    assert.match(rejected.stdout, /completed: the value is rejected\.\nWith it went 1 predictions/);
    const [rejection, ...others] = await listed();
    assert.deepEqual(others, []);
    assert.deepEqual(
      [rejection!.record, rejection!.task, rejection!.by, rejection!.reason],
      [record, 'place', 'Maria Soler', 'no weft'],
    );
    assert.match(
      (await run('review', 'list')).stdout,
      /lyon-0012 │ +place │ +France │ +Maria Soler │ .*no weft │ +http:\/\/example\.org\/lacuna\/rejection\//,
    );
    assert.match((await run('check', '--graph')).stdout, /✓ predictions graph: all \d+ statements/);
  });

  test('enrich does not propose it again, and its report says so', async () => {
    const { stdout } = await run('enrich');
    assert.match(stdout, /rejected │ failed/);
    assert.match(stdout, /│ place +│ +40 │ +0 │ +0 │ +0 │ +0 │ +1 │ +0 │ +39 │/);
    assert.match(stdout, /published 0 predictions/);
    const again = await run('review', 'reject', ...gap, '--value', (await listed())[0]!.value, '--by', 'X');
    assert.match(again.stdout, /the value was rejected before\.\n$/);
  });

  test('withdraws by description and by IRI, and then it is proposed again', async () => {
    const [rejection] = await listed();
    const withdrawn = await run('review', 'withdraw', rejection!.iri);
    assert.match(
      withdrawn.stdout,
      /it withdrew 1 rejection\.\nThe next `lacuna enrich` looks at this gap anew/,
    );
    assert.equal((await enriched()).summary!.tasks['place']!.published, 1);
    await run('review', 'reject', ...gap, '--by', 'Maria Soler');
    await run('review', 'withdraw', ...gap, '--json');
    assert.deepEqual(await listed(), []);
    assert.equal((await enriched()).summary!.tasks['place']!.published, 1);
    const kinds = JSON.parse((await run('runs', '--json')).stdout) as { runs: RunState[] };
    assert.ok(kinds.runs.filter(({ request }) => request.kind === 'review').length >= 4);
  });

  test('what is unclear is refused with how to mend it', async () => {
    const refusals: [string[], number, RegExp][] = [
      [['reject', '--record', record, '--task', 'place'], 2, /--by <name>/],
      [['reject', ...gap, '--by', ' '], 2, /It is empty/],
      [['reject', '--record', 'lyon-0012', '--task', 'place', '--by', 'X'], 2, /is relative/],
      [['reject', ...gap, '--by', 'X', '--value', 'http://example.org/x'], 2, /no value that Lacuna writes/],
      [['reject', '--record', record, '--task', 'colour', '--by', 'X'], 1, /No such task: colour/],
      [['withdraw'], 2, /either its IRI, or --record and --task/],
      [['withdraw', 'http://example.org/r', ...gap], 2, /either its IRI, or --record and --task/],
      [['withdraw', ...gap], 1, /There is no such rejection/],
    ];
    for (const [args, code, reason] of refusals) {
      const ending = await lacuna(folder, ['review', ...args]);
      assert.equal(ending.code, code, `${args.join(' ')}: ${ending.stderr}`);
      assert.match(ending.stderr, reason);
    }
    assert.deepEqual(await listed(), []);
  });
});
