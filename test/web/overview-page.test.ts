import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { chromium, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { createServer } from '../../src/daemon/server.js';
import { FakeRuns } from '../daemon/fake-runs.js';
import { config, profile } from '../daemon/serving.js';
import { explainedCollection, type ExplainedCollection } from '../daemon/explained-collection.js';
import { dots } from '../daemon/small-collection.js';

const executablePath = process.env['LACUNA_CHROMIUM'] ?? '/usr/bin/chromium';
const isRequired = process.env['LACUNA_REQUIRE_BROWSER'] === '1';
const skip =
  !isRequired && !existsSync(executablePath)
    ? `needs Chromium at ${executablePath} (LACUNA_CHROMIUM names another, LACUNA_REQUIRE_BROWSER=1 makes this a failure)`
    : false;
/** Screenshots are kept here when it is set. */
const screenshots = process.env['LACUNA_SCREENSHOTS'];

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const sizes = [
  { name: 'laptop', width: 1280, height: 800 },
  { name: 'phone', width: 390, height: 844 },
];

const summary = {
  modelVersion: '2026-03-01-a',
  recordsExamined: 10,
  tasks: {
    place: {
      gaps: 10,
      published: 8,
      alreadyPublished: 0,
      abstained: 1,
      nothingToGoOn: 1,
      rejectedByCurator: 0,
      failed: 0,
      unchanged: 0,
    },
    depiction: {
      gaps: 6,
      published: 4,
      alreadyPublished: 0,
      abstained: 2,
      nothingToGoOn: 0,
      rejectedByCurator: 0,
      failed: 0,
      unchanged: 0,
    },
  },
  written: { predictions: 12, statements: 48, triples: 720, requests: 1, withdrawn: 0 },
  skips: [
    { reason: 'photograph unreachable', count: 1, examples: ['https://photographs.example/north-2.jpg'] },
  ],
};

describe('the overview page in a browser', { skip }, () => {
  const runs = new FakeRuns();
  let collection: ExplainedCollection;
  let server: FastifyInstance;
  let browser: BrowserContext;
  let userData: string;
  let url: string;

  before(async () => {
    runs.start({ trigger: 'schedule' });
    runs.end('completed', '2026-03-01T03:10:00.000Z', summary);
    collection = await explainedCollection();
    server = await createServer({
      config,
      store: collection.store,
      runs,
      profile,
      photographs: dots,
      explanations: collection.explanations(),
      clock: () => new Date('2026-03-02T12:00:00Z'),
    });
    url = await server.listen({ host: '127.0.0.1', port: 0 });
    userData = await mkdtemp(path.join(tmpdir(), 'lacuna-browser-'));
    browser = await chromium.launchPersistentContext(userData, {
      executablePath,
      headless: true,
      args: quiet,
    });
  });
  after(async () => {
    await browser.close();
    await server.close();
    await rm(userData, { recursive: true, force: true });
    await collection.remove();
  });

  /** Opens the page; whatever the console complains of is in `complaints`, but for photographs that are away on purpose. */
  async function open(): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      const isPhotograph = message.location().url.includes('/photographs?');
      if ((message.type() === 'error' || message.type() === 'warning') && !isPhotograph)
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) complaints.push(`asked ${request.url()}`);
    });
    await page.goto(url);
    await page.locator('.record').first().waitFor();
    return { page, complaints };
  }

  async function keep(page: Page, name: string): Promise<void> {
    if (screenshots === undefined) return;
    await mkdir(screenshots, { recursive: true });
    await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
  }

  for (const { name, width, height } of sizes) {
    it(`shows coverage, the last run and examples on a ${name}`, async () => {
      const { page, complaints } = await open();
      await page.setViewportSize({ width, height });
      assert.equal(await page.title(), 'A small collection · Lacuna');
      const bar = page.getByRole('img', { name: /^Production place:/ });
      assert.equal(
        await bar.getAttribute('aria-label'),
        'Production place: 17 % recorded by the museum, 67 % filled by a prediction, 17 % still open',
      );
      const widths = await bar
        .locator('span')
        .evaluateAll((spans) =>
          (spans as unknown as { getBoundingClientRect(): { width: number } }[]).map(
            (span) => span.getBoundingClientRect().width,
          ),
        );
      const [known = 0, filled = 0, open_ = 0] = widths;
      assert.ok(Math.abs(filled / known - 4) < 0.1 && Math.abs(open_ / known - 1) < 0.1, widths.join(' '));

      const run = page.locator('#run');
      assert.match(await run.innerText(), /completed[^]*10 records examined, 12 predictions written/);
      await run.locator('summary').click();
      assert.match(await run.innerText(), /1 thing left out[^]*1 photograph unreachable/);
      assert.equal(await page.getByText('Made for a test.').count(), 1);

      assert.equal(await page.locator('.record').count(), 8);
      const details = page.locator('.record details').first();
      await details.locator('summary').click();
      assert.match(await details.innerText(), /%[^]*What weighed most[^]*museum = [^]*Model [\da-f]{16}/);
      await page.locator('.record img').first().scrollIntoViewIfNeeded();
      const loaded = await page
        .locator('.record img')
        .first()
        .evaluate(async (image) => {
          const picture = image as unknown as { decode(): Promise<void>; naturalWidth: number };
          await picture.decode();
          return picture.naturalWidth;
        });
      assert.equal(loaded, 640);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(overflow, 0, 'the page scrolls sideways');
      for (const image of await page.locator('.record img').all())
        await image.scrollIntoViewIfNeeded().catch(() => undefined);
      await page.getByText('The photograph cannot be reached').waitFor();
      await keep(page, name);
      assert.deepEqual(complaints, []);
      await page.close();
    });
  }

  it('shows where in the photograph a prediction was seen, or why it cannot', async () => {
    const { page, complaints } = await open();
    const askOf = async (museum: string, title: RegExp): Promise<Locator> => {
      const card = page
        .locator('.record')
        .filter({ hasText: museum })
        .filter({ has: page.getByRole('heading', { name: title }) });
      const details = card.locator('details').first();
      await details.locator('summary').click();
      await details.getByRole('button', { name: 'Show where in the photograph' }).click();
      return details;
    };
    const seen = await askOf('Museum of the north', /^Fragment of a velvet/);
    const figure = seen.locator('figure');
    await figure.waitFor();
    const image = figure.getByRole('img', {
      name: /^The photograph of Fragment of a velvet \(north\) that was looked at, in grey.* “France” in orange/,
    });
    assert.equal(
      await image.evaluate((drawn) => (drawn as unknown as { naturalWidth: number }).naturalWidth),
      336,
    );
    assert.match(
      await figure.innerText(),
      /speaks for “France”\s+speaks against it\s+(What speaks most|No part)/,
    );
    assert.match((await image.getAttribute('alt')) ?? '', /in the part: [a-z ]+\.$|alone\.$/);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await keep(page, `why-${colorScheme}`);
    }
    assert.deepEqual(complaints, []);

    const away = await askOf('Museum of the north', /^Damask with pomegranates/);
    await away.locator('.notice').waitFor();
    assert.match(await away.innerText(), /cannot be looked at: .* does not answer/);
    assert.equal(await away.getByRole('button').count(), 1);
    await page.close();
  });

  it('answers the query it begins with, and says what is wrong with a broken one', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Run the query' }).click();
    const table = page.locator('#answer table');
    await table.waitFor();
    assert.equal(await table.locator('tbody tr').count(), 20);
    assert.match(await table.innerText(), /20 rows in [\d,]+ ms[^]*Looks at the/);
    await keep(page, 'query');
    await page.getByLabel('SPARQL query').fill('SELECT * {');
    await page.keyboard.press('Control+Enter');
    await page.locator('#answer .notice').waitFor();
    assert.match(await page.locator('#answer').innerText(), /no SPARQL 1\.1 query/);
    await page.getByLabel('SPARQL query').fill('CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1');
    await page.keyboard.press('Control+Enter');
    await page.locator('#answer pre').waitFor();
    await page.close();
  });

  it('follows a run under way and shows its end', async () => {
    runs.start({ trigger: 'demand' });
    runs.change({ state: 'predicting', progress: { done: 40, total: 120, label: 'looking at records' } });
    const { page } = await open();
    assert.match(await page.locator('#run').innerText(), /predicting[^]*looking at records: 40 of 120/);
    await keep(page, 'running');
    runs.end('failed', '2026-03-02T12:00:10.000Z');
    runs.change({ error: { code: 'STORE_UNREACHABLE', message: 'The store is away.' } });
    await page.locator('#run .notice').waitFor();
    assert.match(await page.locator('#run').innerText(), /failed[^]*The store is away/);
    await page.close();
  });
});
