import { tune } from '../../../src/learning/tuning/tune.js';
import { TrialLogFile } from '../../../src/learning/tuning/trial-log.js';
import { bowlFolds, bowlScore, bowlSpace, type Bowl } from './bowl.js';

// A tuning in a process of its own, which kills itself in the middle of a trial when it is told after how many
// evaluations: node mortal-tuning.js <log> <trials> <evaluations to live>. Prints the result and what it evaluated.
const [file = '', trials = '', lives = ''] = process.argv.slice(2);
let evaluations = 0;
const result = await tune<Bowl>(
  bowlSpace,
  (parameters, fold) => {
    evaluations++;
    if (evaluations > Number(lives)) process.kill(process.pid, 'SIGKILL');
    return Promise.resolve(bowlScore(parameters, fold));
  },
  {
    trials: Number(trials),
    seed: 7,
    method: 'tpe',
    folds: bowlFolds,
    log: new TrialLogFile(file),
    label: 'tuning',
    clock: () => 0,
  },
);
process.stdout.write(JSON.stringify({ result, evaluations }));
