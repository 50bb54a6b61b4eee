import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, it } from 'node:test';
import { seededRandom } from '../../../../src/learning/random.js';
import { openPretrainedEncoder } from '../../../../src/modalities/image/encoders/pretrained-encoder.js';
import { occlusionMap } from '../../../../src/modalities/image/occlusion/occlusion-map.js';
import { occlusionPlan } from '../../../../src/modalities/image/occlusion/schedule.js';
import { encoderSide, writeEncoder } from '../encoders/encoder-folders.js';

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-occluded-'));
after(() => rm(scratch, { recursive: true, force: true }));

it('is the same through an ONNX network, whether it is asked one by one or in batches', async () => {
  const folder = await writeEncoder(path.join(scratch, 'encoder'), 4);
  const random = seededRandom(2);
  const data = Uint8Array.from({ length: 3 * encoderSide ** 2 }, () => Math.floor(random() * 256));
  const pixels = { data, width: encoderSide, height: encoderSide };
  const encoder = await openPretrainedEncoder({ folder, threads: 1, batch: 8 });
  assert.equal(encoder.concurrency, 16);
  const score = (features: Float32Array): number => features[0]! - features[1]!;
  const together = await occlusionMap(encoder, pixels, score, occlusionPlan);
  const alone = { encode: encoder.encode.bind(encoder), concurrency: 1 };
  const oneByOne = await occlusionMap(alone, pixels, score, occlusionPlan);
  assert.ok(together.ok && oneByOne.ok);
  assert.ok(together.map.cells.flat().some((loss) => Math.abs(loss) > 1e-4));
  for (const [row, line] of together.map.cells.entries())
    for (const [column, loss] of line.entries())
      assert.ok(Math.abs(loss - oneByOne.map.cells[row]![column]!) < 1e-5, `${row} ${column}`);
});
