import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../src/config/package-root.js';

interface Shares {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** What `golden/make_metrics.py` wrote. */
interface GoldenMetrics {
  readonly answers: readonly {
    readonly truth: number[];
    readonly predicted: number[];
    readonly classes: number;
    readonly averages: Record<'macro' | 'micro' | 'weighted', Shares>;
    readonly balancedAccuracy: number;
    readonly kappa: number;
    readonly matthews: number;
  }[];
  readonly scores: readonly {
    readonly scores: number[][];
    readonly truth: number[];
    readonly logLoss: number;
    readonly brier: number;
    readonly topK: Record<string, number>;
    readonly averageRank: number;
  }[];
  readonly equalMass: readonly {
    readonly confidence: number[];
    readonly correct: boolean[];
    readonly bins: number;
    readonly curve: { readonly count: number; readonly confidence: number; readonly accuracy: number }[];
    readonly error: number;
  }[];
  readonly wilson: readonly {
    readonly part: number;
    readonly whole: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly riskCoverage: readonly {
    readonly confidence: number[];
    readonly correct: boolean[];
    readonly points: { readonly threshold: number; readonly coverage: number; readonly risk: number }[];
    readonly area: number;
  }[];
  readonly association: readonly {
    readonly first: number[];
    readonly second: number[];
    readonly cramersV: number;
    readonly corrected: number;
  }[];
  readonly multiLabel: readonly {
    readonly scores: number[][];
    readonly relevant: number[][];
    readonly classes: number;
    readonly macro: Shares;
    readonly micro: Shares;
    readonly perClass: Record<'precision' | 'recall' | 'f1' | 'support', number[]>;
    readonly accuracy: number;
    readonly exactMatch: number;
    readonly rPrecision: number;
    readonly averageRank: number;
    readonly accuracyAt: Record<string, number>;
  }[];
}

/** Figures computed by scikit-learn, scipy and numpy. */
export const goldenMetrics = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/learning/metrics/golden/metrics.json'), 'utf8'),
) as GoldenMetrics;
