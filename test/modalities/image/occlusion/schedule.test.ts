import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  cellMeans,
  occlusionPatches,
  type OcclusionPlan,
} from '../../../../src/modalities/image/occlusion/schedule.js';

const plans = fc.integer({ min: 1, max: 9 }).chain((cells) =>
  fc.record({
    plan: fc.record({ cells: fc.constant(cells), span: fc.integer({ min: 1, max: cells }) }),
    side: fc.integer({ min: cells, max: 64 }),
  }),
);

/** Which patches hold the pixel in the middle of a cell. */
function covering({ cells, span }: OcclusionPlan, side: number, row: number, column: number): boolean[] {
  const middle = (cell: number): number => {
    const [from, to] = [Math.round((cell * side) / cells), Math.round(((cell + 1) * side) / cells)];
    return Math.floor((from + to - 1) / 2);
  };
  const [y, x] = [middle(row), middle(column)];
  return occlusionPatches({ cells, span }, side).map(
    ({ left, top, right, bottom }) => left <= x && x < right && top <= y && y < bottom,
  );
}

describe('the schedule of occlusion', () => {
  it('covers every pixel equally often, and lies within the photograph', () => {
    fc.assert(
      fc.property(plans, ({ plan, side }) => {
        const patches = occlusionPatches(plan, side);
        assert.equal(patches.length, (plan.cells + plan.span - 1) ** 2);
        const counts = new Uint16Array(side * side);
        for (const { left, top, right, bottom } of patches) {
          assert.ok(left >= 0 && left < right && right <= side, `${left} ${right}`);
          assert.ok(top >= 0 && top < bottom && bottom <= side, `${top} ${bottom}`);
          for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) counts[y * side + x]! += 1;
        }
        assert.deepEqual(new Set(counts), new Set([plan.span ** 2]));
      }),
    );
  });

  it('gives each cell the mean over the patches that cover it', () => {
    fc.assert(
      fc.property(plans, fc.infiniteStream(fc.integer({ min: -100, max: 100 })), ({ plan, side }, stream) => {
        const values = occlusionPatches(plan, side).map(() => stream.next().value as number);
        const means = cellMeans(plan, values);
        for (const [row, line] of means.entries()) {
          for (const [column, mean] of line.entries()) {
            const held = covering(plan, side, row, column);
            const sum = values.reduce((total, value, at) => total + (held[at] === true ? value : 0), 0);
            assert.ok(Math.abs(mean - sum / plan.span ** 2) < 1e-9, `${row} ${column}`);
          }
        }
      }),
    );
  });

  it('is largest in the cell that alone brings the change about', () => {
    fc.assert(
      fc.property(plans, fc.nat(), fc.nat(), ({ plan, side }, anyRow, anyColumn) => {
        const [row, column] = [anyRow % plan.cells, anyColumn % plan.cells];
        const values = covering(plan, side, row, column).map((isCovered) => (isCovered ? 1 : 0));
        for (const [y, line] of cellMeans(plan, values).entries()) {
          for (const [x, mean] of line.entries()) {
            const near = (distance: number): number => Math.max(0, plan.span - Math.abs(distance));
            assert.equal(mean, (near(y - row) * near(x - column)) / plan.span ** 2);
          }
        }
      }),
    );
  });
});
