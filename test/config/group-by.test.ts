import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { groupBy } from '../../src/config/group-by.js';

test('every item is in the group of its key and nowhere else, in the order it came', () => {
  const key = fc.constantFrom('a', 'b', '__proto__', '');
  fc.assert(
    fc.property(fc.array(key), (keys) => {
      const items = keys.map((each, at) => ({ key: each, at }));
      const groups = groupBy(items, (item) => item.key);
      assert.deepEqual([...groups.keys()], [...new Set(keys)]);
      for (const [each, group] of groups)
        assert.deepEqual(
          group,
          items.filter((item) => item.key === each),
        );
    }),
  );
});
