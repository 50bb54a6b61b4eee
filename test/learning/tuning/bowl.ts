import type { Fold } from '../../../src/learning/splits/folds.js';
import type { ParameterSpace } from '../../../src/learning/tuning/space.js';

/** Parameters of a made-up model. */
export interface Bowl {
  readonly x: number;
  readonly y: number;
  readonly kind: 'good' | 'bad';
}

export const bowlSpace: ParameterSpace<Bowl> = {
  x: { kind: 'number', low: -5, high: 5 },
  y: { kind: 'number', low: 0.001, high: 10, isLogarithmic: true },
  kind: { kind: 'choice', values: ['bad', 'good'] },
};

/** Highest, 0, at x = 2, y = 0.1 and `good`; the folds differ by a constant. */
export function bowlScore({ x, y, kind }: Bowl, fold: Fold): number {
  return -((x - 2) ** 2) - Math.log10(y / 0.1) ** 2 - (kind === 'good' ? 0 : 3) + 0.1 * fold.held[0]!;
}

/** Three folds of three records. */
export const bowlFolds: readonly Fold[] = [0, 1, 2].map((held) => ({
  train: [0, 1, 2].filter((place) => place !== held),
  held: [held],
}));
