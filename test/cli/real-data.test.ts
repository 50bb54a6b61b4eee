import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { RunState, RunSummary } from '../../src/enrichment/run-state.js';
import type { SkipEntry } from '../../src/enrichment/skips.js';
import { reportSchema } from '../../src/learning/report/report-schema.js';
import type { ModelCard } from '../../src/models/card.js';
import { lacuna, temporaryFolder } from './lacuna.js';

const timeout = 25 * 60_000;
const tasks = ['place', 'timespan', 'technique', 'material'];

/** The folder of the real museum data; undefined, with the test skipped, when there is none. */
function realData(t: TestContext): string | undefined {
  const data = process.env['LACUNA_DATA'];
  if (data === undefined || data === '') {
    t.skip('LACUNA_DATA is not set: needs the real museum data');
    return undefined;
  }
  const folder = path.resolve(data);
  if (!existsSync(folder)) throw new Error(`LACUNA_DATA is set to ${folder}, which does not exist`);
  return folder;
}

/** What a command printed with --json; it must have worked. */
async function answered<T>(folder: string, args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await lacuna(folder, [...args, '--json']);
  assert.equal(code, 0, stderr || stdout);
  return JSON.parse(stdout) as T;
}

async function configure(folder: string, sections: Readonly<Record<string, unknown>>): Promise<void> {
  const config = { profile: 'silknow', tasks: { depiction: { enabled: false } }, ...sections };
  // JSON is YAML.
  await writeFile(path.join(folder, 'config.yaml'), JSON.stringify(config, null, 2));
}

/** Mean macro-F1 of the four tasks on the test split, in percent. */
function average(
  t: TestContext,
  { metrics }: ModelCard,
  modality: string,
  records: 'where it has input' | 'all records',
): number {
  const figures = tasks.map((task) => {
    const measured = metrics['test']?.[modality]?.[task];
    assert.ok(measured !== undefined, `no test figures of ${modality} on ${task}`);
    return 100 * (records === 'all records' ? measured.whole : measured).macroF1;
  });
  const mean = figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
  t.diagnostic(
    `${modality}, ${records}: ${mean.toFixed(1)} (${tasks.map((task, k) => `${task} ${figures[k]!.toFixed(1)}`).join(', ')})`,
  );
  return mean;
}

function publishedPerTask(t: TestContext, { tasks: counts, written }: RunSummary): void {
  for (const task of tasks) {
    const { gaps, published } = counts[task]!;
    t.diagnostic(`${task}: ${published} of ${gaps} gaps filled`);
    assert.ok(published > 0, `nothing was published for ${task}`);
  }
  assert.equal(
    written.predictions,
    tasks.reduce((sum, task) => sum + counts[task]!.published, 0),
  );
}

test('the gaps of the real textiles are filled from texts and properties', { timeout }, async (t) => {
  const data = realData(t);
  if (data === undefined) return;
  const folder = await temporaryFolder(t);
  await configure(folder, {
    store: { kind: 'embedded', files: [path.join(data, 'textiles/kg.nq.gz')] },
    graphs: { read: ['http://example.org/graph/*'], predictions: 'http://example.org/predictions' },
    provenance: { namespace: 'http://example.org/lacuna/' },
    vocabulary: {
      files: [
        path.join(data, 'silknow/vocabulary/*.ttl'),
        path.join(data, 'silknow/vocabulary/*.ttl.gz'),
        path.join(data, 'textiles/places-extra.ttl'),
      ],
    },
    modalities: { image: { enabled: false } },
    training: { split: { kind: 'file', path: path.join(data, 'textiles/splits.tsv.gz') } },
  });

  const { card } = await answered<{ card: ModelCard }>(folder, ['train']);
  assert.deepEqual(card.split, { kind: 'file', train: 3275, validation: 1138, test: 1057 });
  // TF-IDF and balanced logistic regression of scikit-learn: 68.1.
  assert.ok(average(t, card, 'text', 'where it has input') >= 65.1);
  const single = [average(t, card, 'text', 'all records'), average(t, card, 'tabular', 'all records')];
  assert.ok(average(t, card, 'fusion', 'all records') >= Math.max(...single));

  const { report } = await answered<{ report: { json: string } }>(folder, ['evaluate']);
  const [evaluation] = reportSchema.parse(JSON.parse(await readFile(report.json, 'utf8'))).evaluations;
  assert.equal(evaluation!.isAsTrained, true);
  for (const { task, modalities, significance } of evaluation!.tasks) {
    const measured = Object.fromEntries(modalities.map((one) => [one.modality, one.whole.macroF1]));
    const onCard = ['text', 'tabular', 'fusion'].map((name) => [
      name,
      card.metrics['test']![name]![task]!.whole.macroF1,
    ]);
    assert.deepEqual(measured, Object.fromEntries(onCard));
    for (const { first, second, macroF1 } of significance) {
      t.diagnostic(
        `${task}: ${second} less ${first} ${(100 * macroF1.difference).toFixed(1)} points of macro-F1, p ${macroF1.p.toFixed(3)}`,
      );
    }
  }

  const { state, summary } = await answered<RunState>(folder, ['enrich']);
  assert.equal(state, 'completed');
  publishedPerTask(t, summary!);
  for (const modality of ['text', 'tabular', 'fusion']) {
    for (const task of tasks) {
      const { macroF1, accuracy } = summary!.testMetrics[modality]![task]!;
      assert.ok(macroF1 > 0 && macroF1 < 1 && accuracy > 0 && accuracy < 1, `${modality} ${task}`);
    }
  }

  const check = await lacuna(folder, ['check', '--graph']);
  assert.equal(check.code, 0, check.stdout);
  assert.match(
    check.stdout,
    new RegExp(`✓ predictions graph: all ${summary!.written.statements} statements have the right shape`),
  );

  const again = await answered<RunState>(folder, ['enrich']);
  assert.equal(again.summary!.recordsExamined, 0);
  assert.deepEqual(again.summary!.written, {
    predictions: 0,
    statements: 0,
    triples: 0,
    requests: 0,
    withdrawn: 0,
  });
});

test(
  'on the real SILKNOW records properties fill gaps, and photographs out of reach are counted',
  { timeout },
  async (t) => {
    const data = realData(t);
    if (data === undefined) return;
    const folder = await temporaryFolder(t);
    // Photographs move to a port where nothing listens, so that no test asks a museum's server for 36,000 of them.
    const graph = gunzipSync(await readFile(path.join(data, 'silknow/kg.nq.gz'))).toString('utf8');
    await writeFile(
      path.join(folder, 'kg.nq'),
      graph.replaceAll('<https://silknow.org/', '<http://127.0.0.1:9/'),
    );
    await configure(folder, {
      store: { kind: 'embedded', files: ['kg.nq'] },
      graphs: {
        read: ['http://data.silknow.org/graph/*'],
        predictions: 'http://data.silknow.org/predictions',
      },
      provenance: { namespace: 'http://data.silknow.org/lacuna/' },
      modalities: { text: { enabled: false }, fusion: { enabled: false } },
      training: { split: { kind: 'file', path: path.join(data, 'silknow/splits.tsv.gz') } },
      photographs: { allowPrivateAddresses: true },
    });

    const { card, skips } = await answered<{ card: ModelCard; skips: SkipEntry[] }>(folder, ['train']);
    assert.deepEqual(card.split, { kind: 'file', train: 13_246, validation: 4409, test: 4438 });
    // The published figure.
    assert.ok(average(t, card, 'tabular', 'all records') >= 55.6);
    assert.deepEqual(
      card.notTrained.map(({ modality }) => modality),
      ['image'],
    );
    const photographs = skips.filter(({ reason }) => /^photograph (?:host-)?unreachable$/.test(reason));
    const unreachable = photographs.reduce((sum, { count }) => sum + count, 0);
    t.diagnostic(`${unreachable} photographs out of reach`);
    assert.ok(unreachable > 20_000);
    assert.ok(
      photographs.every(({ examples }) => /^http:\/\/127\.0\.0\.1:9\/\S+ \(.+\)$/.test(examples[0]!)),
    );

    const { state, summary } = await answered<RunState>(folder, ['enrich', '--limit', '1000']);
    assert.equal(state, 'completed');
    assert.equal(summary!.recordsExamined, 1000);
    publishedPerTask(t, summary!);
  },
);
