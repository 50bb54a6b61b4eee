/**
 * Share of the learning rate in a step: it rises from 0 over the warm-up and then falls to 0 at the end, both in a straight line
 * (`get_linear_schedule_with_warmup` of transformers).
 *
 * @param step counted from 0
 * @param warmup steps of the warm-up
 * @param steps all of them
 */
export function linearSchedule(step: number, warmup: number, steps: number): number {
  if (step < warmup) return step / warmup;
  return Math.max(0, (steps - step) / Math.max(1, steps - warmup));
}
