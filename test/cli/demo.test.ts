import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { RunState } from '../../src/enrichment/run-state.js';
import { packageRoot } from '../../src/config/package-root.js';
import { lacuna, startLacuna, type Ending, type Running } from './lacuna.js';
import { welcomed } from './served.js';

const browserPath = process.env['LACUNA_CHROMIUM'] ?? '/usr/bin/chromium';
const withoutBrowser =
  process.env['LACUNA_REQUIRE_BROWSER'] !== '1' && !existsSync(browserPath)
    ? `needs Chromium at ${browserPath} (LACUNA_CHROMIUM names another, LACUNA_REQUIRE_BROWSER=1 makes this a failure)`
    : false;
const screenshots = process.env['LACUNA_SCREENSHOTS'];
const predictions = 'http://sample.lacuna.example/predictions';
const crm = 'http://erlangen-crm.org/current/';
const properties = [
  `${crm}P126_employed`,
  `${crm}P32_used_general_technique`,
  `${crm}P4_has_time-span`,
  `${crm}P8_took_place_on_or_within`,
];

async function stopped(running: Running): Promise<Ending> {
  running.child.kill('SIGTERM');
  return running.ended;
}

const logOf = (folder: string): string => path.join(folder, 'state', 'predictions.nq');

const told = new RegExp(
  String.raw`^<[^>]+> <(?:http://www\.w3\.org/1999/02/22-rdf-syntax-ns#(?:subject|predicate|object)|http://data\.silknow\.org/ontology/L18)> `,
);

/** What the published statements say: subject, predicate, value and score of each, as N-Quads lines. */
async function saying(folder: string): Promise<string[]> {
  const lines = (await readFile(logOf(folder), 'utf8')).split('\n').filter((line) => told.test(line));
  assert.equal(new Set(lines).size, lines.length, 'a quad was logged twice');
  return lines.sort();
}

/** Runs `lacuna enrich` and sends it a signal as soon as it has written something. */
async function disturbed(folder: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<Ending> {
  const size = statSync(logOf(folder)).size;
  const running = startLacuna(folder, ['enrich']);
  while (statSync(logOf(folder)).size <= size) {
    assert.equal(running.child.exitCode, null, `it ended before it wrote:\n${running.said().stderr}`);
    await delay(5);
  }
  running.child.kill(signal);
  return running.ended;
}

/** A record of which the image modality says something in these quads, and the task it says it of. */
function lookedAt(quads: string): { record: string; task: string } {
  const activity = /^<([^>]+)> <[^>]+#wasAssociatedWith> <[^>]+\/agent\/image>/m.exec(quads)?.[1];
  assert.ok(activity !== undefined, 'no statement rests on a photograph');
  const statement = activity.replace('/activity/', '/statement/');
  const value = (name: string): string => {
    const found = new RegExp(`^<${statement}> <[^>]+#${name}> [<"]([^>"]+)[>"]`, 'm').exec(quads)?.[1];
    assert.ok(found !== undefined, `${statement} has no ${name}`);
    return found;
  };
  return { record: value('record'), task: value('task') };
}

async function rowsOf(address: string, query: string): Promise<Record<string, { value: string }>[]> {
  const response = await fetch(`${address}/sparql`, {
    method: 'POST',
    headers: { 'content-type': 'application/sparql-query', accept: 'application/sparql-results+json' },
    body: query,
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return (JSON.parse(text) as { results: { bindings: Record<string, { value: string }>[] } }).results
    .bindings;
}

suite('the demonstration, as a newcomer meets it', { timeout: 15 * 60_000 }, () => {
  let root: string;
  let folder: string;
  let demo: Running;
  let address: string;
  let text: string;

  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'lacuna-demo-'));
    folder = path.join(root, 'sample');
    demo = startLacuna(root, ['demo', '--folder', folder, '--records', '600', '--port', '0']);
    ({ address, text } = await welcomed(demo));
  });
  after(async () => {
    demo.child.kill('SIGKILL');
    await demo.ended;
    await rm(root, { recursive: true });
  });

  test('it tells its five steps, what it filled, and what it left out and why', () => {
    const { stderr } = demo.said();
    assert.match(stderr, /^1\/5 {2}Generating a sample collection of 600 records/);
    assert.match(stderr, /^4\/5 {2}✓ predictions graph: all \d+ statements have the right shape$/m);
    assert.doesNotMatch(stderr, /✗|fault of its own|Warning/);
    for (const property of ['Production place', 'Production date', 'Technique', 'Material']) {
      assert.match(text, new RegExp(`│ ${property} +│ +\\d+ \\(\\d+ %\\) │ +\\+ \\d+ │`));
    }
    assert.match(text, /material of .+ \(\w+\): .+, \d+ % sure, because /);
    for (const reason of ['not-found', 'truncated', 'not-an-image', 'too-many-pixels']) {
      assert.match(
        stderr,
        new RegExp(
          `^ +\\d+ {2}photograph ${reason}, e\\.g\\. http://sample\\.lacuna\\.example/photographs/`,
          'm',
        ),
      );
    }
    assert.match(text, /^ +2 {2}no production, e\.g\. http:/m);
    assert.match(text, /^ +\d+ {2}several productions, e\.g\. http:/m);
    assert.match(text, /^ +\d+ {2}two values for a single-label property, e\.g\. http:/m);
  });

  test('the command it prints, pasted into a shell, asks the graph', async (t) => {
    const command = /^ {6}curl .*--data-urlencode 'query=[^']*'$/m.exec(text)?.[0];
    assert.ok(command !== undefined, text);
    const run = promisify(execFile);
    const hasCurl = await run('curl', ['--version']).then(
      () => true,
      () => false,
    );
    if (!hasCurl) {
      t.skip('needs curl');
      return;
    }
    const { stdout } = await run('sh', ['-c', command]);
    const [header = '', ...rows] = stdout.trim().split(/\r?\n/);
    assert.equal(header, 'production,property,label,confidence,agent,how');
    assert.equal(rows.length, 20);
    for (const row of rows) {
      assert.match(
        row,
        /^http:\/\/sample\.lacuna\.example\/production\/[^,]+,http:\/\/erlangen-crm\.org\/current\/P\d+_[^,]+,[^,]+,(?:0\.\d+|1(?:\.0)?),http:\/\/sample\.lacuna\.example\/lacuna\/agent\/\w+,.{40,}$/,
      );
    }
  });

  test('the page shows the collection, and the console stays silent', { skip: withoutBrowser }, async () => {
    const profile = path.join(root, 'browser');
    const browser = await chromium.launchPersistentContext(profile, {
      executablePath: browserPath,
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
      viewport: { width: 1280, height: 900 },
    });
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        // A photograph that is missing or spoilt on purpose is answered with an error.
        const isPhotograph = message.location().url.includes('/photographs?');
        if (['error', 'warning'].includes(message.type()) && !isPhotograph) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith(address)) complaints.push(`asked ${request.url()}`);
      });
      await page.goto(`${address}/`);
      await page.locator('.record').first().waitFor();
      const bars = page.getByRole('img', { name: /% recorded by the museum/ });
      assert.equal(await bars.count(), 4);
      assert.match(await page.locator('#run').innerText(), /completed/);
      await page.locator('.record img').first().scrollIntoViewIfNeeded();
      // Not waitForFunction: what it evaluates later than at once the page's own policy forbids.
      await page.evaluate('document.querySelector(".record img").decode()');
      if (screenshots !== undefined) {
        await mkdir(screenshots, { recursive: true });
        await page.evaluate('scrollTo(0, 0)');
        await page.screenshot({ path: path.join(screenshots, 'demo.png'), fullPage: true });
      }
      assert.deepEqual(complaints, []);
    } finally {
      await browser.close();
    }
  });

  test('a run started over HTTP completes and writes nothing, as nothing has changed', async () => {
    const size = statSync(logOf(folder)).size;
    const response = await fetch(`${address}/runs`, { method: 'POST' });
    assert.equal(response.status, 202);
    const { id } = (await response.json()) as RunState;
    assert.equal(response.headers.get('location'), `/runs/${id}`);
    let run: RunState;
    do {
      await delay(100);
      run = (await (await fetch(new URL(`/runs/${id}`, address))).json()) as RunState;
    } while (!['completed', 'failed', 'cancelled', 'parked'].includes(run.state));
    assert.equal(run.state, 'completed');
    assert.deepEqual(run.summary!.written, {
      predictions: 0,
      statements: 0,
      triples: 0,
      requests: 0,
      withdrawn: 0,
    });
    assert.equal(statSync(logOf(folder)).size, size);
  });

  test('SIGTERM ends it in order', async () => {
    const { code, stderr } = await stopped(demo);
    assert.equal(code, 0);
    assert.match(stderr, /Stopping: [^\n]+\n$/);
    assert.equal(existsSync(`${logOf(folder)}.lock`), false);
  });

  test('afterwards the other commands work on what it left', async () => {
    const check = await lacuna(folder, ['check', '--graph']);
    assert.equal(check.code, 0, check.stdout);
    assert.match(check.stdout, /✓ predictions graph: all \d+ statements/);
    assert.doesNotMatch(check.stdout, /✗/);

    const enrich = await lacuna(folder, ['enrich']);
    assert.equal(enrich.code, 0, enrich.stderr);
    assert.match(enrich.stdout, /completed: 0 records examined/);
    assert.match(enrich.stdout, /It published 0 predictions \(0 statements, 0 triples\)/);

    const list = await lacuna(folder, ['runs', '--json']);
    const { runs } = JSON.parse(list.stdout) as { runs: RunState[] };
    assert.deepEqual(
      runs.map(({ state }) => state),
      ['completed', 'completed', 'completed'],
    );
    const first = runs.at(-1)!;
    const one = await lacuna(folder, ['runs', first.id]);
    assert.match(one.stdout, new RegExp(`Run ${first.id} completed: \\d+ records examined`));

    const gaps = await lacuna(folder, ['gaps']);
    assert.match(gaps.stdout, /│ all +│ +\d+ │ +\d+ \(\d+ %\)/);
    const listed = await lacuna(folder, ['gaps', '--task', 'technique', '--list', '--limit', '3']);
    assert.match(listed.stdout, /^(?:http:\/\/sample\.lacuna\.example\/object\/\S+\ttechnique\n){3}$/);

    const evaluate = await lacuna(folder, ['evaluate', '--json']);
    const { metrics } = JSON.parse(evaluate.stdout) as { metrics: Record<string, object> };
    assert.deepEqual(Object.keys(metrics).sort(), ['fusion', 'image', 'tabular', 'text']);

    const exported = await lacuna(folder, ['export', 'out.nq']);
    assert.equal(exported.code, 0, exported.stderr);
    const lines = (await readFile(path.join(folder, 'out.nq'), 'utf8')).trim().split('\n');
    assert.ok(lines.length > 100 && lines.every((line) => line.endsWith(`<${predictions}> .`)));
  });

  test('why shows where in its photograph a value was seen, and draws it', async () => {
    const said = lookedAt(await readFile(path.join(folder, 'out.nq'), 'utf8'));
    const args = ['why', '--record', said.record, '--task', said.task];
    const why = await lacuna(folder, [...args, 'why.webp']);
    assert.equal(why.code, 0, why.stderr);
    assert.match(
      why.stdout,
      /^.+, [\d.]+ %, by the photograph <http:[^]*(?:│ \d +(?:│ +−?\d+\.\d\d ){7}│\s+){7}/,
    );
    assert.match(why.stdout, /\nDrawn on the photograph in why\.webp\n$/);
    const drawing = await readFile(path.join(folder, 'why.webp'));
    assert.equal(drawing.subarray(8, 12).toString(), 'WEBP');
    assert.ok(drawing.length <= 30_000, String(drawing.length));
    const json = await lacuna(folder, [...args, '--json']);
    const { task, cells } = JSON.parse(json.stdout) as { task: string; cells: number[][] };
    assert.deepEqual([task, cells.flat().length], [said.task, 49]);

    const unknown = await lacuna(folder, ['why', '--record', `${said.record}x`, '--task', said.task]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /Nothing is published of/);
    const misnamed = await lacuna(folder, [...args, 'why.txt']);
    assert.equal(misnamed.code, 2);
    assert.match(misnamed.stderr, /let it end in \.webp or \.png/);
  });

  test('disturbed while it publishes and started again, a run ends where an undisturbed one does', async () => {
    // A threshold that the small sample reaches in every property: all gaps are due again.
    const config = path.join(folder, 'config.yaml');
    const automatic = /threshold: auto/g;
    await writeFile(config, (await readFile(config, 'utf8')).replace(automatic, 'threshold: 0.3'));
    const killed = path.join(root, 'killed');
    const parked = path.join(root, 'parked');
    for (const copy of [killed, parked]) await cp(folder, copy, { recursive: true });

    const before = (await saying(folder)).length;
    assert.equal((await lacuna(folder, ['enrich'])).code, 0);
    const expected = await saying(folder);
    assert.ok(expected.length > 2 * before, `${before} lines before, ${expected.length} after`);

    const death = await disturbed(killed, 'SIGKILL');
    assert.equal(death.code, null);
    assert.ok((await saying(killed)).length < expected.length, 'it was killed too late to prove anything');
    const afterDeath = await lacuna(killed, ['enrich']);
    assert.equal(afterDeath.code, 0, afterDeath.stderr);
    assert.match(afterDeath.stderr, /Taking up run \S+, which was interrupted\./);
    assert.deepEqual(await saying(killed), expected);

    const stop = await disturbed(parked, 'SIGTERM');
    assert.equal(stop.code, 130, stop.stderr);
    const id = /Run (\S+) is parked: what was written stays, and the next `lacuna enrich` goes on/.exec(
      stop.stderr,
    )?.[1];
    assert.ok(id !== undefined, stop.stderr);
    assert.ok((await saying(parked)).length < expected.length, 'it was parked too late to prove anything');
    const goingOn = await lacuna(parked, ['enrich', '--json']);
    assert.equal(goingOn.code, 0, goingOn.stderr);
    const finished = JSON.parse(goingOn.stdout) as RunState;
    assert.deepEqual([finished.id, finished.state], [id, 'completed']);
    assert.deepEqual(await saying(parked), expected);
  });

  test('the query of a consumer gets all four properties, with score, agent, explanation and label', async () => {
    const serving = startLacuna(folder, ['serve', '--port', '0']);
    try {
      const { address: served } = await welcomed(serving);
      const template = await readFile(path.join(packageRoot, 'queries', 'adasilk-predictions.rq'), 'utf8');
      const query = template
        .replaceAll('?_predictions', `<${predictions}>`)
        .replaceAll('?_last', '""')
        .replaceAll('?_language', '"en"')
        .replaceAll('?_labelProperties', '<http://www.w3.org/2004/02/skos/core#prefLabel>');
      const rows = await rowsOf(served, query);
      const statements = new Set(rows.map((row) => row['statement']!.value));
      assert.equal(statements.size, rows.length, 'one row per statement');
      assert.deepEqual([...new Set(rows.map((row) => row['predicate']!.value))].sort(), properties);
      for (const row of rows) {
        const { label, score, agent, explanation, used, time } = row;
        assert.ok(Number(score?.value) > 0 && Number(score?.value) <= 1, score?.value);
        assert.match(agent?.value ?? '', /^http:\/\/sample\.lacuna\.example\/lacuna\/agent\/\w+$/);
        assert.ok((explanation?.value.length ?? 0) > 40);
        assert.match(label?.value ?? '', /\w/, `${row['value']!.value} has no label`);
        assert.match(used?.value ?? '', /^http:/);
        assert.ok(!Number.isNaN(Date.parse(time?.value ?? '')));
      }
    } finally {
      assert.equal((await stopped(serving)).code, 0);
    }
  });
});
