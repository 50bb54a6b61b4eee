import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { packageRoot } from '../../src/config/package-root.js';
import { buildReport } from '../../src/learning/report/build-report.js';
import { reportPage } from '../../src/learning/report/page/page.js';
import { sampleEvaluation } from '../learning/report/sample-evaluation.js';

const executablePath = process.env['LACUNA_CHROMIUM'] ?? '/usr/bin/chromium';
const isRequired = process.env['LACUNA_REQUIRE_BROWSER'] === '1';
const skip =
  !isRequired && !existsSync(executablePath)
    ? `needs Chromium at ${executablePath} (LACUNA_CHROMIUM names another, LACUNA_REQUIRE_BROWSER=1 makes this a failure)`
    : false;
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

describe('the evaluation report in a browser', { skip }, () => {
  let folder: string;
  let browser: BrowserContext;
  let url: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lacuna-report-'));
    const report = buildReport([sampleEvaluation(), sampleEvaluation('held-out museums')], {
      madeAt: new Date('2026-03-02T12:00:00Z'),
      seed: 7,
      against: sampleEvaluation('test records', 'fedcba9876543210'),
    });
    const style = readFileSync(path.join(packageRoot, 'src/web/report.css'), 'utf8');
    const file = path.join(folder, 'report.html');
    await writeFile(file, reportPage(report, style));
    url = pathToFileURL(file).href;
    browser = await chromium.launchPersistentContext(path.join(folder, 'browser'), {
      executablePath,
      headless: true,
      args: quiet,
    });
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(
    width: number,
    colorScheme: 'light' | 'dark',
  ): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:'))
        complaints.push(`asked ${request.url()}`);
    });
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.goto(url);
    return { page, complaints };
  }

  for (const width of [1280, 390]) {
    for (const scheme of ['light', 'dark'] as const) {
      it(`opens from the disk, ${width} pixels wide, ${scheme}: no complaint, no request, nothing runs over the edge`, async () => {
        const { page, complaints } = await open(width, scheme);
        assert.ok((await page.locator('svg').count()) > 15);
        assert.deepEqual(complaints, []);
        const over = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(over, 0);
        await page.close();
      });
    }
  }

  it('is accessible, in light and dark, with everything opened', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const { page } = await open(1280, scheme);
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      await page.evaluate(axe);
      const violations = await page.evaluate<Violation[]>('axe.run().then(({ violations }) => violations)');
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`),
        [],
      );
      await page.close();
    }
  });
});
