import assert from 'node:assert/strict';
import { it } from 'node:test';
import { networkInput } from '../../../../src/modalities/image/encoders/network-input.js';

it('lays channels one after the other, less their mean, in standard deviations', () => {
  const data = Uint8Array.of(255, 0, 51, 0, 102, 204);
  const input = networkInput({ data, width: 2, height: 1 }, [0.5, 0.4, 0.2], [0.25, 0.2, 0.5]);
  const expected = [2, -2, -2, 0, 0, 1.2];
  assert.equal(input.length, 6);
  for (const [at, value] of expected.entries()) assert.ok(Math.abs(input[at]! - value) < 1e-6, `${at}`);
});
