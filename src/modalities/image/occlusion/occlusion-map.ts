import type { Pixels } from '../../../media/decode.js';
import type { PhotographFailure } from '../../../media/photograph-outcome.js';
import type { Encoder } from '../encoders/encoder.js';
import { covered, meanColour } from './covered.js';
import { cellMeans, occlusionPatches, type OcclusionPlan } from './schedule.js';

/** Which parts of a photograph speak for a class, and which against it. */
export interface OcclusionMap {
  /** What the class loses in log-odds where a cell is covered, rows from the top; negative where it gains. */
  readonly cells: readonly (readonly number[])[];
  /** Log-odds of the class on the whole photograph, before calibration. */
  readonly logOdds: number;
}

/** A map, or why the photograph could not be looked at. */
export type OcclusionOutcome = { readonly ok: true; readonly map: OcclusionMap } | PhotographFailure;

/**
 * Covers the photograph piece by piece in its mean colour and asks each time how sure the model still is (Zeiler & Fergus
 * 2014). Nothing but the encoder's numbers is needed, no gradients, so it works with any. As many pictures are in hand at a
 * time as the encoder likes to have.
 *
 * @param pixels as the encoder takes them
 * @param logOddsOf log-odds of the class from an encoder's features
 * @throws what the encoder throws, and the signal's reason when aborted
 */
export async function occlusionMap(
  encoder: Pick<Encoder, 'encode' | 'concurrency'>,
  pixels: Pixels,
  logOddsOf: (features: Float32Array) => number,
  plan: OcclusionPlan,
  signal?: AbortSignal,
): Promise<OcclusionOutcome> {
  const whole = await encoder.encode(pixels, signal);
  if (!whole.ok) return whole;
  const logOdds = logOddsOf(whole.features);
  const colour = meanColour(pixels);
  const patches = occlusionPatches(plan, pixels.width);
  const losses = patches.map(() => 0);
  let next = 0;
  let failed: PhotographFailure | undefined;
  const look = async (): Promise<void> => {
    while (next < patches.length && failed === undefined) {
      const at = next++;
      const without = await encoder.encode(covered(pixels, patches[at]!, colour), signal);
      if (without.ok) losses[at] = logOdds - logOddsOf(without.features);
      else failed ??= without;
    }
  };
  await Promise.all(Array.from({ length: encoder.concurrency }, look));
  return failed ?? { ok: true, map: { cells: cellMeans(plan, losses), logOdds } };
}
