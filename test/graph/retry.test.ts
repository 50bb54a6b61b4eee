import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import { LacunaError } from '../../src/config/errors.js';
import { answerProblem } from '../../src/graph/answer-problem.js';
import type { ResponseFacts } from '../../src/graph/answer-problem.js';
import { networkOutcome, responseOutcome, retryTable } from '../../src/graph/retry-table.js';
import { defaultRetryPolicy, retryAfterMs, retryDelay } from '../../src/graph/retry.js';

const now = Date.parse('2024-05-01T00:00:00Z');

function outcome(
  status: number,
  excerpt = '',
  { action = 'query', headers = {} }: { action?: 'query' | 'update'; headers?: Record<string, string> } = {},
): string | undefined {
  const facts: ResponseFacts = {
    endpoint: 'http://s/',
    status,
    header: (name) => headers[name],
    excerpt,
    action,
  };
  return responseOutcome(facts, answerProblem(facts));
}

test('every response has its row in the retry table', () => {
  assert.equal(outcome(200), undefined);
  assert.equal(outcome(204, '', { action: 'update' }), undefined);
  for (const status of [408, 425, 429, 502, 503, 504]) assert.equal(outcome(status, 'too many'), 'busy');
  assert.equal(outcome(409), 'deadlock');
  assert.equal(outcome(500, 'Virtuoso 40001 Error SR172: Transaction deadlocked'), 'deadlock');
  assert.equal(outcome(500, 'Virtuoso S1T00 Error SR171: Transaction timed out'), 'deadlock');
  assert.equal(outcome(507), 'full');
  assert.equal(outcome(500, 'write failed: No space left on device'), 'full');
  assert.equal(outcome(500), 'failing');
  assert.equal(outcome(500, 'Virtuoso 22023 Error SR353: Sorted TOP clause'), 'rejected');
  assert.equal(outcome(500, 'Virtuoso 42000 Error SR186: No permission'), 'refused');
  assert.equal(outcome(413, '', { action: 'update' }), 'too large');
  assert.equal(outcome(400, 'Virtuoso 37000 Error SP030: too many', { action: 'update' }), 'too large');
  assert.equal(outcome(200, '', { headers: { 'x-sparql-maxrows': '10000' } }), 'partial');
  assert.equal(outcome(200, '', { headers: { 'x-sql-state': 'S1TAT' } }), 'partial');
  for (const status of [301, 302, 307, 404, 405]) assert.equal(outcome(status), 'moved');
  for (const status of [401, 403]) assert.equal(outcome(status), 'refused');
  for (const status of [400, 418, 422]) assert.equal(outcome(status), 'not understood');
});

test('a response is told as a problem exactly when it has a row, whatever it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), fc.string(), fc.boolean(), (status, excerpt, writes) => {
      const found = outcome(status, excerpt, { action: writes ? 'update' : 'query' });
      assert.equal(found === undefined, status < 300);
      if (found !== undefined) assert.ok(found in retryTable);
    }),
  );
});

test('network failures have theirs', () => {
  for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNTIMEOUT', 'EHOSTUNREACH'])
    assert.equal(networkOutcome(code), 'unreachable');
  for (const code of ['ECONNRESET', 'EPIPE']) assert.equal(networkOutcome(code), 'reset');
  for (const code of ['ETRUNCATED', 'HPE_INVALID_CHUNK_SIZE', 'Z_BUF_ERROR'])
    assert.equal(networkOutcome(code), 'truncated');
  assert.equal(networkOutcome('EIDLE'), 'stalled');
  assert.equal(networkOutcome('ETIMEDOUT'), 'silent');
  for (const code of ['CERT_HAS_EXPIRED', 'ERR_ABORTED']) assert.equal(networkOutcome(code), 'untrusted');
});

test('a problem is passed on by its code, not by its words', () => {
  const facts: ResponseFacts = {
    endpoint: 'x',
    status: 500,
    header: () => undefined,
    excerpt: '',
    action: 'query',
  };
  assert.equal(responseOutcome(facts, new LacunaError('STORE_REFUSED', 'no')), 'refused');
});

test('waits grow, are jittered within their upper half, are bounded, and end after the last attempt', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, random) => {
        const delay = retryDelay({ attempt, attempts: 21 }, random);
        const step = Math.min(500 * 2 ** (attempt - 1), 20_000);
        assert.ok(delay !== undefined && delay >= step / 2 && delay <= step);
        assert.equal(retryDelay({ attempt, attempts: attempt }, random), undefined);
      },
    ),
  );
});

test('waits as long as the server asks, unless it asks for too long', () => {
  const delay = (asked: number | undefined): number | undefined =>
    retryDelay({ attempt: 1, attempts: 3, asked }, 0);
  assert.equal(delay(7000), 7000);
  assert.equal(delay(undefined), 250);
  assert.equal(delay(1), 250);
  assert.equal(delay(defaultRetryPolicy.longestRetryAfterMs), defaultRetryPolicy.longestRetryAfterMs);
  assert.equal(delay(3_600_000), undefined);
});

test('Retry-After is read in seconds and as a date, which the server’s own clock is held against', () => {
  assert.equal(retryAfterMs('7', undefined, now), 7000);
  assert.equal(retryAfterMs('Wed, 01 May 2024 00:00:30 GMT', undefined, now), 30_000);
  assert.equal(retryAfterMs('Tue, 30 Apr 2024 00:00:00 GMT', undefined, now), 0);
  assert.equal(retryAfterMs('soon', undefined, now), undefined);
  assert.equal(retryAfterMs(undefined, undefined, now), undefined);
  const sent = 'Wed, 01 May 2024 09:00:00 GMT';
  const until = 'Wed, 01 May 2024 09:00:20 GMT';
  for (const ours of [now, now + 12 * 3_600_000, 0]) assert.equal(retryAfterMs(until, sent, ours), 20_000);
});

test('the documentation has the table', async () => {
  const page = await readFile('docs/operations.md', 'utf8');
  for (const { when, read, write } of Object.values(retryTable)) {
    const row = page.split('\n').find((line) => line.includes(` ${when} `));
    assert.ok(row !== undefined, `docs/operations.md lacks the row "${when}"`);
    const cells = row.split('|').map((cell) => cell.trim());
    assert.deepEqual(cells.slice(2, 4), [read, write], when);
  }
});
