import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { reportSchema, type ReportComparison } from '../../src/learning/report/report-schema.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import { lacuna, temporaryFolder } from './lacuna.js';
import { smallConfiguration, tabularAlone } from './small-configuration.js';

interface Evaluated {
  readonly version: string;
  readonly isAsTrained: boolean;
  readonly metrics: Record<string, Record<string, { readonly whole: { readonly macroF1: number } }>>;
  readonly comparison?: ReportComparison;
  readonly report: { readonly html: string; readonly json: string };
}

test(
  'evaluate measures, compares with another model, and writes a page and JSON',
  { timeout: 300_000 },
  async (t) => {
    const folder = await temporaryFolder(t);
    const file = await writeSmallCollection(folder, 60);
    const configure = (seed: number): Promise<void> =>
      writeFile(
        path.join(folder, 'config.yaml'),
        `${smallConfiguration(`{ kind: embedded, files: [${file}] }`)}${tabularAlone}training: { seed: ${seed} }\n`,
      );
    const worked = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await lacuna(folder, args);
      assert.equal(code, 0, stderr || stdout);
      return stdout;
    };
    await configure(1);
    await worked('train', '--quiet');

    const plain = JSON.parse(await worked('evaluate', '--json')) as Evaluated;
    assert.equal(plain.isAsTrained, true);
    assert.equal(plain.comparison, undefined);
    assert.equal(plain.report.html, path.join(folder, 'state', 'reports', `${plain.version}-test.html`));
    const report = reportSchema.parse(JSON.parse(await readFile(plain.report.json, 'utf8')));
    const [{ model, tasks }] = report.evaluations as [(typeof report.evaluations)[0]];
    assert.equal(model.version, plain.version);
    for (const { task, modalities } of tasks) {
      for (const { modality, whole } of modalities) {
        assert.equal(whole.macroF1, plain.metrics[modality]![task]!.whole.macroF1);
      }
    }
    assert.match(await readFile(plain.report.html, 'utf8'), /<\/html>\s*$/);

    await configure(2);
    await worked('train', '--quiet');
    const page = path.join(folder, 'reports', 'second.html');
    const compared = JSON.parse(
      await worked('evaluate', '--report', page, '--against', plain.version.slice(0, 8), '--json'),
    ) as Evaluated;
    assert.deepEqual(compared.report, { html: page, json: page.replace('.html', '.json') });
    assert.equal(compared.comparison!.first.version, plain.version);
    assert.equal(compared.comparison!.second.version, compared.version);
    // The split comes from the seed, so the first model was trained on other records.
    assert.equal(compared.comparison!.bothAsTrained, false);
    assert.deepEqual(
      compared.comparison!.tasks.map(({ task }) => task),
      ['place', 'technique'],
    );
    const told = await worked(
      'evaluate',
      '--split',
      'validation',
      '--report',
      'out',
      '--against',
      plain.version,
    );
    assert.match(told, /McNemar p/);
    assert.match(told, new RegExp(`Report: out.${compared.version}-validation.html`));

    const unknown = await lacuna(folder, ['evaluate', '--against', 'nothing', '--json']);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /NOT_FOUND[^]*There is no sound model nothing[^]*give one of/);
  },
);
