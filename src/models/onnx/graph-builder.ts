import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from './write-onnx.js';

/** Puts a network together, node by node in the order in which they run. */
export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #weights = new Map<string, OnnxTensor>();

  /** Adds a node with one output. @returns its name, for the nodes that take it */
  add(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    this.#nodes.push({ operator, inputs, outputs: [output], attributes });
    return output;
  }

  /** Adds constant values. @returns their name */
  weight(name: string, shape: readonly number[], data: OnnxTensor['data']): string {
    this.#weights.set(name, { shape, data });
    return name;
  }

  /** What was added. */
  get parts(): Pick<OnnxGraph, 'nodes' | 'weights'> {
    return { nodes: this.#nodes, weights: this.#weights };
  }
}
