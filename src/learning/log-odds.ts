/**
 * ln(y/(1−y)) of one class from the logits of its task, without passing through scores that round to 0 or 1.
 *
 * @param logits of at least two classes
 * @param chosen index of the class
 */
export function logOdds(logits: Float64Array, chosen: number): number {
  const others = logits.filter((_, index) => index !== chosen);
  const largest = others.reduce((most, value) => Math.max(most, value), -Infinity);
  const sum = others.reduce((total, value) => total + Math.exp(value - largest), 0);
  return (logits[chosen] as number) - largest - Math.log(sum);
}
