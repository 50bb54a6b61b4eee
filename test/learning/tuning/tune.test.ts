import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isLacunaError } from '../../../src/config/errors.js';
import type { Fold } from '../../../src/learning/splits/folds.js';
import { TrialLogFile, trialLogName } from '../../../src/learning/tuning/trial-log.js';
import { tune, type TuningOptions, type TuningResult } from '../../../src/learning/tuning/tune.js';
import { bowlFolds, bowlScore, bowlSpace, type Bowl } from './bowl.js';

const options: TuningOptions<Bowl> = {
  trials: 40,
  seed: 1,
  method: 'tpe',
  folds: bowlFolds,
  label: 'tuning',
  clock: () => 0,
};
const judge = (parameters: Bowl, fold: Fold): Promise<number> => Promise.resolve(bowlScore(parameters, fold));

async function temporaryLog(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-tuning-'));
  t.after(() => rm(folder, { recursive: true }));
  return path.join(folder, 'tuning', 'log.jsonl');
}

describe('a tuning', () => {
  test('is the same with the same seed, another with another', async () => {
    for (const method of ['random', 'tpe'] as const) {
      const run = (seed: number): Promise<TuningResult<Bowl>> =>
        tune(bowlSpace, judge, { ...options, method, seed });
      assert.deepEqual(await run(1), await run(1));
      assert.notDeepEqual((await run(1)).trials, (await run(2)).trials);
    }
  });

  test('by Parzen estimators comes nearer the best than one at random', async () => {
    const reached = async (method: 'random' | 'tpe'): Promise<number> => {
      let sum = 0;
      for (let seed = 1; seed <= 20; seed++) {
        sum += (await tune(bowlSpace, judge, { ...options, trials: 60, method, seed })).best.score;
      }
      return sum / 20;
    };
    const [random, tpe] = [await reached('random'), await reached('tpe')];
    assert.ok(tpe > random + 0.05, `${tpe} against ${random}`);
  });

  test('never ends below what is tried first', async () => {
    const first: Bowl = { x: 2, y: 0.1, kind: 'good' };
    const { best, trials } = await tune(bowlSpace, judge, { ...options, trials: 12, first: [first] });
    assert.deepEqual(trials[0]!.parameters, first);
    assert.deepEqual(best.parameters, first);
  });

  test('gives a hopeless trial up before all folds, and never calls it the best', async () => {
    const { best, trials } = await tune(bowlSpace, judge, { ...options, method: 'random' });
    const pruned = trials.filter(({ isPruned }) => isPruned);
    assert.ok(pruned.length >= 10);
    assert.ok(pruned.every(({ scores }) => scores.length < bowlFolds.length));
    assert.ok(trials.slice(0, 5).every(({ isPruned }) => !isPruned));
    assert.ok(!best.isPruned);
    const complete = trials.filter(({ isPruned }) => !isPruned).map(({ score }) => score);
    assert.equal(best.score, Math.max(...complete));
  });

  test('says how far it is and what is best so far', async () => {
    const said: [string, number, number][] = [];
    await tune(bowlSpace, judge, {
      ...options,
      trials: 3,
      first: [{ x: 2, y: 0.1, kind: 'good' }],
      progress: (...progress) => said.push(progress),
    });
    assert.deepEqual(said, [
      ['tuning (best so far 0.1000)', 1, 3],
      ['tuning (best so far 0.1000)', 2, 3],
      ['tuning (best so far 0.1000)', 3, 3],
    ]);
  });

  test('can be cancelled', async () => {
    const controller = new AbortController();
    let count = 0;
    const evaluate = (parameters: Bowl, fold: Fold): Promise<number> => {
      if (++count === 7) controller.abort();
      return judge(parameters, fold);
    };
    await assert.rejects(tune(bowlSpace, evaluate, { ...options, signal: controller.signal }), (error) =>
      isLacunaError(error, 'CANCELLED'),
    );
    assert.equal(count, 7);
  });

  test('of nothing is refused', async () => {
    for (const wrong of [{ trials: 0 }, { trials: 1.5 }, { folds: [] }]) {
      await assert.rejects(tune(bowlSpace, judge, { ...options, ...wrong }), (error) =>
        isLacunaError(error, 'INPUT_INVALID'),
      );
    }
  });
});

describe('a tuning that was killed', () => {
  const program = fileURLToPath(new URL('./mortal-tuning.js', import.meta.url));
  const run = (log: string, trials: number, lives: number): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [program, log, String(trials), String(lives)], { encoding: 'utf8' });
  const answer = ({ stdout }: ReturnType<typeof spawnSync>) =>
    JSON.parse(String(stdout)) as { result: TuningResult<Bowl>; evaluations: number };

  test('goes on where it stopped, to the result it would have had', async (t) => {
    const [log, other] = [await temporaryLog(t), await temporaryLog(t)];
    const whole = answer(run(other, 25, Infinity));
    assert.equal(whole.result.resumed, 0);

    const killed = run(log, 25, 31);
    assert.equal(killed.signal, 'SIGKILL');
    const finished = (await readFile(log, 'utf8')).trimEnd().split('\n').length;
    assert.ok(finished >= 10 && finished < 25);

    const resumed = answer(run(log, 25, Infinity));
    assert.equal(resumed.result.resumed, finished);
    assert.deepEqual({ ...resumed.result, resumed: 0 }, whole.result);
    const judged = whole.result.trials.slice(finished).flatMap(({ scores }) => scores).length;
    assert.equal(resumed.evaluations, judged);
  });

  test('does not mind half a line, and forgets what is not its own', async (t) => {
    const log = await temporaryLog(t);
    const six = { ...options, trials: 6, log: new TrialLogFile(log) };
    const whole = await tune(bowlSpace, judge, six);
    await appendFile(log, '{"parameters":{"x":1');
    const torn = await tune(bowlSpace, judge, { ...six, trials: 8, log: new TrialLogFile(log) });
    assert.equal(torn.resumed, 6);
    assert.deepEqual(torn.trials.slice(0, 6), whole.trials);

    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, 8);
    lines[2] = lines[2]!.replace(/"x":[^,]+/, '"x":4.5');
    await writeFile(log, `${lines.join('\n')}\n`);
    const mended = await tune(bowlSpace, judge, { ...six, log: new TrialLogFile(log) });
    assert.equal(mended.resumed, 2);
    assert.deepEqual(mended.trials, whole.trials);
    assert.equal((await readFile(log, 'utf8')).trimEnd().split('\n').length, 6);
  });

  test('is told from another by all it depends on', () => {
    const names = [{ seed: 1 }, { seed: 2 }, { seed: 1, digest: 'ab' }].map((each) => trialLogName(each));
    assert.equal(new Set(names).size, 3);
    assert.equal(trialLogName({ seed: 1 }), names[0]);
  });
});
