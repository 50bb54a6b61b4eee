/** How a photograph is covered, piece by piece: a square of `span` × `span` cells goes over a grid of `cells` × `cells`. */
export interface OcclusionPlan {
  /** Cells along each side; 1 or more. */
  readonly cells: number;
  /** Cells along each side of what is covered at a time; 1 … cells. */
  readonly span: number;
}

/** The plan that explanations are made by: 64 looks at a photograph. */
export const occlusionPlan: OcclusionPlan = { cells: 7, span: 2 };

/** A rectangle of pixels: from `left` and `top`, included, to `right` and `bottom`, excluded. */
export interface Patch {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Places of the square along one side, the first and last of which hang over the edge. */
function places({ cells, span }: OcclusionPlan): number {
  return cells + span - 1;
}

/**
 * What is covered, one after the other (Zeiler & Fergus 2014, “occlusion sensitivity”): the square moves by one cell at a
 * time, row by row from the top. It begins and ends beyond the edges, so that every cell is covered equally often, span²
 * times; else a cell at the edge could not be told from its neighbour.
 *
 * @param side of the photograph in pixels, at least `cells`
 */
export function occlusionPatches(plan: OcclusionPlan, side: number): Patch[] {
  const { cells, span } = plan;
  const pixel = (cell: number): number => Math.round((Math.min(cells, Math.max(0, cell)) * side) / cells);
  const along = Array.from({ length: places(plan) }, (_, place) => {
    const first = place - span + 1;
    return [pixel(first), pixel(first + span)] as const;
  });
  return along.flatMap(([top, bottom]) => along.map(([left, right]) => ({ left, top, right, bottom })));
}

/**
 * A value per cell, rows from the top: the mean of the values of all patches that cover it. Linear in the values; what one
 * cell alone brings about is largest there, and with a span of 1 nowhere else.
 *
 * @param values one per patch, in the order of `occlusionPatches`
 */
export function cellMeans(plan: OcclusionPlan, values: readonly number[]): number[][] {
  const { cells, span } = plan;
  const across = places(plan);
  const covering = (row: number, column: number): number[] =>
    Array.from({ length: span * span }, (_, k) => {
      const at = (row + Math.floor(k / span)) * across + column + (k % span);
      return values[at]!;
    });
  return Array.from({ length: cells }, (_, row) =>
    Array.from(
      { length: cells },
      (__, column) => covering(row, column).reduce((sum, value) => sum + value, 0) / span ** 2,
    ),
  );
}
