import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  confirmed,
  heededHeaders,
  mayBeKept,
  useOf,
  type Headers,
  type KeptNote,
} from '../../src/media/freshness.js';

const second = 1000;
const day = 24 * 60 * 60 * second;
const answeredAt = Date.parse('2024-05-01T00:00:00Z');
const request = { accept: 'image/*', 'user-agent': 'Lacuna' };

function note(response: Headers): KeptNote {
  return { address: 'https://museum.example/a.jpg', answeredAt, request, response };
}

function freshAfter(response: Headers, ms: number): boolean {
  return useOf(note(response), request, answeredAt + ms, 30 * day).isFresh;
}

describe('how long a kept answer is good', () => {
  const cases: readonly (readonly [Headers, number])[] = [
    [{}, 30 * day],
    [{ 'last-modified': 'Mon, 01 Jan 1990 00:00:00 GMT' }, 30 * day],
    [{ 'cache-control': 'public' }, 30 * day],
    [{ 'cache-control': 'max-age=100' }, 100 * second],
    [{ 'cache-control': 'max-age=100', age: '40' }, 60 * second],
    [{ 'cache-control': 'private, max-age=31536000' }, 365 * day],
    [{ expires: 'Wed, 01 May 2024 00:10:00 GMT' }, 600 * second],
  ];
  for (const [headers, ms] of cases) {
    it(`${JSON.stringify(headers)}: ${ms / second} seconds`, () => {
      assert.equal(freshAfter(headers, ms - 2 * second), true);
      assert.equal(freshAfter(headers, ms + 2 * second), false);
    });
  }

  for (const headers of [
    { 'cache-control': 'no-cache' },
    { 'cache-control': 'max-age=0, must-revalidate' },
    { pragma: 'no-cache' },
    { expires: '0' },
    { vary: '*' },
  ]) {
    it(`${JSON.stringify(headers)}: asks every time`, () => {
      assert.equal(freshAfter(headers, second), false);
    });
  }

  it('does not keep what must not be kept', () => {
    assert.equal(mayBeKept(note({ 'cache-control': 'no-store' }), day), false);
    assert.equal(mayBeKept(note({ 'cache-control': 'private, max-age=1' }), day), true);
    assert.equal(mayBeKept(note({}), day), true);
  });

  it('asks under the conditions the server gave the means for', () => {
    const tag = '"v1"';
    const date = 'Mon, 01 Jan 2024 00:00:00 GMT';
    const { conditions } = useOf(
      note({ etag: tag, 'last-modified': date }),
      request,
      answeredAt + 31 * day,
      day,
    );
    assert.deepEqual(conditions, { 'if-none-match': tag, 'if-modified-since': date });
    assert.deepEqual(useOf(note({}), request, answeredAt, day).conditions, {});
  });

  it('is not for another request than it was made for', () => {
    const varied = note({ vary: 'User-Agent', 'cache-control': 'max-age=100' });
    assert.equal(useOf(varied, request, answeredAt, day).isFresh, true);
    assert.equal(useOf(varied, { ...request, 'user-agent': 'other' }, answeredAt, day).isFresh, false);
  });

  it('is good anew when the server confirms it', () => {
    const later = answeredAt + 40 * day;
    const again = confirmed(note({ etag: '"v1"' }), { etag: '"v2"' }, later);
    assert.equal(useOf(again, request, later + 29 * day, 30 * day).isFresh, true);
    assert.deepEqual(again.response, { etag: '"v2"' });
  });

  it('heeds no other header', () => {
    const given = { etag: '"a"', 'set-cookie': ['x=1'], 'content-type': 'image/jpeg', vary: undefined };
    assert.deepEqual(heededHeaders(given), { etag: '"a"' });
  });
});
