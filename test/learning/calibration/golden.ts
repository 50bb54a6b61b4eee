import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../src/config/package-root.js';

interface HeldOutCase {
  readonly scores: number[][];
  readonly truth: number[];
}

/** What `golden/make.py` wrote. */
export interface GoldenCalibration {
  readonly isotonic: readonly {
    x: number[];
    y: number[];
    weights: number[];
    at: number[];
    values: number[];
  }[];
  readonly scaling: readonly (HeldOutCase & {
    form: 'vector' | 'dirichlet';
    offDiagonalPenalty: number;
    biasPenalty: number;
    weights: number[];
    loss: number;
    scaled: number[][];
  })[];
  readonly priors: readonly {
    scores: number[][];
    source: number[];
    target: number[];
    estimate: number[];
    adjusted: number[][];
  }[];
  readonly density: readonly {
    labelled: string[][];
    target: string[][];
    largest: number;
    weights: number[];
    effectiveSize: number;
  }[];
  readonly conformal: readonly (HeldOutCase & { coverage: number; threshold: number | null })[];
  readonly weightedConformal: readonly {
    misfit: number[];
    weights: number[];
    coverage: number;
    threshold: number | null;
  }[];
  readonly groupedConformal: readonly { groups: number[][]; coverage: number; threshold: number | null }[];
}

const file = path.join(packageRoot, 'test/learning/calibration/golden/calibration.json');

/** Calibration as scikit-learn, scipy and numpy compute it. */
export const golden = JSON.parse(readFileSync(file, 'utf8')) as GoldenCalibration;
