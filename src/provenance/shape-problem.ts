/** A rule that predictions break. */
export interface ShapeProblem {
  /** IRI of the statement concerned, or of the agent, association, run or record when no single statement is. */
  readonly focus: string;
  /** IRI of the property concerned, several separated by `/`; empty when it is the node itself. */
  readonly path: string;
  /** What the rule asks. */
  readonly message: string;
  /** IRI of the rule, a shape in `ontology/shapes.ttl` or one of `assertionProblems`. */
  readonly shape: string;
}
