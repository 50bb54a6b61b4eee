import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { steadyClock } from '../../src/config/steady-clock.js';

test('never goes back, never lags behind the clock it follows, and invents no time', () => {
  const times = fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1 });
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 4e12 }), (shown, notBefore) => {
      let index = 0;
      const clock = steadyClock(() => new Date(shown[index++]!), new Date(notBefore));
      let before = notBefore;
      for (const time of shown) {
        const now = clock().getTime();
        assert.equal(now, Math.max(before, time));
        before = now;
      }
    }),
  );
});
