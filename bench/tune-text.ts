/**
 * Processor seconds per step when an XLM-R of a small shape (4 layers, 256 units, random weights) is fine-tuned on texts of 64 tokens,
 * 16 to a step, with dropout, AdamW and clipping: ours on the fastest backend that is installed, beside transformers and PyTorch with
 * one thread. Rounds take turns.
 *
 *     node dist/bench/tune-text.js <python with torch and transformers> [steps, 10] [rounds, 3]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chooseBackend } from '../src/learning/backend.js';
import { normal, seededRandom } from '../src/learning/random.js';
import { shapesOf, type Architecture } from '../src/modalities/text/transformer/architecture.js';
import { fineTuneText } from '../src/modalities/text/tuning/fine-tuning.js';

const [python = 'python3', steps = '10', rounds = '3'] = process.argv.slice(2);
const script = fileURLToPath(new URL('../../bench/tune-text.py', import.meta.url));
const [texts, tokens, warm] = [16, 64, 2];
const architecture: Architecture = {
  layers: 4,
  width: 256,
  heads: 4,
  inner: 1024,
  vocabulary: 8000,
  positions: 130,
  types: 1,
  epsilon: 1e-5,
  padding: 1,
};

const random = seededRandom(1);
const tensors = new Map(
  [...shapesOf(architecture)].map(([name, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const isFactor = name.endsWith('LayerNorm.weight');
    return [
      name,
      { shape, data: Float32Array.from({ length }, () => (isFactor ? 1 : normal(random, 0.02))) },
    ] as const;
  }),
);
const data = {
  rows: texts,
  classes: [4],
  labels: Int32Array.from({ length: texts }, (_, row) => row % 4),
  tokens: Array.from({ length: texts }, () =>
    Array.from({ length: tokens }, () => 4 + Math.floor(random() * 7996)),
  ),
};
const nothing = { rows: 0, classes: [4], labels: new Int32Array(0), tokens: [] };
const { name } = await chooseBackend();

async function ours(): Promise<number> {
  const epochs = warm + Number(steps);
  let done = 0;
  let since = process.cpuUsage();
  let used = { user: 0, system: 0 };
  await fineTuneText(
    tensors,
    architecture,
    data,
    nothing,
    {
      part: 'everything',
      pooling: 'first',
      dropout: 0.1,
      strategy: 'cross-entropy',
      gamma: 0,
      learningRate: 3e-5,
      warmup: 0.1,
      weightDecay: 0.01,
      clip: 1,
      batchSize: texts,
      accumulate: 1,
      maximumEpochs: epochs,
      judgedBy: 'macroF1',
      patience: epochs,
      epochsWithoutValidation: epochs,
      seed: 1,
    },
    {
      onStep: () => {
        if (++done === warm) since = process.cpuUsage();
        if (done === epochs) used = process.cpuUsage(since);
      },
    },
  );
  return (used.user + used.system) / 1e6 / Number(steps);
}

function theirs(): number {
  const { stdout, status } = spawnSync(python, [script, steps], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('PyTorch could not be run.');
  return Number(stdout);
}

console.log(`${texts} texts of ${tokens} tokens to a step, processor seconds per step; ours on ${name}`);
for (let round = 0; round < Number(rounds); round++) {
  const [own, other] = [await ours(), theirs()];
  console.log(
    `ours ${own.toFixed(2)}, PyTorch ${other.toFixed(2)}: ${(own / other).toFixed(1)} times as many`,
  );
}
