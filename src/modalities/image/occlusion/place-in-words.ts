const rows = ['upper', 'middle', 'lower'] as const;
const columns = ['left', 'middle', 'right'] as const;

// What is less beside the rest of the map is chance.
const leastShare = 0.1;

function third(index: number, count: number): 0 | 1 | 2 {
  const middle = (index + 0.5) / count;
  return middle < 1 / 3 ? 0 : middle < 2 / 3 ? 1 : 2;
}

/**
 * Where a map is strongest, in words: “upper left”, “upper middle”, “middle left”, “middle” …; undefined where no part alone
 * speaks for the class, by a tenth of the largest value of either sign or more. Of equals the first.
 *
 * @param cells rows from the top, all of one length
 */
export function strongestPlace(cells: readonly (readonly number[])[]): string | undefined {
  let largest = leastShare * Math.max(...cells.flat().map(Math.abs));
  let found: string | undefined;
  for (const [y, row] of cells.entries()) {
    for (const [x, value] of row.entries()) {
      if (value <= largest) continue;
      largest = value;
      const [down, along] = [rows[third(y, cells.length)], columns[third(x, row.length)]];
      found = down === along ? down : `${down} ${along}`;
    }
  }
  return found;
}
