import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { LacunaError } from '../../src/config/errors.js';
import type { Problem } from '../../src/daemon/problem.js';
import type { PhotographExplanation } from '../../src/enrichment/photograph-explanations.js';
import { explainedCollection, type ExplainedCollection } from './explained-collection.js';
import { serve } from './serving.js';

const query = (id: string, task = 'place'): string =>
  new URLSearchParams({ record: `http://example.org/object/${id}`, task }).toString();

describe('GET /photographs/why', () => {
  let collection: ExplainedCollection;

  before(async () => {
    collection = await explainedCollection();
  });
  after(() => collection.remove());

  it('gives the map as JSON and drawn, and says when it is still the same', async (t) => {
    const { url } = await serve(t, { explanations: collection.explanations() });
    const answer = await fetch(`${url}/photographs/why?${query('north-1')}`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    const { value, cells } = (await answer.json()) as PhotographExplanation;
    assert.deepEqual([value.label, cells.length], ['France', 7]);
    const drawn = await fetch(`${url}/photographs/why.webp?${query('north-1')}`);
    assert.equal(drawn.headers.get('content-type'), 'image/webp');
    const bytes = Buffer.from(await drawn.arrayBuffer());
    assert.ok(bytes.length <= 30_000);
    assert.equal((await sharp(bytes).metadata()).width, 336);
    const tag = answer.headers.get('etag') ?? '';
    for (const path of ['why', 'why.webp']) {
      const again = await fetch(`${url}/photographs/${path}?${query('north-1')}`, {
        headers: { 'if-none-match': tag },
      });
      assert.equal(again.status, 304);
    }
  });

  it('answers what cannot be explained with a problem and its code', async (t) => {
    const { url, log } = await serve(t, { explanations: collection.explanations() });
    const refused: [string, number, string][] = [
      [query('north-1', 'colour'), 400, 'INPUT_INVALID'],
      [`record=north-1&task=place`, 400, 'INPUT_INVALID'],
      [`task=place`, 400, 'INPUT_INVALID'],
      [`${query('north-1')}&model=x`, 400, 'INPUT_INVALID'],
      [query('north-5'), 404, 'NOT_FOUND'],
      [query('north-4'), 404, 'NOT_FOUND'],
      [query('north-2'), 404, 'NOT_FOUND'],
    ];
    for (const [asked, status, code] of refused) {
      for (const path of ['why', 'why.webp']) {
        const answer = await fetch(`${url}/photographs/${path}?${asked}`);
        assert.equal(answer.status, status, asked);
        assert.equal(((await answer.json()) as Problem).code, code);
      }
    }
    assert.deepEqual(log, []);
  });

  it('does not tell visitors of the configuration, but the log', async (t) => {
    const missing = new LacunaError('CONFIG_INVALID', 'modalities.image.encoder.folder names /srv/encoders');
    const { url, log } = await serve(t, { explanations: { explain: () => Promise.reject(missing) } });
    const answer = await fetch(`${url}/photographs/why?${query('north-1')}`);
    const { detail, code } = (await answer.json()) as Problem;
    assert.deepEqual([answer.status, code], [500, 'CONFIG_INVALID']);
    assert.doesNotMatch(detail, /srv/);
    assert.equal((log[1] as Error).cause, missing);
  });

  it('does not work for who has left', async (t) => {
    const signals: (AbortSignal | undefined)[] = [];
    const { url } = await serve(t, {
      explanations: {
        explain: (_, signal) => {
          signals.push(signal);
          return new Promise((_resolve, reject) =>
            signal?.addEventListener('abort', () => reject(signal.reason as Error)),
          );
        },
      },
    });
    const leaving = new AbortController();
    const asked = fetch(`${url}/photographs/why?${query('north-1')}`, { signal: leaving.signal });
    const left = assert.rejects(asked);
    while (signals.length === 0) await delay(5);
    leaving.abort();
    await left;
    while (signals[0]?.aborted !== true) await delay(5);
  });

  it('is not offered without explanations', async (t) => {
    const { url } = await serve(t);
    assert.equal((await fetch(`${url}/photographs/why?${query('north-1')}`)).status, 404);
  });
});
