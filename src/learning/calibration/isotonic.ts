import { LacunaError } from '../../config/errors.js';

/** A non-decreasing piecewise linear map of confidences: knots (x, y), ascending in both. */
export interface IsotonicMap {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

interface Block {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  readonly mean: number;
}

function pooled(a: Block, b: Block): Block {
  const weight = a.weight + b.weight;
  return { from: a.from, to: b.to, weight, mean: (a.weight * a.mean + b.weight * b.mean) / weight };
}

/** One block per distinct x, ascending. */
function distinctPoints(
  x: readonly number[],
  y: readonly number[],
  weights: readonly number[],
  order: readonly number[],
): Block[] {
  const points: Block[] = [];
  for (const at of order) {
    const own = { from: x[at]!, to: x[at]!, weight: weights[at]!, mean: y[at]! };
    const last = points.at(-1);
    if (last?.to === own.from) points[points.length - 1] = pooled(last, own);
    else points.push(own);
  }
  return points;
}

/**
 * Isotonic regression: the non-decreasing function of `x` with the least weighted squared error to `y`, by pooling
 * adjacent violators (Ayer et al. 1955; for calibration Zadrozny & Elkan 2002). Equal x are averaged first; the result
 * keeps only the ends of each level, as scikit-learn's IsotonicRegression does.
 *
 * All lists of one length; weights ≥ 0, records of weight 0 do not count. Throws LacunaError INPUT_INVALID when lengths
 * differ or nothing counts.
 */
export function fitIsotonic(
  x: readonly number[],
  y: readonly number[],
  weights: readonly number[] = x.map(() => 1),
): IsotonicMap {
  if (x.length !== y.length || x.length !== weights.length) {
    throw new LacunaError(
      'INPUT_INVALID',
      `isotonic regression: ${x.length} confidences, ${y.length} outcomes and ${weights.length} weights`,
    );
  }
  const order = [...x.keys()].filter((at) => weights[at]! > 0).sort((a, b) => x[a]! - x[b]!);
  if (order.length === 0) {
    throw new LacunaError('INPUT_INVALID', 'isotonic regression: no record has a weight above 0');
  }
  const blocks: Block[] = [];
  for (const own of distinctPoints(x, y, weights, order)) {
    let block = own;
    for (let last = blocks.at(-1); last !== undefined && last.mean >= block.mean; last = blocks.at(-1)) {
      blocks.pop();
      block = pooled(last, block);
    }
    blocks.push(block);
  }
  const knots = blocks.flatMap(({ from, to, mean }) =>
    from === to ? [[from, mean] as const] : [[from, mean] as const, [to, mean] as const],
  );
  return { x: knots.map(([at]) => at), y: knots.map(([, value]) => value) };
}

/** Value of the map at `x`: linear between knots, constant beyond the ends. */
export function applyIsotonic({ x: knots, y: values }: IsotonicMap, x: number): number {
  const next = knots.findIndex((knot) => knot >= x);
  if (next === -1) return values.at(-1)!;
  if (next === 0 || knots[next] === x) return values[next]!;
  const share = (x - knots[next - 1]!) / (knots[next]! - knots[next - 1]!);
  return values[next - 1]! + share * (values[next]! - values[next - 1]!);
}
