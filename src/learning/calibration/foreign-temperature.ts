import { meanLogLoss, type HeldOut } from './held-out.js';
import { applyTemperature } from './temperature.js';

/** Temperature of a group before any group has been left out: a model is about half as sure as it says. */
const expected = 2;
const highest = 30;
const steps = 170;

/**
 * The temperature for records of a group that training has not seen, such as another museum, from groups that were left
 * out one by one: the one with the least sum of the groups' mean log-losses. Groups count alike however large they are,
 * since the next one is another group and not another record. (ln t − ln 2)² is added, which weighs about as much as one group
 * and keeps two or three groups from promising everything or nothing.
 *
 * @param groups calibrated scores and truth of each group, said by models that have not seen it
 * @returns in 1..30, searched on a grid of 2 % steps; 2 without groups
 */
export function fitForeignTemperature(groups: readonly HeldOut[]): number {
  const told = groups.filter(({ truth }) => truth.length > 0);
  let best = expected;
  let least = Infinity;
  for (let step = 0; step <= steps; step++) {
    const t = highest ** (step / steps);
    let loss = Math.log(t / expected) ** 2;
    for (const group of told) {
      loss += meanLogLoss({ ...group, scores: group.scores.map((row) => applyTemperature(row, t)) });
    }
    if (loss < least) [best, least] = [t, loss];
  }
  return best;
}
