import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import type { PhotographReader } from '../../src/media/photograph-reader.js';
import { failure } from '../../src/media/photograph-outcome.js';
import { MemoryStore } from './memory-store.js';
import { serve } from './serving.js';

const data = `
<http://example.org/graph/north> {
  <http://example.org/a> <http://example.org/model/url> "https://photographs.example/a.png" .
  <http://example.org/b> <http://example.org/model/url> "https://photographs.example/away.png" .
  <http://example.org/c> <http://example.org/model/url> "https://photographs.example/broken.png" .
}
<http://example.org/predictions> {
  <http://example.org/d> <http://example.org/model/url> "https://photographs.example/planted.png" .
}`;

async function picture(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0.5 } } })
    .png()
    .toBuffer();
}

describe('GET /photographs', () => {
  const asked: string[] = [];
  const photographs: PhotographReader = {
    async read(url) {
      asked.push(url);
      if (url.includes('away')) return failure('unreachable', 'photographs.example does not answer');
      const whole = await picture(1600, 1200);
      const bytes = url.includes('broken') ? Buffer.from('89504e470d0a1a0a00', 'hex') : whole;
      return { ok: true, bytes, digest: (url.includes('broken') ? 'b' : 'a').repeat(64) };
    },
  };
  const of = (url: string, node: string): string => `${url}/photographs?node=${encodeURIComponent(node)}`;

  it('gives a small JPEG of a photograph in the graph, once while it stays the same', async (t) => {
    const { url } = await serve(t, { store: new MemoryStore(data), photographs });
    const answer = await fetch(of(url, 'http://example.org/a'));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'image/jpeg');
    assert.match(answer.headers.get('cache-control') ?? '', /max-age=\d+/);
    const { width, height, format } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    assert.deepEqual({ width, height, format }, { width: 640, height: 480, format: 'jpeg' });
    const again = await fetch(of(url, 'http://example.org/a'), {
      headers: { 'if-none-match': answer.headers.get('etag') ?? '' },
    });
    assert.equal(again.status, 304);
  });

  it('reads no address but those of museum graphs', async (t) => {
    const { url } = await serve(t, { store: new MemoryStore(data), photographs });
    asked.length = 0;
    const refused: [string, number][] = [
      [of(url, 'http://example.org/unknown'), 404],
      [of(url, 'https://photographs.example/a.png'), 404],
      [of(url, 'http://example.org/d'), 404],
      [of(url, 'a.png'), 400],
      [of(url, 'http://example.org/a> ?p ?o . <x:y'), 400],
      [`${url}/photographs`, 400],
      [`${of(url, 'http://example.org/a')}&node=http%3A%2F%2Fexample.org%2Fb`, 400],
    ];
    for (const [address, status] of refused) {
      const answer = await fetch(address);
      assert.equal(answer.status, status, address);
      assert.match(answer.headers.get('content-type') ?? '', /problem\+json/);
    }
    assert.deepEqual(asked, []);
  });

  it('says why a photograph cannot be shown', async (t) => {
    const { url } = await serve(t, { store: new MemoryStore(data), photographs });
    for (const [node, detail] of [
      ['b', /does not answer/],
      ['c', /cannot be decoded/],
    ] as const) {
      const answer = await fetch(of(url, `http://example.org/${node}`));
      assert.equal(answer.status, 502);
      assert.match(((await answer.json()) as { detail: string }).detail, detail);
    }
  });

  it('is not offered without a reader of photographs', async (t) => {
    const { url } = await serve(t, { store: new MemoryStore(data) });
    assert.equal((await fetch(of(url, 'http://example.org/a'))).status, 404);
  });
});
