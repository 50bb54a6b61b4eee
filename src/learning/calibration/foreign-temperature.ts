import { meanLogLoss, type HeldOut } from './held-out.js';
import { applyTemperature } from './temperature.js';

/** Temperature of a group before any group has been left out: a model is about half as sure as it says. */
const expected = 2;
/** How many groups' worth that expectation weighs. */
const pull = 0.3;
const highest = 30;
const steps = 170;

/**
 * The temperature for records of a group that training has not seen, such as another museum, from groups that were left
 * out one by one: the one with the least weighted sum of the groups' mean log-losses. A group weighs as the square root of its
 * records: counted by record the largest alone would decide, counted alike a handful of records would decide as much as
 * thousands. 0.3 · (ln t − ln 2)² is added, a third of a group, which keeps two or three groups from promising everything or
 * nothing.
 *
 * @param groups scores and truth of each group, said by models that have not seen it
 * @returns in 1..30, searched on a grid of 2 % steps; 2 without groups
 */
export function fitForeignTemperature(groups: readonly HeldOut[]): number {
  const told = groups.filter(({ truth }) => truth.length > 0);
  const roots = told.map(({ truth }) => Math.sqrt(truth.length));
  const meanRoot = roots.reduce((sum, root) => sum + root, 0) / roots.length;
  let best = expected;
  let least = Infinity;
  for (let step = 0; step <= steps; step++) {
    const t = highest ** (step / steps);
    let loss = pull * Math.log(t / expected) ** 2;
    for (const [index, group] of told.entries()) {
      const scores = group.scores.map((row) => applyTemperature(row, t));
      loss += (roots[index]! / meanRoot) * meanLogLoss({ ...group, scores });
    }
    if (loss < least) [best, least] = [t, loss];
  }
  return best;
}
