import assert from 'node:assert/strict';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import { silent } from '../../src/config/progress.js';
import { dataDigest } from '../../src/enrichment/data-digest.js';
import { cardMetrics, evaluateBundle } from '../../src/enrichment/evaluate-bundle.js';
import { Predictor } from '../../src/enrichment/predictor.js';
import { trainBundle, type TrainingPlan } from '../../src/enrichment/training.js';
import { assignSplits } from '../../src/learning/splits/random.js';
import type { Split } from '../../src/learning/splits/split.js';
import type { CollectionRecord } from '../../src/modalities/case.js';
import { createFusionModality, createPublishedFusionModality } from '../../src/modalities/fusion/index.js';
import { createTabularModality } from '../../src/modalities/tabular/index.js';
import { ModelRegistry, type Bundle } from '../../src/models/registry.js';
import { plainTraining } from './plain-training.js';
import { smallProfile } from './small-enrichment.js';
import { record, spyModality } from './spy-modality.js';

const profile = await smallProfile();

/** French damasks of Lyon and Italian velvets of Venice; every fifth is the other way round. */
const records: readonly CollectionRecord[] = Array.from({ length: 200 }, (_, id) => {
  const isFrench = (id % 5 === 0) !== (id % 2 === 0);
  const museum = id % 2 === 0 ? 'lyon' : 'venice';
  return record(id, {
    museum,
    graph: `http://example.org/graph/${museum}`,
    known: { place: [isFrench ? 'FR' : 'IT'], technique: [isFrench ? 'damask' : 'velvet'] },
  });
});
const objects = records.map(({ object }) => object);
const splits = assignSplits(objects, { train: 0.6, validation: 0.2, test: 0.2 }, 1);

const plan: TrainingPlan = {
  ...plainTraining,
  profile,
  modalities: [createTabularModality()],
  fusions: [createFusionModality()],
  splits,
};

async function trained(
  changes: Partial<TrainingPlan> = {},
  from: readonly CollectionRecord[] = records,
): Promise<{ bundle: Bundle; root: string }> {
  const root = await mkdtemp(path.join(tmpdir(), 'lacuna-training-'));
  const shell = { registry: new ModelRegistry(root), now: () => new Date(0), progress: silent };
  return { bundle: await trainBundle(from, { ...plan, ...changes }, shell), root };
}

/** The records with the values of one split turned round. */
const turned = (split: Split): CollectionRecord[] =>
  records.map((one) =>
    splits.get(one.object) === split
      ? { ...one, known: { place: [one.known['place']?.[0] === 'FR' ? 'IT' : 'FR'] } }
      : one,
  );

test('the same records, configuration and seed give the same version and card', async () => {
  const { bundle } = await trained();
  const { bundle: again } = await trained();
  assert.equal(again.card.version, bundle.card.version);
  assert.deepEqual(again.card, bundle.card);
});

test('without prediction sets nothing of them is on the card; with them nothing else differs', async () => {
  const { bundle } = await trained();
  assert.ok(!JSON.stringify(bundle.card).includes('predictionSet'));
  const { bundle: other } = await trained({ setCoverage: 0.8 });
  assert.notEqual(other.card.version, bundle.card.version, 'runs look at every gap again');
  const tasks = other.card.tasks.map(({ predictionSet, ...rest }) => {
    assert.equal(predictionSet?.coverage, 0.8);
    assert.equal(typeof predictionSet.threshold, 'number');
    assert.equal(predictionSet.foreignThreshold, null, 'two museums promise nothing of a third');
    return rest;
  });
  assert.deepEqual({ ...other.card, tasks, version: '' }, { ...bundle.card, version: '' });
});

/** Two museums and a description that tells French from Italian in four of five; most gaps of Venice would be French. */
const described: readonly CollectionRecord[] = Array.from({ length: 900 }, (_, id) => {
  const museum = id % 2 === 0 ? 'lyon' : 'venice';
  const draw = (salt: number): number =>
    ((Math.imul(id + 1, 2654435761) ^ Math.imul(salt, 40503)) >>> 8) % 100;
  const isGap = draw(1) < 35;
  const isFrench = draw(2) < (isGap ? 85 : museum === 'lyon' ? 80 : 20);
  const looksFrench = draw(3) < 80 ? isFrench : !isFrench;
  return record(id, {
    museum,
    graph: `http://example.org/graph/${museum}`,
    texts: [{ value: looksFrench ? 'fr' : 'it', language: 'en' }],
    known: isGap ? {} : { place: [isFrench ? 'FR' : 'IT'] },
  });
});
const describedSplits = assignSplits(
  described.map(({ object }) => object),
  { train: 0.6, validation: 0.2, test: 0.2 },
  1,
);
const reader = () =>
  spyModality('text', ({ record: { texts } }) => (texts[0]!.value === 'fr' ? [0.8, 0.2] : [0.2, 0.8]));

test('other shares among the gaps are found and corrected for, where that was asked for and does no harm', async () => {
  const spy = reader();
  const changes = { modalities: [spy], fusions: [], splits: describedSplits };
  const { bundle: plain } = await trained(changes, described);
  assert.ok(!JSON.stringify(plain.card).includes('labelShift'));
  const asked = spy.trainings.length;
  const { bundle } = await trained({ ...changes, labelShift: 'em' }, described);
  const { bundle: again } = await trained(
    { ...changes, modalities: [reader()], labelShift: 'em' },
    described,
  );
  const { bundle: first } = await trained(
    { ...changes, modalities: [reader()], labelShift: 'em' },
    described,
  );
  assert.deepEqual(again.card, first.card);
  assert.notEqual(bundle.card.version, plain.card.version);

  const finding = bundle.card.labelShift!['place']!;
  const gaps = described.filter(
    ({ object, known }) => known['place'] === undefined && describedSplits.get(object) !== 'test',
  );
  assert.equal(finding.gaps, gaps.length);
  assert.ok(finding.isKept && finding.tried > 80, JSON.stringify(finding));
  const { from, to } = bundle.card.calibration['text']!['place']!.labelShift!;
  assert.ok(Math.abs(from[0]! - 0.5) < 0.1 && to[0]! > 0.65, `${from[0]} ${to[0]}`);
  assert.ok(
    spy.trainings[asked]!.asked.every((object) => described.some((one) => one.object === object)),
    'the models that are kept are asked about the gaps',
  );
  // A gap that looks Italian is less surely so than a labelled record; nothing else on the card has changed but thresholds.
  const [before, after] = await Promise.all(
    [plain, bundle].map(async (one) => {
      const [judged] = await (
        await Predictor.load(one, [spy])
      ).predict([record('gap', { museum: 'lyon', texts: [{ value: 'it', language: 'en' }] })]);
      return judged!['place']!.decision.distribution['IT']!;
    }),
  );
  assert.ok(after! < before! - 0.1, `${before} ${after}`);
  assert.deepEqual(bundle.card.metrics, plain.card.metrics);
});

test('a correction that does harm is dropped, and the card says so', async () => {
  // The descriptions say which museum it is, and nothing of the place: the model knows the shares of each already.
  const known = described.map((one, id) => {
    const french = one.museum === 'lyon' ? id % 10 < 9 : id % 10 < 2;
    return { ...one, known: id % 5 === 0 ? {} : { place: [french ? 'FR' : 'IT'] } };
  });
  const asked = async (labelShift: 'none' | 'em'): Promise<Bundle> => {
    const spy = spyModality('text', ({ record: { museum } }) =>
      museum === 'lyon' ? [0.9, 0.1] : [0.1, 0.9],
    );
    const changes = { modalities: [spy], fusions: [], splits: describedSplits, labelShift };
    return (await trained(changes, known)).bundle;
  };
  const [plain, bundle] = [await asked('none'), await asked('em')];
  const { isKept, logLoss } = bundle.card.labelShift!['place']!;
  assert.ok(!isKept && logLoss.with > logLoss.without, JSON.stringify(logLoss));
  const { labelShift, ...rest } = bundle.card;
  assert.ok(labelShift);
  assert.deepEqual(rest, plain.card, 'as without asking, the version too');
});

test('test records decide nothing: turning their values round changes the figures and not the version', async () => {
  const { bundle } = await trained();
  const { bundle: other } = await trained({}, turned('test'));
  assert.equal(other.card.version, bundle.card.version);
  assert.deepEqual(other.card.metrics['validation'], bundle.card.metrics['validation']);
  assert.notDeepEqual(other.card.metrics['test'], bundle.card.metrics['test']);
  assert.notEqual(other.card.data.digest, bundle.card.data.digest);
});

test('validation records set the thresholds, training records the models', async () => {
  const { bundle } = await trained();
  const thresholds = ({ card }: Bundle) => card.tasks.map(({ threshold }) => threshold);
  const { bundle: validation } = await trained({}, turned('validation'));
  assert.notDeepEqual(thresholds(validation), thresholds(bundle));
  const { bundle: training } = await trained({}, turned('train'));
  assert.notDeepEqual(training.card.files, bundle.card.files);
});

test('models see training cases to learn, validation cases to stop, and test cases only to be measured', async () => {
  const spy = spyModality('text', () => [0.6, 0.4]);
  await trained({ modalities: [spy], fusions: [] });
  const of = (split: Split): string[] => objects.filter((object) => splits.get(object) === split);
  // Without fusion nothing is cross-fitted; what comes on top leaves out one museum each.
  const museums = new Set(records.map(({ museum }) => museum)).size;
  assert.equal(spy.trainings.length, 1 + museums);
  const [{ train, validation, asked }] = spy.trainings as [(typeof spy.trainings)[number]];
  assert.deepEqual(train, of('train'));
  assert.deepEqual(validation, of('validation'));
  assert.deepEqual(asked, [...of('validation'), ...of('test')]);
});

test('fusion learns from opinions of models that have not seen the case', async () => {
  const spy = spyModality('text', (candidate, _task, training) => {
    // A model that has learnt a case by heart is sure of it; on others it wavers.
    const hasSeen = spy.trainings[training]!.train.includes(candidate.record.object);
    return hasSeen ? [1, 0] : [0.5, 0.5];
  });
  const heard: (readonly number[])[] = [];
  const fusion = createFusionModality();
  await trained({
    modalities: [spy],
    fusions: [
      {
        ...fusion,
        train: (train, validation, context) => {
          for (const { opinions } of train) heard.push(...(opinions.text ?? []).map(({ scores }) => scores));
          return fusion.train(train, validation, context);
        },
      },
    ],
  });
  assert.ok(heard.length > 100);
  assert.ok(heard.every(([first]) => first === 0.5));
});

test('a modality with nothing to learn from is named, and the others are trained', async () => {
  const idle = spyModality('text', () => undefined, { refuses: true });
  const { bundle, root } = await trained({ modalities: [idle, createTabularModality()] });
  assert.deepEqual(bundle.card.notTrained, [{ modality: 'text', reason: 'text has nothing to learn from.' }]);
  assert.deepEqual((await readdir(bundle.folder)).sort(), ['card.json', 'fusion', 'tabular']);
  assert.equal((await new ModelRegistry(root).current(profile.id)).card.version, bundle.card.version);
});

test('a task with too few labels is named; without any task or modality nothing is saved', async () => {
  const bare = records.map((one) => ({ ...one, known: { place: one.known['place']! } }));
  const { bundle } = await trained({}, bare);
  assert.deepEqual(
    bundle.card.tasks.map(({ name }) => name),
    ['place'],
  );
  assert.match(bundle.card.notLearnt[0]!.reason, /fewer than two classes/);
  await assert.rejects(
    trained(
      {},
      records.map((one) => ({ ...one, known: {} })),
    ),
    (error) => isLacunaError(error, 'INPUT_INVALID') && error.problems.length === 2,
  );
  const idle = spyModality('text', () => undefined, { refuses: true });
  await assert.rejects(
    trained({ modalities: [idle] }),
    (error) => isLacunaError(error, 'INPUT_INVALID') && /text has nothing/.test(error.problems[0]!),
  );
});

test('another seed may give another model', async () => {
  const { bundle } = await trained();
  const { bundle: other } = await trained({ seed: 2 });
  assert.notEqual(other.card.version, bundle.card.version);
});

test('evaluating the loaded bundle gives the figures on the card', async () => {
  // A modality that is silent on a third of the records, and one that is best on average and decides without fusion.
  const spy = spyModality('text', ({ record: { object, museum } }) =>
    Number(object.split('/').at(-1)) % 3 === 0 ? undefined : museum === 'lyon' ? [0.9, 0.1] : [0.2, 0.8],
  );
  for (const fusions of [[createFusionModality()], [createPublishedFusionModality()], []]) {
    const modalities = [createTabularModality(), spy];
    const { bundle } = await trained({ modalities, fusions });
    const predictor = await Predictor.load(bundle, [...modalities, ...fusions]);
    // The published fusion has learnt from the validation records: the card's figures there are cross-fitted ones.
    const isPublished = bundle.card.fusion?.variant === 'published';
    for (const split of isPublished ? (['test'] as const) : (['test', 'validation'] as const)) {
      assert.deepEqual(
        cardMetrics(
          (await evaluateBundle(records, splits, split, predictor, { progress: silent })).modalities,
        ),
        bundle.card.metrics[split],
      );
    }
  }
});

test('classes called like numbers keep their order when a bundle is evaluated', async () => {
  // An object lists the keys 1600 and 1700 by size, whatever the profile's order.
  const classes = ['1700', '1600'].map((id) => ({
    id,
    concept: `http://example.org/${id}`,
    labels: {},
    alsoKnownAs: [],
    aliases: [],
  }));
  const century = { ...profile.tasks[0]!, name: 'century', classes };
  const dated = records.map((one, id) => ({ ...one, known: { century: [id % 2 === 0 ? '1700' : '1600'] } }));
  const spy = spyModality('text', ({ record: { museum } }) => (museum === 'lyon' ? [0.9, 0.1] : [0.1, 0.9]));
  const changes = { profile: { ...profile, tasks: [century] }, modalities: [spy], fusions: [] };
  const { bundle } = await trained(changes, dated);
  const predictor = await Predictor.load(bundle, [spy]);
  const { modalities } = await evaluateBundle(dated, splits, 'test', predictor, { progress: silent });
  const metrics = cardMetrics(modalities);
  assert.equal(metrics['text']?.['century']?.accuracy, 1);
  assert.deepEqual(metrics, bundle.card.metrics['test']);
});

test('a value that is known is hidden from whoever is asked about it', async () => {
  const modalities = [createTabularModality()];
  const { bundle } = await trained({ modalities });
  const predictor = await Predictor.load(bundle, [...modalities, createFusionModality()]);
  const ask = async (place: readonly string[]): Promise<unknown> => {
    const sample = records.slice(0, 30).map((one) => ({ ...one, known: { ...one.known, place } }));
    return (await predictor.predict(sample)).map((judgement) => judgement['place']);
  };
  const blank = await ask([]);
  assert.deepEqual(await ask(['FR']), blank);
  assert.deepEqual(await ask(['IT']), blank);
});

test('the digest depends on inputs, values and split, and not on the order or on titles', () => {
  const digest = dataDigest(records, splits);
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.equal(dataDigest(records.toReversed(), splits), digest);
  const first = records[0]!;
  const withFirst = (changes: Partial<CollectionRecord>): CollectionRecord[] => [
    { ...first, ...changes },
    ...records.slice(1),
  ];
  assert.equal(dataDigest(withFirst({ label: 'a title' }), splits), digest);
  const changes: Partial<CollectionRecord>[] = [
    { museum: 'elsewhere' },
    { known: {} },
    { texts: [{ value: 'velvet', language: 'en' }] },
    { images: [{ node: 'http://example.org/i', url: 'http://example.org/i.jpg' }] },
    { production: 'http://example.org/production/other' },
  ];
  for (const change of changes) assert.notEqual(dataDigest(withFirst(change), splits), digest);
  const moved = new Map(splits).set(first.object, splits.get(first.object) === 'test' ? 'train' : 'test');
  assert.notEqual(dataDigest(records, moved), digest);
});
