/** Bounds of a confidence interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** 97.5 % quantile of the standard normal distribution: two-sided 95 %. */
const two = 1.959963984540054;

/**
 * Interval of a share (Wilson 1927, without continuity correction): `part` of `whole` records, both ≥ 0; effective numbers
 * need not be whole. Within [0, 1]; [0, 1] itself when there are none.
 *
 * @param z standard errors to either side; 95 % unless told
 */
export function wilsonInterval(part: number, whole: number, z = two): Interval {
  if (whole === 0) return { low: 0, high: 1 };
  const share = part / whole;
  const shrink = 1 + z ** 2 / whole;
  const centre = (share + z ** 2 / (2 * whole)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / whole + z ** 2 / (4 * whole ** 2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
