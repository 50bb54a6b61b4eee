import type { Tree } from './tree.js';

/** The arrays of a tree that have one entry per node. */
const perNode = [
  'feature',
  'left',
  'right',
  'threshold',
  'setStart',
  'defaultLeft',
  'value',
  'gain',
  'cover',
] as const satisfies readonly (keyof Tree)[];

/** Many trees as a dozen arrays, end to end: handing thousands of small ones to another thread takes longer than growing them. */
export interface Forest {
  /** Nodes of each tree, and words of its category sets. */
  readonly nodes: Int32Array;
  readonly words: Int32Array;
  readonly arrays: Tree;
}

type NodeArray = Int32Array | Uint32Array | Uint8Array | Float32Array | Float64Array;

/** Lays arrays of one kind end to end. */
function joined<T extends NodeArray>(parts: readonly T[], make: (length: number) => T): T {
  const whole = make(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Lays trees end to end. */
export function layForest(trees: readonly Tree[]): Forest {
  const whole = (key: 'feature' | 'left' | 'right' | 'setStart'): Int32Array =>
    joined(
      trees.map((tree) => tree[key]),
      (length) => new Int32Array(length),
    );
  const single = (key: 'threshold' | 'gain' | 'cover'): Float32Array =>
    joined(
      trees.map((tree) => tree[key]),
      (length) => new Float32Array(length),
    );
  return {
    nodes: Int32Array.from(trees, ({ feature }) => feature.length),
    words: Int32Array.from(trees, ({ sets }) => sets.length),
    arrays: {
      feature: whole('feature'),
      left: whole('left'),
      right: whole('right'),
      setStart: whole('setStart'),
      threshold: single('threshold'),
      gain: single('gain'),
      cover: single('cover'),
      value: joined(
        trees.map(({ value }) => value),
        (length) => new Float64Array(length),
      ),
      defaultLeft: joined(
        trees.map(({ defaultLeft }) => defaultLeft),
        (length) => new Uint8Array(length),
      ),
      sets: joined(
        trees.map(({ sets }) => sets),
        (length) => new Uint32Array(length),
      ),
    },
  };
}

/** The memory of a forest, to be handed over. */
export function buffersOf({ nodes, words, arrays }: Forest): ArrayBuffer[] {
  const all: readonly NodeArray[] = [nodes, words, ...(Object.values(arrays) as NodeArray[])];
  return all.map(({ buffer }) => buffer as ArrayBuffer);
}

/** The trees again, as views of the same memory. */
export function treesOf({ nodes, words, arrays }: Forest): Tree[] {
  let [node, word] = [0, 0];
  return Array.from(nodes, (count, index) => {
    const [from, to, firstWord] = [node, node + count, word];
    node = to;
    word += words[index]!;
    const views = Object.fromEntries(perNode.map((key) => [key, arrays[key].subarray(from, to)]));
    return { ...views, sets: arrays.sets.subarray(firstWord, word) } as unknown as Tree;
  });
}
