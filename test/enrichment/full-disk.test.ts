import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import { RunFolder } from '../../src/enrichment/run-folder.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import { Statuses } from '../../src/enrichment/statuses.js';
import { NQuadsLog } from '../../src/graph/n-quads-log.js';
import { Journal } from '../../src/graph/journal.js';
import { ModelRegistry } from '../../src/models/registry.js';
import { difference, facts } from '../stores/facts.js';
import { rdfQuads } from './predicted-quads.js';
import { predictionsGraph, trainedEnrichment } from './small-enrichment.js';

const records = 60;

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-disk-'));
  t.after(async () => {
    // A disk that a test has mounted there goes first.
    spawnSync('umount', ['--lazy', path.join(folder, 'disk')]);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Mounts a disk of so many KiB at `disk` in a folder; the returned functions fill it, make it read-only, mend both. */
async function disk(parent: string, kibibytes: number) {
  const folder = path.join(parent, 'disk');
  await mkdir(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(kibibytes)}k`, 'tmpfs', folder]);
  const ballast = path.join(folder, 'ballast');
  const remount = (mode: string): void => {
    execFileSync('mount', ['-o', `remount,${mode}`, folder]);
  };
  return {
    folder,
    // What is left is less than a page.
    fill: () => writeFile(ballast, Buffer.alloc(kibibytes * 1024)).catch(() => undefined),
    free: () => rm(ballast),
    readOnly: () => remount('ro'),
    writable: () => remount('rw'),
    /** Room for this much and no more. */
    leave: async (bytes: number): Promise<void> => {
      await writeFile(ballast, Buffer.alloc(kibibytes * 1024)).catch(() => undefined);
      execFileSync('truncate', ['-s', `-${String(bytes)}`, ballast]);
    },
  };
}

function reasonToSkip(): string | false {
  const probe = path.join(tmpdir(), `lacuna-mount-${String(process.pid)}`);
  try {
    execFileSync('mkdir', ['-p', probe]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe]);
    return false;
  } catch {
    return 'no right to mount a small disk';
  } finally {
    execFileSync('rmdir', [probe]);
  }
}

const key = { graph: 'urn:g', object: 'urn:o', task: 'place' };
const status = { outcome: 'published', digest: 'x'.repeat(5000), judge: 'j', runId: '1' } as const;
const state = { id: '1', state: 'reading' } as RunState;

const isUnwritable =
  (name: RegExp) =>
  (error: unknown): boolean =>
    isLacunaError(error, 'STATE_UNWRITABLE') && name.test(error.message);

test('a run whose state cannot be saved at the end is on disk as one under way', async (t) => {
  const folder = await temporary(t);
  const runs = new RunFolder(folder);
  const publishing = { id: '20260301T030000Z-x', state: 'publishing' } as RunState;
  await runs.save(publishing);
  await symlink('/dev/full', path.join(folder, 'runs', publishing.id, 'run.json.new'));
  await assert.rejects(
    runs.save({ ...publishing, state: 'parked' }),
    isUnwritable(/^runs\/20260301T030000Z-x\/run\.json /),
  );
  assert.equal((await runs.get(publishing.id))?.state, 'publishing');
});

describe('on a disk that is full or read-only', { skip: reasonToSkip() }, () => {
  test('full: statuses and run.json say so, and work again when there is room', async (t) => {
    const device = await disk(await temporary(t), 512);
    const statuses = await Statuses.open(path.join(device.folder, 'statuses'));
    const runs = new RunFolder(device.folder);
    await device.fill();
    await assert.rejects(statuses.put([[key, status]]), isUnwritable(/^the folder statuses.*free space/));
    await assert.rejects(runs.save(state), isUnwritable(/^runs\/1\/run\.json.*free space/));
    const opened = Statuses.open(path.join(device.folder, 'others'));
    await assert.rejects(opened, isUnwritable(/^the folder statuses.*free space/));
    await device.free();
    await statuses.close();
    const again = await Statuses.open(path.join(device.folder, 'statuses'));
    await again.put([[key, status]]);
    assert.deepEqual(await again.get([key]), [status]);
    await again.close();
    await runs.save(state);
    assert.deepEqual(await runs.get('1'), state);
  });

  test('read-only: journal, log, statuses, run.json and models say so, and work again when it is mended', async (t) => {
    const device = await disk(await temporary(t), 512);
    const journal = path.join(device.folder, 'runs', '1', 'journal.ndjson');
    const log = path.join(device.folder, 'predictions.nq');
    await (await Journal.open(journal)).close();
    await (await Statuses.open(path.join(device.folder, 'statuses'))).close();
    const work: readonly (readonly [RegExp, () => Promise<unknown>])[] = [
      [/^1\/journal\.ndjson/, async () => (await Journal.open(journal)).close()],
      [
        /^the folder statuses/,
        async () => (await Statuses.open(path.join(device.folder, 'statuses'))).close(),
      ],
      [/^runs\/1\/run\.json/, () => new RunFolder(device.folder).save(state)],
      [/^the folder of models/, () => new ModelRegistry(path.join(device.folder, 'models')).stage('silknow')],
      [
        /^disk\/predictions\.nq/,
        () =>
          Promise.resolve().then(() => {
            const opened = new NQuadsLog(log);
            opened.append([], ['<urn:s> <urn:p> "x" <urn:g> .\n']);
            opened.close();
          }),
      ],
    ];
    device.readOnly();
    for (const [file, act] of work) await assert.rejects(act(), isUnwritable(file));
    device.writable();
    for (const [, act] of work) await act();
  });

  describe('in the middle of a run', () => {
    let prepared: string;
    let expected: string[];

    before(async () => {
      prepared = await mkdtemp(path.join(tmpdir(), 'lacuna-disk-whole-'));
      const whole = await trainedEnrichment(prepared, { records });
      const planned = whole.enrichment.plan({ trigger: 'demand' });
      assert.equal((await whole.enrichment.run(planned, { progress: () => undefined })).state, 'completed');
      expected = facts(await rdfQuads(whole.store, predictionsGraph));
      await whole.close();
      await rm(path.join(prepared, 'state'), { recursive: true });
      await rm(path.join(prepared, 'predictions.nq'), { force: true });
    });

    after(() => rm(prepared, { recursive: true, force: true }));

    test('a model that cannot be promoted leaves the one before in use', async (t) => {
      const device = await disk(await temporary(t), 4096);
      await cp(prepared, device.folder, { recursive: true });
      const registry = new ModelRegistry(path.join(device.folder, 'models'));
      const { version } = (await registry.current('silknow')).card;
      await device.fill();
      await assert.rejects(registry.promote('silknow', version), isUnwritable(/^silknow\/current\.json/));
      assert.equal((await registry.current('silknow')).card.version, version);
      await device.free();
      await registry.promote('silknow', version);
    });

    for (const kibibytes of [4, 24, 60, 120, 200]) {
      test(`${String(kibibytes)} KiB are left: the run parks, nothing is lost, and it goes on with room again`, async (t) => {
        const device = await disk(await temporary(t), 4096);
        const work = path.join(device.folder, 'work');
        await cp(prepared, work, { recursive: true });
        const first = await trainedEnrichment(work, { records });
        const planned = first.enrichment.plan({ trigger: 'demand' });
        await device.leave(kibibytes * 1024);
        const stopped = await first.enrichment
          .run(planned, { progress: () => undefined })
          .catch((error: unknown) => error as Error);
        if (stopped instanceof Error) {
          assert.ok(isUnwritable(/cannot be written/)(stopped), stopped.stack);
        } else {
          assert.equal(stopped.state, 'parked');
          assert.equal(stopped.error?.code, 'STATE_UNWRITABLE');
          assert.match(stopped.error.message, /free space/);
        }
        await first.close().catch((error: unknown) => {
          assert.ok(isUnwritable(/predictions\.nq/)(error), String(error));
        });
        await device.free();
        const second = await trainedEnrichment(work, { records });
        const left = await second.enrichment.interrupted();
        const ended = await second.enrichment.run(left ?? planned, { progress: () => undefined });
        assert.equal(ended.state, 'completed', ended.error?.message);
        const found = facts(await rdfQuads(second.store, predictionsGraph));
        assert.deepEqual(difference(found, expected), { lost: [], added: [] });
        assert.equal(found.length, expected.length);
        await second.close();
      });
    }
  });
});
