/** Value of a loss that depends on distances between features, and its slopes by each distance. */
export interface DistanceLoss {
  readonly loss: number;
  /** ∂L/∂Δ, in the order of the distances; where each pair occurs twice, the slopes of both add up. */
  readonly slopes: Float64Array;
}
