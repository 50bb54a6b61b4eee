import { parentPort } from 'node:worker_threads';
import { isLacunaError } from '../../config/errors.js';
import { buffersOf, layForest } from './forest.js';
import { trainBooster } from './train.js';
import type { TrainMessage, TrainRequest } from './train-messages.js';

const port = parentPort;
if (port === null) throw new Error('train-worker.js runs as a worker thread only');

function say(message: TrainMessage, transfer: readonly ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

// A message takes longer than a round of small trees.
const millisecondsBetweenRounds = 50;

port.on('message', ({ data, params, validation }: TrainRequest) => {
  // Of the first round it is always told.
  let said = -Infinity;
  try {
    const { features, classes, baseScores, trees } = trainBooster(data, params, {
      validation,
      onRound: (done, total, loss) => {
        if (done < total && performance.now() - said < millisecondsBetweenRounds) return;
        said = performance.now();
        say({ kind: 'round', done, total, loss });
      },
    });
    const forest = layForest(trees);
    say({ kind: 'trained', parts: { features, classes, baseScores }, forest }, buffersOf(forest));
  } catch (error) {
    say({
      kind: 'failed',
      code: isLacunaError(error) ? error.code : undefined,
      message: error instanceof Error ? error.message : String(error),
      problems: isLacunaError(error) ? error.problems : [],
    });
  }
});
