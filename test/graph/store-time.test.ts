import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { timeOf } from '../../src/graph/store-time.js';

// What is read as local time is right by chance where the local time is UTC.
process.env['TZ'] = 'Asia/Kathmandu';

test('a time without a zone is UTC, one with a zone is where it says', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') }), (time) => {
      const text = time.toISOString();
      assert.equal(timeOf(text), time.getTime());
      assert.equal(timeOf(text.slice(0, -1)), time.getTime());
    }),
  );
  assert.equal(timeOf('2026-03-01T08:45:00+05:45'), Date.UTC(2026, 2, 1, 3));
  assert.equal(timeOf('2026-02-28T22:00:00.000-05:00'), Date.UTC(2026, 2, 1, 3));
});

test('what is no time is NaN', () => {
  for (const text of ['', 'soon', '2026-13-01T00:00:00']) assert.ok(Number.isNaN(timeOf(text)), text);
});
