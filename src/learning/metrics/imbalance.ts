import type { ClassMetrics } from './classification.js';
import { mean } from './tally.js';

/**
 * Records of the commonest class per record of the rarest one that occurs, at least 1 (Dorozynski 2022). `counts` are
 * labelled records per class. 1 when no class occurs.
 */
export function imbalanceRatio(counts: readonly number[]): number {
  const present = counts.filter((count) => count > 0);
  return present.length === 0 ? 1 : Math.max(...present) / Math.min(...present);
}

/** Class indices whose relative frequency is below 1/K, K being the number of classes (Dorozynski 2022). */
export function underRepresented(counts: readonly number[]): number[] {
  const share = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.flatMap((count, index) => (count < share ? [index] : []));
}

/**
 * Mean F1 of the under-represented classes that occur in the measured records, in [0, 1] (Dorozynski 2022); undefined
 * when there is none. `counts` are labelled training records per class, in the order of `perClass`.
 */
export function underRepresentedF1(
  perClass: readonly ClassMetrics[],
  counts: readonly number[],
): number | undefined {
  const rare = underRepresented(counts)
    .map((index) => perClass[index]!)
    .filter(({ support }) => support > 0);
  return rare.length === 0 ? undefined : mean(rare.map(({ f1 }) => f1));
}
