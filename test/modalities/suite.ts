import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import { silent } from '../../src/config/progress.js';
import type { Case, LabelledCase, LearnableTask, Opinion } from '../../src/modalities/case.js';
import type { Modality, TrainedModality, TrainingContext } from '../../src/modalities/modality.js';

/** What the suite needs to put one modality through its paces. */
export interface ModalityFixture {
  readonly modality: Modality;
  /** At least two tasks, each with at least two classes that occur in `train`. */
  readonly tasks: readonly LearnableTask[];
  /** Cases from which every task can be learnt well above chance; a hundred or two will do. */
  readonly train: readonly LabelledCase[];
  readonly validation: readonly LabelledCase[];
  readonly test: readonly LabelledCase[];
  /** A case that offers the modality nothing to go on. */
  readonly silentCase: Case;
  /** Cases broken in the ways this modality can meet: they must neither throw nor disturb their neighbours. */
  readonly hostileCases: readonly Case[];
  /** False for one that cannot say why; true when left out. */
  readonly givesEvidence?: boolean;
  /** False for one that answers without a single label; true when left out. */
  readonly needsLabels?: boolean;
}

const context = (fixture: ModalityFixture, changes: Partial<TrainingContext> = {}): TrainingContext => ({
  tasks: fixture.tasks,
  seed: 7,
  progress: silent,
  ...changes,
});

async function folderBytes(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = (await readdir(folder)).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))] as const)),
  );
}

function checkOpinions(opinions: readonly Opinion[], candidate: Case, tasks: readonly LearnableTask[]): void {
  const { object, images } = candidate.record;
  assert.equal(new Set(opinions.map(({ task }) => task)).size, opinions.length, 'one opinion per task');
  for (const opinion of opinions) {
    const task = tasks.find(({ name }) => name === opinion.task);
    assert.ok(task, `unknown task ${opinion.task}`);
    assert.equal(opinion.scores.length, task.classes.length);
    assert.ok(
      opinion.scores.every((score) => score >= 0 && score <= 1),
      'scores lie in [0, 1]',
    );
    assert.ok(Math.abs(opinion.scores.reduce((sum, score) => sum + score, 0) - 1) < 1e-6, 'scores sum to 1');
    assert.ok(
      opinion.used === object || images.some(({ node, url }) => [node, url].includes(opinion.used)),
      'used is the object or one of its photographs',
    );
    const weights = opinion.evidence.map(({ weight }) => Math.abs(weight));
    assert.ok(weights.every(Number.isFinite), 'evidence has finite weights');
    assert.deepEqual(
      weights,
      weights.toSorted((a, b) => b - a),
      'strongest evidence first',
    );
    assert.ok(opinion.evidence.every(({ feature }) => feature.length > 0));
  }
}

const scoresOf = (opinions: readonly Opinion[], task: string) =>
  opinions.find((opinion) => opinion.task === task)?.scores;

const withRecord = (labelled: LabelledCase, changes: Partial<Case['record']>): LabelledCase => ({
  ...labelled,
  record: { ...labelled.record, ...changes },
});

/** The conformance suite: everything the rest of the house relies on in a modality. */
export function modalitySuite(
  name: string,
  createFixture: () => ModalityFixture | Promise<ModalityFixture>,
): void {
  describe(`modality ${name}`, () => {
    let fixture: ModalityFixture;
    let model: TrainedModality;
    let predictions: readonly (readonly Opinion[])[];
    let scratch: string;
    const emptyFolder = () => mkdtemp(path.join(scratch, 'model-'));

    before(async () => {
      scratch = await mkdtemp(path.join(os.tmpdir(), `lacuna-${name}-`));
      fixture = await createFixture();
      model = await fixture.modality.train(fixture.train, fixture.validation, context(fixture));
      predictions = await model.predict(fixture.test);
    });
    after(() => rm(scratch, { recursive: true, force: true }));

    test('has something to say of every task, in proper form', () => {
      assert.equal(predictions.length, fixture.test.length);
      predictions.forEach((opinions, index) =>
        checkOpinions(opinions, fixture.test[index] as Case, fixture.tasks),
      );
      for (const task of fixture.tasks) {
        assert.ok(
          predictions.some((opinions) => scoresOf(opinions, task.name)),
          `no opinion on ${task.name}`,
        );
      }
      assert.equal(
        predictions.flat().some(({ evidence }) => evidence.length > 0),
        fixture.givesEvidence ?? true,
        'evidence',
      );
    });

    test('says the same unexplained', async () => {
      const bare = await model.predict(fixture.test, { isExplained: false });
      assert.deepEqual(
        bare,
        predictions.map((opinions) => opinions.map((opinion) => ({ ...opinion, evidence: [] }))),
      );
    });

    test('learns: beats the commonest class on every task', () => {
      for (const task of fixture.tasks) {
        const judged = fixture.test.flatMap((labelled, index) => {
          const truth = labelled.labels[task.name];
          const scores = scoresOf(predictions[index] ?? [], task.name);
          return truth === undefined || scores === undefined ? [] : [{ truth, scores }];
        });
        const right = judged.filter(
          ({ truth, scores }) => scores.indexOf(Math.max(...scores)) === truth,
        ).length;
        const commonest = Math.max(
          ...task.classes.map((_, index) => judged.filter(({ truth }) => truth === index).length),
        );
        assert.ok(right > commonest, `${task.name}: ${right} right, commonest class ${commonest}`);
      }
    });

    test('keeps the order of the cases, and a case does not depend on its neighbours', async () => {
      const backwards = await model.predict(fixture.test.toReversed());
      assert.deepEqual(backwards.toReversed(), predictions);
      const [alone] = await model.predict(fixture.test.slice(0, 1));
      assert.deepEqual(alone, predictions[0]);
      assert.deepEqual(await model.predict([]), []);
    });

    test('a case that offers nothing gets an empty list', async () => {
      assert.equal(fixture.modality.applies(fixture.silentCase), false);
      assert.deepEqual(await model.predict([fixture.silentCase]), [[]]);
      assert.ok(fixture.test.some((candidate) => fixture.modality.applies(candidate)));
    });

    test('broken records neither throw nor disturb their neighbours', async () => {
      const good = fixture.test[0] as LabelledCase;
      for (const hostile of fixture.hostileCases) fixture.modality.applies(hostile);
      const mixed = await model.predict([...fixture.hostileCases, good]);
      assert.equal(mixed.length, fixture.hostileCases.length + 1);
      assert.deepEqual(mixed.at(-1), predictions[0]);
      fixture.hostileCases.forEach((hostile, index) =>
        checkOpinions(mixed[index] ?? [], hostile, fixture.tasks),
      );
      const labelledHostile = fixture.hostileCases.map((hostile) => ({ ...hostile, labels: {} }));
      await fixture.modality.train(
        [...labelledHostile, ...fixture.train],
        fixture.validation,
        context(fixture),
      );
    });

    test("a task's own value, the title and the identifier are hidden from it", async () => {
      const sample = fixture.test.slice(0, 12);
      for (const task of fixture.tasks) {
        const before = (await model.predict(sample)).map((opinions) => scoresOf(opinions, task.name));
        for (const value of [undefined, ...task.classes]) {
          const changed = sample.map((labelled) => {
            const { [task.name]: _own, ...others } = labelled.record.known;
            const known = value === undefined ? others : { ...others, [task.name]: [value] };
            return withRecord(labelled, { known, label: `a title that says ${value}` });
          });
          const after = (await model.predict(changed)).map((opinions) => scoresOf(opinions, task.name));
          assert.deepEqual(after, before, `${task.name} = ${value}`);
        }
      }
    });

    test('the same seed gives the same bytes; saving twice gives the same bytes', async () => {
      const again = await fixture.modality.train(fixture.train, fixture.validation, context(fixture));
      const folders = [await emptyFolder(), await emptyFolder(), await emptyFolder()] as const;
      await model.save(folders[0]);
      await model.save(folders[1]);
      await again.save(folders[2]);
      const [first, second, third] = await Promise.all(folders.map(folderBytes));
      assert.ok(first && first.size > 0);
      assert.deepEqual(second, first);
      assert.deepEqual(third, first);
    });

    test('a loaded model predicts and describes itself exactly as the saved one', async () => {
      const folder = await emptyFolder();
      await model.save(folder);
      const loaded = await fixture.modality.load(folder, fixture.tasks);
      assert.deepEqual(await loaded.predict(fixture.test), predictions);
      assert.deepEqual(loaded.describe(), model.describe());
      const resaved = await emptyFolder();
      await loaded.save(resaved);
      assert.deepEqual(await folderBytes(resaved), await folderBytes(folder));
    });

    test('a damaged or missing file is MODEL_INVALID and named', async () => {
      const sound = await emptyFolder();
      await model.save(sound);
      for (const [file, bytes] of await folderBytes(sound)) {
        for (const damage of ['cut short', 'missing'] as const) {
          const folder = await emptyFolder();
          await model.save(folder);
          if (damage === 'missing') await rm(path.join(folder, file));
          else await writeFile(path.join(folder, file), bytes.subarray(0, Math.floor(bytes.length / 2)));
          await assert.rejects(
            fixture.modality.load(folder, fixture.tasks),
            (error) => isLacunaError(error, 'MODEL_INVALID') && error.message.includes(file),
            `${file} ${damage}`,
          );
        }
      }
    });

    test('a model for other classes is MODEL_INVALID', async () => {
      const folder = await emptyFolder();
      await model.save(folder);
      const others = fixture.tasks.map((task) => ({ ...task, classes: [...task.classes, 'another'] }));
      await assert.rejects(fixture.modality.load(folder, others), (error) =>
        isLacunaError(error, 'MODEL_INVALID'),
      );
    });

    test('a task without two classes of cases is left out, the others are learnt', async () => {
      const [starved, ...others] = fixture.tasks;
      assert.ok(starved);
      const strip = (cases: readonly LabelledCase[]) =>
        cases.map(({ labels, ...rest }) => {
          const { [starved.name]: own, ...kept } = labels;
          return { ...rest, labels: own === 0 ? labels : kept };
        });
      const partial = await fixture.modality.train(
        strip(fixture.train),
        strip(fixture.validation),
        context(fixture),
      );
      const given = (await partial.predict(fixture.test)).flat().map(({ task }) => task);
      assert.equal(given.includes(starved.name), fixture.needsLabels === false);
      for (const task of others) assert.ok(given.includes(task.name), task.name);
    });

    test('without anything to learn from it says so', async () => {
      const unlabelled = fixture.train.map((labelled) => ({ ...labelled, labels: {} }));
      for (const cases of [[], unlabelled]) {
        const training = fixture.modality.train(cases, [], context(fixture));
        if (fixture.needsLabels === false) await training;
        else await assert.rejects(training, (error) => isLacunaError(error, 'INPUT_INVALID'));
      }
    });

    test('trains without validation cases', async () => {
      const lone = await fixture.modality.train(fixture.train, [], context(fixture));
      assert.ok((await lone.predict(fixture.test)).flat().length > 0);
    });

    test('can be cancelled, before and during training and predicting', async () => {
      const cancelled = (error: unknown) => isLacunaError(error, 'CANCELLED');
      const signal = AbortSignal.abort();
      await assert.rejects(
        fixture.modality.train(fixture.train, fixture.validation, context(fixture, { signal })),
        cancelled,
      );
      await assert.rejects(model.predict(fixture.test, { signal }), cancelled);
      const controller = new AbortController();
      const progress = () => controller.abort();
      await assert.rejects(
        fixture.modality.train(
          fixture.train,
          fixture.validation,
          context(fixture, { signal: controller.signal, progress }),
        ),
        cancelled,
      );
    });

    test('reports progress that never runs past its total', async () => {
      const reports: (readonly [string, number, number])[] = [];
      await fixture.modality.train(
        fixture.train,
        fixture.validation,
        context(fixture, { progress: (label, done, total) => void reports.push([label, done, total]) }),
      );
      assert.ok(reports.length > 0);
      assert.ok(reports.every(([label, done, total]) => label.length > 0 && done >= 0 && done <= total));
    });

    test('describes itself for a curator', () => {
      const description = model.describe();
      assert.equal(description.modality, fixture.modality.name);
      assert.equal(model.name, fixture.modality.name);
      assert.ok(description.encoder.length > 0);
      assert.ok(description.explanation.length > 40);
      assert.deepEqual(JSON.parse(JSON.stringify(description)), description);
    });
  });
}
