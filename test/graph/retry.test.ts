import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { retryAfterMs, retryDelay } from '../../src/graph/retry.js';

const now = Date.parse('2024-05-01T00:00:00Z');

test('tries again what passes, and nothing else', () => {
  for (const status of [429, 502, 503, 504]) assert.ok(retryDelay({ status }, 1, 3, 0.5, now) !== undefined);
  for (const networkCode of ['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'EPIPE'])
    assert.ok(retryDelay({ networkCode }, 1, 3, 0.5, now) !== undefined);
  for (const status of [200, 400, 401, 403, 404, 413, 500])
    assert.equal(retryDelay({ status }, 1, 3, 0.5, now), undefined);
  for (const networkCode of ['ETIMEDOUT', 'CERT_HAS_EXPIRED', 'ERR_ABORTED'])
    assert.equal(retryDelay({ networkCode }, 1, 3, 0.5, now), undefined);
});

test('waits grow, are jittered within their upper half, are bounded, and end after the last attempt', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, random) => {
        const delay = retryDelay({ status: 503 }, attempt, 21, random, now);
        const step = Math.min(500 * 2 ** (attempt - 1), 20_000);
        assert.ok(delay !== undefined && delay >= step / 2 && delay <= step);
        assert.equal(retryDelay({ status: 503 }, attempt, attempt, random, now), undefined);
      },
    ),
  );
});

test('honours Retry-After in seconds and as a date, unless it asks for too long', () => {
  assert.equal(retryDelay({ status: 503, retryAfter: '7' }, 1, 3, 0, now), 7000);
  assert.equal(
    retryDelay({ status: 503, retryAfter: 'Wed, 01 May 2024 00:00:30 GMT' }, 1, 3, 0, now),
    30_000,
  );
  assert.equal(retryDelay({ status: 429, retryAfter: '3600' }, 1, 3, 0, now), undefined);
  assert.equal(retryDelay({ status: 429, retryAfter: 'soon' }, 1, 3, 0, now), 250);
  assert.equal(retryAfterMs('Tue, 30 Apr 2024 00:00:00 GMT', now), 0);
});
