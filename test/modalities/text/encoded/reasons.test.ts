import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { packageRoot } from '../../../../src/config/package-root.js';
import { reasonsFor } from '../../../../src/modalities/text/encoded/reasons.js';
import { openTextEncoder, type TextEncoder } from '../../../../src/modalities/text/encoded/text-encoder.js';
import { writeTextEncoderOf } from './encoder-folders.js';

const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/modalities/text/encoded/golden/occlusion.json'), 'utf8'),
) as {
  readonly tokenizers: { readonly masking: string; readonly plain: string };
  readonly maximumLength: number;
  readonly overlap: number;
  readonly width: number;
  readonly hidden: number;
  readonly classes: readonly number[];
  readonly cases: readonly {
    readonly text: string;
    readonly isMasking: boolean;
    readonly passes: number;
    readonly reasons: readonly (readonly (readonly [feature: string, weight: number])[])[];
  }[];
} & Readonly<Record<'embeddings' | 'dense' | 'w1' | 'b1' | 'w2' | 'b2' | 'mean' | 'deviation', number[]>>;

const { width, hidden, classes } = golden;
const model = {
  heads: {
    width,
    hidden,
    branch: 0,
    classes,
    hiddenWeights: Float32Array.from(golden.w1),
    hiddenBias: Float32Array.from(golden.b1),
    branchWeights: new Float32Array(),
    branchBias: new Float32Array(),
    outputWeights: Float32Array.from(golden.w2),
    outputBias: Float32Array.from(golden.b2),
  },
  standardiser: { mean: Float32Array.from(golden.mean), deviation: Float32Array.from(golden.deviation) },
};
const network = {
  vocabulary: golden.embeddings.length / width,
  width,
  embeddings: Float32Array.from(golden.embeddings),
  dense: Float32Array.from(golden.dense),
};

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-reasons-'));
after(() => rm(scratch, { recursive: true, force: true }));

async function opened(tokenizer: 'masking' | 'plain'): Promise<TextEncoder> {
  const { maximumLength, overlap } = golden;
  const folder = await writeTextEncoderOf(
    path.join(scratch, tokenizer),
    network,
    golden.tokenizers[tokenizer],
    { name: tokenizer, maximumLength, overlap },
  );
  return openTextEncoder({ folder, precision: 'fp32', threads: 1 });
}
const encoders = { masking: await opened('masking'), plain: await opened('plain') };

describe('reasonsFor', () => {
  it('names the words that numpy does, whether words are masked or left out', async () => {
    for (const { text, isMasking, passes, reasons } of golden.cases) {
      const encoder = encoders[isMasking ? 'masking' : 'plain'];
      const features = await encoder.encode(text);
      const ours = await reasonsFor(text, features!, model, encoder, passes);
      const what = `${isMasking ? 'masked' : 'left out'}, ${passes} passes: ${text}`;
      for (const [task, expected] of reasons.entries()) {
        // The network knows no places, so equal words stand equally strong, in any order and case.
        const found = new Map(ours[task]!.map(({ feature, weight }) => [feature.toLowerCase(), weight]));
        assert.deepEqual(
          [...found.keys()].sort(),
          expected.map(([feature]) => feature.toLowerCase()).sort(),
          what,
        );
        for (const [feature, weight] of expected)
          assert.ok(Math.abs(found.get(feature.toLowerCase())! - weight) < 1e-3, `${what}: ${feature}`);
      }
    }
  });

  it('can be cancelled', async () => {
    const { text } = golden.cases.at(-5)!;
    const features = await encoders.masking.encode(text);
    const stop = new AbortController();
    const asked = reasonsFor(text, features!, model, encoders.masking, 32, stop.signal);
    stop.abort(new Error('enough'));
    await assert.rejects(asked, /enough/);
  });
});
