import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';

/** What `golden/make_metrics.py` wrote. */
export interface GoldenNumbers {
  readonly metrics: readonly {
    readonly truth: number[];
    readonly predicted: number[];
    readonly classes: number;
    readonly accuracy: number;
    readonly macroF1: number;
    readonly precision: number[];
    readonly recall: number[];
    readonly f1: number[];
    readonly support: number[];
    readonly confusion: number[][];
  }[];
  readonly calibrationError: readonly {
    readonly confidence: number[];
    readonly correct: boolean[];
    readonly bins: number;
    readonly error: number;
  }[];
  readonly temperature: readonly {
    readonly scores: number[][];
    readonly truth: number[];
    readonly temperature: number;
    readonly loss: number;
  }[];
  readonly losses: readonly {
    readonly logits: number[];
    readonly target: number;
    readonly gamma: number;
    readonly weight: number;
    readonly crossEntropy: number;
    readonly focal: number;
  }[];
}

/** Numbers computed by scikit-learn, scipy and numpy. */
export const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/learning/golden/metrics.json'), 'utf8'),
) as GoldenNumbers;

/** True when two numbers agree to `tolerance`, absolute or relative, whichever is larger. */
export function near(actual: number, expected: number, tolerance = 1e-12): boolean {
  return Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
}
