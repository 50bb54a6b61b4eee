import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelledOnly, withoutRareClasses } from '../../../src/learning/splits/filters.js';

const records = [
  { id: 1, known: { place: ['FR'], technique: ['damask'] } },
  { id: 2, known: { place: ['FR'], technique: ['velvet'] } },
  { id: 3, known: { place: ['IT'] } },
  { id: 4, known: { technique: ['damask', 'velvet', 'lace'] } },
  { id: 5, known: {} },
];

test('a class that too few records have is forgotten, in its task only', () => {
  assert.deepEqual(
    withoutRareClasses(records, 2).map(({ known }) => known),
    [
      { place: ['FR'], technique: ['damask'] },
      { place: ['FR'], technique: ['velvet'] },
      {},
      { technique: ['damask', 'velvet'] },
      {},
    ],
  );
  assert.deepEqual(withoutRareClasses(records, 0), records);
});

test('records without any label can be left out', () => {
  assert.deepEqual(
    labelledOnly(withoutRareClasses(records, 2)).map(({ id }) => id),
    [1, 2, 4],
  );
});
