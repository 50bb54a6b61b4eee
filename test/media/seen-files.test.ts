import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SeenFiles } from '../../src/media/seen-files.js';

const place = fc.constantFrom('a', 'b', 'c', 'd');
const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), place, size: fc.nat(1000), at: fc.nat(50) }),
  fc.record({ kind: fc.constant('use' as const), place, at: fc.nat(50) }),
  fc.record({ kind: fc.constant('delete' as const), place }),
);

describe('SeenFiles', () => {
  it('tells at any time the sum of the sizes, and the order of the last uses', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const files = new SeenFiles();
        const model = new Map<string, { size: number; at: number }>();
        for (const one of steps) {
          if (one.kind === 'set') {
            files.set(one.place, one);
            model.set(one.place, { size: one.size, at: one.at });
          } else if (one.kind === 'use') {
            files.use(one.place, one.at);
            const known = model.get(one.place);
            if (known !== undefined) known.at = one.at;
          } else {
            files.delete(one.place);
            model.delete(one.place);
          }
          assert.equal(
            files.bytes,
            [...model.values()].reduce((sum, { size }) => sum + size, 0),
          );
          for (const name of ['a', 'b', 'c', 'd'])
            assert.equal(files.sizeOf(name), model.get(name)?.size ?? 0);
        }
        const order = files.oldestFirst();
        assert.deepEqual(order.toSorted(), [...model.keys()].toSorted());
        const times = order.map((name) => model.get(name)?.at ?? NaN);
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
      }),
    );
  });
});
