import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { serve } from '../daemon/serving.js';
import { consumerQuery, labelLines, spanishLabels } from './consumer-query.js';
import { trainedEnrichment } from './small-enrichment.js';

interface Answer {
  readonly results: { readonly bindings: readonly Record<string, { readonly value: string } | undefined>[] };
}

test("a consumer reads every statement of a run through the daemon's /sparql", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-consumer-'));
  t.after(() => rm(folder, { recursive: true }));
  const { enrichment, store, close } = await trainedEnrichment(folder, { records: 60, extra: labelLines });
  t.after(close);
  const { summary } = await enrichment.run(enrichment.plan({ trigger: 'demand' }), {
    progress: () => undefined,
  });
  const { url } = await serve(t, { store });
  const answer = await fetch(`${url}/sparql`, {
    method: 'POST',
    body: new URLSearchParams({ query: await consumerQuery() }),
  });
  assert.equal(answer.status, 200);
  const { results } = (await answer.json()) as Answer;
  assert.equal(results.bindings.length, summary!.written.statements);
  for (const row of results.bindings) {
    const of = (column: string): string => row[column]?.value ?? '';
    assert.ok(Number(of('score')) > 0 && Number(of('score')) <= 1, of('score'));
    assert.match(of('agent'), /^http:\/\/example.org\/lacuna\/agent\//);
    assert.ok(of('explanation').length > 20);
    assert.equal(of('label'), spanishLabels[of('value')]);
    assert.equal(new Date(of('time')).toISOString(), '2026-03-01T03:00:00.000Z');
  }
});
