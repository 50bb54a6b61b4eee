import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import type { DraftCard } from '../../src/models/card.js';
import { ModelRegistry } from '../../src/models/registry.js';
import { asItIs } from '../enrichment/small-card.js';

const draft: DraftCard = {
  profile: 'test',
  trainedAt: '2026-01-01T00:00:00.000Z',
  codeVersion: '0.1.0',
  seed: 1,
  data: { store: 'test', digest: 'd', records: 10 },
  split: { kind: 'random', train: 6, validation: 2, test: 2 },
  targetPrecision: 0.8,
  tasks: [{ name: 'place', classes: ['FR', 'IT'], labelCounts: [3, 3], threshold: 0.7, foreignThreshold: null }],
  notLearnt: [],
  modalities: [],
  notTrained: [],
  fusion: null,
  decider: { place: 'tabular' },
  calibration: { tabular: { place: asItIs(1.2) } },
  familiarity: { place: { vam: { labelled: 30, share: 0.5 } } },
  metrics: {},
};

async function staged(registry: ModelRegistry, content: string): Promise<string> {
  const folder = await registry.stage('test');
  await mkdir(path.join(folder, 'tabular'));
  await writeFile(path.join(folder, 'tabular', 'trees.json'), content);
  return folder;
}

async function freshRegistry(): Promise<{ root: string; registry: ModelRegistry }> {
  const root = await mkdtemp(path.join(tmpdir(), 'lacuna-models-'));
  return { root, registry: new ModelRegistry(root) };
}

test('equal models get one version, whenever they were trained', async () => {
  const { root, registry } = await freshRegistry();
  const first = await registry.commit(await staged(registry, 'a'), draft);
  const again = await registry.commit(await staged(registry, 'a'), { ...draft, trainedAt: '2026-02-02T00:00:00.000Z' });
  const other = await registry.commit(await staged(registry, 'b'), draft);
  assert.equal(again.card.version, first.card.version);
  assert.notEqual(other.card.version, first.card.version);
  assert.deepEqual((await readdir(path.join(root, 'test'))).sort(), [first.card.version, other.card.version].sort());
});

test('a changed threshold is a changed version', async () => {
  const { registry } = await freshRegistry();
  const first = await registry.commit(await staged(registry, 'a'), draft);
  const stricter = { ...draft, tasks: [{ ...draft.tasks[0]!, threshold: 0.9 }] };
  const second = await registry.commit(await staged(registry, 'a'), stricter);
  assert.notEqual(second.card.version, first.card.version);
});

test('current is what was promoted; before that the error says to train', async () => {
  const { registry } = await freshRegistry();
  await assert.rejects(registry.current('test'), (error) => isLacunaError(error, 'MODEL_MISSING') && /lacuna train/.test(error.message));
  const { card } = await registry.commit(await staged(registry, 'a'), draft);
  await registry.promote('test', card.version);
  assert.equal((await registry.current('test')).card.version, card.version);
});

test('changed, missing and added files are all named at once', async () => {
  const { registry } = await freshRegistry();
  const folder = await staged(registry, 'a');
  await writeFile(path.join(folder, 'tabular', 'second.json'), 'x');
  const { folder: bundle, card } = await registry.commit(folder, draft);
  await writeFile(path.join(bundle, 'tabular', 'trees.json'), 'tampered');
  await rm(path.join(bundle, 'tabular', 'second.json'));
  await writeFile(path.join(bundle, 'tabular', 'extra.json'), 'x');
  await assert.rejects(registry.open('test', card.version), (error) => {
    assert.ok(isLacunaError(error, 'MODEL_INVALID'));
    assert.equal(error.problems.length, 3);
    assert.ok(error.problems.some((problem) => /second\.json is missing/.test(problem)));
    return true;
  });
});

test('a damaged card names the field', async () => {
  const { registry } = await freshRegistry();
  const { folder, card } = await registry.commit(await staged(registry, 'a'), draft);
  await writeFile(path.join(folder, 'card.json'), JSON.stringify({ ...card, seed: 'one' }));
  await assert.rejects(registry.open('test', card.version), (error) => isLacunaError(error, 'MODEL_INVALID') && /seed/.test(error.problems.join()));
  assert.deepEqual(await registry.list('test'), []);
});

test('training again mends a damaged bundle', async () => {
  const { registry } = await freshRegistry();
  const { folder, card } = await registry.commit(await staged(registry, 'a'), draft);
  await writeFile(path.join(folder, 'tabular', 'trees.json'), 'damaged');
  await assert.rejects(registry.open('test', card.version), (error) => isLacunaError(error, 'MODEL_INVALID'));
  const again = await registry.commit(await staged(registry, 'a'), draft);
  assert.equal(again.card.version, card.version);
  assert.deepEqual((await registry.open('test', card.version)).card, again.card);
});

test('messages name files by their place among the models, never by where the models are', async () => {
  const { root, registry } = await freshRegistry();
  const told = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
    } catch (error) {
      if (isLacunaError(error)) return [error.message, ...error.problems].join('\n');
    }
    return assert.fail('no error');
  };
  const { folder, card } = await registry.commit(await staged(registry, 'a'), draft);
  const messages = [await told(registry.current('test'))];
  await rm(path.join(folder, 'tabular', 'trees.json'));
  messages.push(await told(registry.open('test', card.version)));
  await writeFile(path.join(folder, 'card.json'), '{}');
  messages.push(await told(registry.open('test', card.version)));
  await writeFile(path.join(root, 'test', 'current.json'), '{"version":');
  messages.push(await told(registry.current('test')));
  assert.match(messages[1]!, new RegExp(`test/${card.version}/tabular/trees.json is missing`));
  assert.match(messages[3]!, /test\/current\.json names no version/);
  for (const message of messages) assert.ok(!message.includes(root), message);
});
