import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { startLacuna } from './lacuna.js';

/**
 * Interrupts `lacuna tune <modality> ours` as soon as it says that it tunes the network, and checks that nothing is left of it.
 *
 * @param folder holds a configuration with far more epochs than anybody waits for
 */
export async function checkInterruptedTuning(folder: string, modality: 'image' | 'text'): Promise<void> {
  const running = startLacuna(folder, ['tune', modality, 'ours']);
  let isTold = false;
  running.child.stderr!.on('data', () => {
    if (isTold || !running.said().stderr.includes('tuning the network')) return;
    isTold = true;
    running.child.kill('SIGINT');
  });
  const { code, stderr } = await running.ended;
  assert.equal(code, 130, stderr);
  assert.match(stderr, /training was cancelled/);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('ours')),
    [],
  );
}
