import assert from 'node:assert/strict';
import { it } from 'node:test';
import { strongestPlace } from '../../../../src/modalities/image/occlusion/place-in-words.js';

function only(row: number, column: number, value = 1): number[][] {
  return Array.from({ length: 7 }, (_, y) =>
    Array.from({ length: 7 }, (__, x) => (y === row && x === column ? value : 0)),
  );
}

it('names the third of height and width in which a map is strongest', () => {
  const expected = new Map([
    [[0, 0], 'upper left'],
    [[1, 3], 'upper middle'],
    [[1, 5], 'upper right'],
    [[2, 1], 'middle left'],
    [[3, 3], 'middle'],
    [[4, 6], 'middle right'],
    [[5, 1], 'lower left'],
    [[6, 2], 'lower middle'],
    [[6, 6], 'lower right'],
  ]);
  for (const [[row, column], words] of expected) assert.equal(strongestPlace(only(row!, column!)), words);
  const two = only(0, 0, 2);
  two[6]![6] = 3;
  assert.equal(strongestPlace(two), 'lower right');
  assert.equal(strongestPlace(only(0, 0, 0)), undefined);
  assert.equal(strongestPlace(only(3, 3, -1)), undefined);
  const faint = only(3, 3, -1);
  faint[0]![0] = 0.1;
  assert.equal(strongestPlace(faint), undefined);
  faint[0]![0] = 0.11;
  assert.equal(strongestPlace(faint), 'upper left');
});
