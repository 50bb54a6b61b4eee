import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Finaliser of MurmurHash3: neighbouring seeds must not give neighbouring streams. */
function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/**
 * A stream of uniform numbers in [0, 1), multiples of 2⁻⁵³ (xoroshiro128+ of pure-rand). Equal seeds give equal streams
 * on every machine; `seed` is any integer, of which 53 bits count.
 */
export function seededRandom(seed: number): () => number {
  const low = seed | 0;
  const high = Math.floor(seed / 0x1_0000_0000) | 0;
  const state = [0x9e3779b9, 0x3c6ef372, 0xdaa66d2b, 0x78dde6e4].map((step, word) =>
    mixed(mixed(low + step) ^ (high + word)),
  );
  // The all-zero state is the one from which the generator never moves.
  if (!state.some(Boolean)) state[0] = 1;
  const generator = xoroshiro128plusFromState(state);
  return () => uniformFloat64(generator);
}

/**
 * A normal number of mean 0 (Box–Muller, cosine branch). `random` gives numbers in [0, 1), of which two are taken;
 * `deviation` ≥ 0 is the standard deviation.
 */
export function normal(random: () => number, deviation = 1): number {
  // 1 − random() is never 0.
  const radius = deviation * Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** A copy of `items` in random order (Fisher–Yates), every order equally likely. `random` gives numbers in [0, 1). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    const kept = result[last]!;
    result[last] = result[chosen]!;
    result[chosen] = kept;
  }
  return result;
}
