import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { silent } from '../../../src/config/progress.js';
import { softmaxPerTask } from '../../../src/learning/heads.js';
import { createPhotographReader } from '../../../src/media/photograph-reader.js';
import type { LabelledCase, LearnableTask } from '../../../src/modalities/case.js';
import {
  isBackground,
  labelsWithBackground,
  withoutBackground,
} from '../../../src/modalities/image/background.js';
import { builtInEncoder } from '../../../src/modalities/image/encoders/built-in-encoder.js';
import { createImageModality } from '../../../src/modalities/image/index.js';
import { PhotographExplainer } from '../../../src/modalities/image/occlusion/photograph-explainer.js';
import { opinionOnTask } from '../../../src/modalities/image/task-opinion.js';
import { readerSettings } from '../../media/reader-settings.js';
import { record } from '../collection.js';
import { paintedCollection, paintedTasks } from './painted-collection.js';

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-background-'));
after(() => rm(scratch, { recursive: true, force: true }));

/** Italy is too rare. */
const learnt: readonly LearnableTask[] = [{ name: 'place', classes: ['ES', 'FR'] }, paintedTasks[1]!];

/** The painted collection as it is when Italy cannot be learnt. */
async function withRareClass(count: number, seed: number): Promise<LabelledCase[]> {
  const cases = await paintedCollection(scratch, count, seed);
  return cases.map((each) => {
    const { place, ...labels } = each.labels;
    const known = place === undefined ? {} : { place: [paintedTasks[0]!.classes[place]!] };
    const isLearnt = place !== undefined && place < 2;
    return {
      record: { ...each.record, known },
      opinions: {},
      labels: isLearnt ? { ...labels, place } : labels,
    };
  });
}

describe('the background of a task', () => {
  const task = { name: 'place', classes: ['ES', 'FR'] };
  const of = (known: Readonly<Record<string, readonly string[]>>, labels = {}): LabelledCase => ({
    record: record(1, { known }),
    opinions: {},
    labels,
  });

  it('is what has values of which none is learnt', () => {
    const expected: [Readonly<Record<string, readonly string[]>>, boolean][] = [
      [{}, false],
      [{ place: [] }, false],
      [{ place: ['ES'] }, false],
      [{ place: ['IT'] }, true],
      [{ place: ['IT', 'ES'] }, false],
      [{ place: ['IT', 'GB'] }, true],
      [{ technique: ['IT'] }, false],
    ];
    for (const [known, wanted] of expected) assert.equal(isBackground(of(known), task), wanted);
    const labels = (labelled: LabelledCase) => labelsWithBackground(labelled, learnt);
    assert.deepEqual(labels(of({ place: ['IT'] }, { technique: 0 })), { place: 2, technique: 0 });
    assert.deepEqual(labels(of({ place: ['FR'] }, { place: 1 })), { place: 1 });
    assert.deepEqual(labels(of({})), {});
  });

  it('is spread over the classes, whose order stays', () => {
    assert.deepEqual(withoutBackground([0.5, 0.25, 0.25], 2), [0.625, 0.375]);
    assert.deepEqual(withoutBackground([0.5, 0.5], 2), [0.5, 0.5]);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 3, maxLength: 8 }),
        (logits) => {
          const all = softmaxPerTask(Float64Array.from(logits), [logits.length])[0]!;
          const scores = withoutBackground(all, logits.length - 1);
          assert.equal(scores.length, logits.length - 1);
          assert.ok(Math.abs(scores.reduce((sum, score) => sum + score, 0) - 1) < 1e-9);
          assert.ok(scores.every((score) => score >= 0 && score <= 1 + 1e-12));
          for (const [a, one] of scores.entries())
            for (const [b, other] of scores.entries()) assert.ok(all[a]! > all[b]! || one <= other);
        },
      ),
    );
  });

  it('never decides, whatever its score, and makes a photograph less sure', () => {
    const photograph = (logits: readonly number[]) => ({
      logits: Float64Array.from(logits),
      without: () => Float64Array.from(logits),
    });
    // Of two tasks with two classes each the second has a background.
    const odd = photograph([0, 0, 1, 0, 9]);
    const plain = photograph([0, 0, 0, 1, -9]);
    const { scores } = opinionOnTask([odd], [2, 3], 1, 'highest', 2);
    assert.equal(scores.length, 2);
    assert.ok(scores[0]! > scores[1]! && scores[0]! < 0.51);
    for (const pooling of ['highest', 'mean'] as const) {
      const { decisive, scores: both } = opinionOnTask([odd, plain], [2, 3], 1, pooling, 2);
      assert.equal(both.length, 2);
      if (pooling === 'highest') assert.equal(decisive, 1);
    }
  });

  it('is learnt where asked for, is never answered, and is the same after it was saved', async () => {
    const photographs = createPhotographReader({
      ...readerSettings,
      maximumBytes: 1_000_000,
      folders: [scratch],
    });
    const [train, validation, test] = await Promise.all([
      withRareClass(90, 21),
      withRareClass(30, 22),
      withRareClass(40, 23),
    ]);
    const surest = async (background: boolean): Promise<{ learnt: number; rare: number }> => {
      const modality = createImageModality({ imbalance: 'focal', background, photographs });
      const model = await modality.train(train, validation, { tasks: learnt, seed: 5, progress: silent });
      const opinions = await model.predict(test);
      for (const { task, scores } of opinions.flat()) {
        const { classes } = learnt.find(({ name }) => name === task)!;
        assert.equal(scores.length, classes.length);
        assert.ok(Math.abs(scores.reduce((sum, score) => sum + score, 0) - 1) < 1e-9);
      }
      assert.equal(model.describe().parameters['background'], background ? true : undefined);
      const folder = await mkdtemp(path.join(scratch, 'saved-'));
      await model.save(folder);
      assert.deepEqual(await (await modality.load(folder, learnt)).predict(test), opinions);
      // The other property's scores begin behind the background, which an explanation has to know.
      const at = test.findIndex(({ record: { images } }) => images.length === 1);
      const { scores } = opinions[at]!.find(({ task }) => task === 'technique')!;
      const explainer = new PhotographExplainer({
        encoder: () => Promise.resolve(builtInEncoder),
        photographs,
        maximumBytes: 1_000_000,
        maximumPixels: 1_000_000,
      });
      const { url } = test[at]!.record.images[0]!;
      const { map } = await explainer.explain(
        { folder, version: 'x', tasks: learnt },
        { url, task: 'technique', classId: 'velvet' },
      );
      assert.ok(Math.abs(1 / (1 + Math.exp(-map.logOdds)) - scores[1]!) < 1e-4);
      const mean = (isWanted: (labelled: LabelledCase) => boolean): number => {
        const wanted = opinions.flatMap((each, index) => {
          const scores = each.find(({ task }) => task === 'place')?.scores;
          return scores !== undefined && isWanted(test[index]!) ? [Math.max(...scores)] : [];
        });
        assert.ok(wanted.length > 5);
        return wanted.reduce((sum, score) => sum + score, 0) / wanted.length;
      };
      return {
        learnt: mean(({ labels }) => labels['place'] !== undefined),
        rare: mean((labelled) => isBackground(labelled, learnt[0]!)),
      };
    };
    const [without, with_] = [await surest(false), await surest(true)];
    assert.ok(with_.rare < 0.65, `${with_.rare}`);
    assert.ok(with_.rare < without.rare - 0.1, `${with_.rare} ${without.rare}`);
    assert.ok(with_.learnt > with_.rare + 0.15, `${with_.learnt} ${with_.rare}`);
  });
});
