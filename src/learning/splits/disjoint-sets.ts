/** Sets of 0..count-1 that can be joined (union–find with path halving and union by size). */
export class DisjointSets {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;

  /** Starts with `count` sets of one element each. */
  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, element) => element);
    this.#size = new Int32Array(count).fill(1);
  }

  /** The element that stands for the set of `element`. */
  find(element: number): number {
    let at = element;
    while (this.#parent[at] !== at) {
      this.#parent[at] = this.#parent[this.#parent[at]!]!;
      at = this.#parent[at]!;
    }
    return at;
  }

  /** Makes one set of the sets of `a` and `b`. */
  join(a: number, b: number): void {
    const [left, right] = [this.find(a), this.find(b)];
    if (left === right) return;
    const [large, small] = this.#size[left]! >= this.#size[right]! ? [left, right] : [right, left];
    this.#parent[small] = large;
    this.#size[large]! += this.#size[small]!;
  }
}
