import assert from 'node:assert/strict';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isLacunaError, type ErrorCode } from '../../src/config/errors.js';
import type { OcclusionExplanations } from '../../src/enrichment/photograph-explanations.js';
import { failure } from '../../src/media/photograph-outcome.js';
import type { PhotographReader } from '../../src/media/photograph-reader.js';
import { builtInEncoder } from '../../src/modalities/image/encoders/built-in-encoder.js';
import type { Encoder } from '../../src/modalities/image/encoders/encoder.js';
import { explainedCollection, type ExplainedCollection } from '../daemon/explained-collection.js';
import { dots } from '../daemon/small-collection.js';

const of = (id: string, task = 'place') => ({ record: `http://example.org/object/${id}`, task });

/** The built-in encoder, counting what it is asked. */
function counting(): Encoder & { asked: number } {
  return {
    ...builtInEncoder,
    asked: 0,
    encode(pixels, signal) {
      this.asked += 1;
      return builtInEncoder.encode(pixels, signal);
    },
  };
}

describe('explanations by photographs', () => {
  let collection: ExplainedCollection;

  before(async () => {
    collection = await explainedCollection();
  });
  after(() => collection.remove());

  async function refused(
    explanations: OcclusionExplanations,
    property: { record: string; task: string },
    code: ErrorCode,
    message: RegExp,
  ): Promise<void> {
    await assert.rejects(explanations.explain(property), (error: unknown) => {
      assert.ok(isLacunaError(error, code), String(error));
      assert.match(error.message, message);
      return true;
    });
  }

  it('tells what the image modality said, of which photograph, and draws the map', async () => {
    const { explanation, draw } = await collection.explanations().explain(of('north-1'));
    const { cells, logOdds, strongest, statement, ...rest } = explanation;
    assert.deepEqual(rest, {
      record: 'http://example.org/object/north-1',
      task: 'place',
      value: { concept: 'http://example.org/place/france', label: 'France' },
      confidence: 0.83,
      photograph: 'http://example.org/object/north-1-image',
      model: collection.version,
      encoder: 'built-in',
    });
    assert.match(statement, /^http:\/\/example\.org\/lacuna\/statement\//);
    assert.deepEqual([cells.length, ...cells.map((row) => row.length)], [7, 7, 7, 7, 7, 7, 7, 7]);
    assert.ok(Number.isFinite(logOdds) && cells.flat().some((loss) => loss !== 0));
    const largest = Math.max(...cells.flat().map(Math.abs));
    assert.equal(strongest !== undefined, Math.max(...cells.flat()) > largest / 10);
    assert.equal((await draw('webp')).subarray(8, 12).toString(), 'WEBP');
    assert.equal((await draw('png')).subarray(1, 4).toString(), 'PNG');
  });

  it('computes a map once, and again only for another class, photograph or damaged copy', async () => {
    const encoder = counting();
    const explain = async (id: string, task?: string) =>
      (await collection.explanations({ encoder }).explain(of(id, task))).explanation;
    const first = await explain('south-3');
    const asked = encoder.asked;
    assert.ok(asked === 65 || asked === 0, String(asked));
    assert.deepEqual(await explain('south-3'), first);
    assert.equal(encoder.asked, asked);
    await explain('south-3', 'depiction');
    assert.equal(encoder.asked, asked + 65);
    const content = path.join(collection.folder, 'maps', 'content');
    for (const name of await readdir(content, { recursive: true }))
      if (/\w{64}$/.test(name)) await writeFile(path.join(content, name), '{"cells":1}');
    assert.deepEqual(await explain('south-3'), first);
    assert.equal(encoder.asked, asked + 130);
  });

  it('asks the reader for the size that the encoder takes', async () => {
    const sizes: unknown[] = [];
    const photographs: PhotographReader = {
      read: (url, options) => {
        sizes.push(options?.least);
        return dots.read(url, options);
      },
    };
    await collection.explanations({ photographs }).explain(of('north-1'));
    assert.deepEqual(sizes, [{ width: builtInEncoder.side, height: builtInEncoder.side }]);
  });

  it('says what there is no explanation of', async () => {
    const explanations = collection.explanations();
    await refused(
      explanations,
      of('north-1', 'colour'),
      'INPUT_INVALID',
      /no task "colour"; it has place, depiction/,
    );
    await refused(explanations, of('north-5'), 'NOT_FOUND', /^Nothing is published of place for <.*north-5>/);
    await refused(
      explanations,
      of('north-4'),
      'NOT_FOUND',
      /<.*north-4-image> that decided is in no museum graph/,
    );
    await refused(explanations, of('north-2'), 'NOT_FOUND', /cannot be looked at: .* does not answer/);
    const broken: PhotographReader = {
      read: () => Promise.resolve({ ok: true, bytes: Buffer.from('GIF89a'), digest: 'f'.repeat(64) }),
    };
    await refused(
      collection.explanations({ photographs: broken }),
      of('north-1'),
      'NOT_FOUND',
      /cannot be looked at: /,
    );
    const clumsy: Encoder = {
      ...builtInEncoder,
      encode: () => Promise.resolve(failure('encoder-failed', 'it fell over')),
    };
    await rm(path.join(collection.folder, 'maps'), { recursive: true });
    await refused(collection.explanations({ encoder: clumsy }), of('north-1'), 'NOT_FOUND', /it fell over/);
  });

  it('does not ask a model that did not say it, nor one trained with another encoder', async () => {
    const other: Encoder = { ...builtInEncoder, name: 'other', version: 'x' };
    await refused(
      collection.explanations({ encoder: other }),
      of('north-1'),
      'MODEL_INVALID',
      new RegExp(`^${collection.version}/image/image\\.json was trained on .* "built-in" .* is "other"`),
    );
    const folder = path.join(collection.folder, 'models', 'small', collection.version);
    await rename(folder, `${folder}-away`);
    await refused(
      collection.explanations(),
      of('north-1'),
      'MODEL_MISSING',
      new RegExp(`was made by model ${collection.version}, which is not among the models`),
    );
    await rename(`${folder}-away`, folder);
  });

  it('stops when it is told to', async () => {
    const explanations = collection.explanations();
    await assert.rejects(explanations.explain(of('north-1'), AbortSignal.abort(new Error('gone'))), /gone/);
  });
});
