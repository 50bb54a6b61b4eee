import type { Tensor } from './safetensors.js';

/** The weights of a network by name. */
export type NamedTensors = ReadonlyMap<string, Tensor>;

/** The values of a tensor that is known to be there and to hold numbers with a point. */
export function valuesOf(tensors: NamedTensors, name: string): Float32Array {
  const { data } = tensors.get(name) as Tensor;
  return data instanceof Float32Array ? data : Float32Array.from(data as Float64Array);
}

/** What is wrong with a tensor that is to hold finite numbers with a point, of that shape; undefined where nothing is. */
export function tensorProblem(
  name: string,
  shape: readonly number[],
  tensor: Tensor | undefined,
): string | undefined {
  if (tensor === undefined) return `${name} is missing`;
  const [found, wanted] = [tensor.shape.join(' × '), shape.join(' × ')];
  if (found !== wanted)
    return `${name} has ${found === '' ? 'no shape' : `shape ${found}`} instead of ${wanted}`;
  if (!(tensor.data instanceof Float32Array || tensor.data instanceof Float64Array)) {
    return `${name} holds whole numbers`;
  }
  return tensor.data.every(Number.isFinite) ? undefined : `${name} holds numbers that are not finite`;
}
