import { parentPort } from 'node:worker_threads';
import { isLacunaError } from '../../config/errors.js';
import { trainBooster } from './train.js';
import type { TrainMessage, TrainRequest } from './train-messages.js';

const port = parentPort;
if (port === null) throw new Error('train-worker.js runs as a worker thread only');

function say(message: TrainMessage, transfer: readonly ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

port.on('message', ({ data, params, validation }: TrainRequest) => {
  try {
    const { features, classes, baseScores, trees } = trainBooster(data, params, {
      validation,
      onRound: (done, total, loss) => say({ kind: 'round', done, total, loss }),
    });
    const buffers = trees.flatMap((tree) => Object.values(tree).map(({ buffer }) => buffer as ArrayBuffer));
    say({ kind: 'trained', parts: { features, classes, baseScores, trees } }, buffers);
  } catch (error) {
    say({
      kind: 'failed',
      code: isLacunaError(error) ? error.code : undefined,
      message: error instanceof Error ? error.message : String(error),
      problems: isLacunaError(error) ? error.problems : [],
    });
  }
});
