import { normal, seededRandom } from '../src/learning/random.js';
import type { NamedTensors } from '../src/models/named-tensors.js';
import type { Tensor } from '../src/models/safetensors.js';

/** Bottleneck blocks per stage, by the network's depth (He et al. 2016, table 1). */
export const bottlenecks: ReadonlyMap<number, readonly number[]> = new Map([
  [50, [3, 4, 6, 3]],
  [101, [3, 4, 23, 3]],
  [152, [3, 8, 36, 3]],
]);

/**
 * A ResNet of torchvision's shape and names without its classifier, with random weights: filters as He et al. draw them,
 * and a last normalisation per block that is small enough for what 50 blocks add up to stay a few units.
 *
 * @throws RangeError for a depth that `bottlenecks` does not know
 */
export function randomResNet(depth: number, seed: number): NamedTensors {
  const stages = bottlenecks.get(depth);
  if (stages === undefined)
    throw new RangeError(`no ResNet-${depth}; there are ${[...bottlenecks.keys()].join(', ')}`);
  const random = seededRandom(seed);
  const tensors = new Map<string, Tensor>();
  const unit = (
    [convolution, normalisation]: readonly [string, string],
    [outputs, inputs, kernel]: readonly [number, number, number],
    gain = 1,
  ): void => {
    const perOutput = inputs * kernel ** 2;
    const deviation = Math.sqrt(2 / perOutput);
    tensors.set(`${convolution}.weight`, {
      shape: [outputs, inputs, kernel, kernel],
      data: Float32Array.from({ length: outputs * perOutput }, () => normal(random, deviation)),
    });
    const parts = { weight: gain, bias: 0, running_mean: 0, running_var: 1 };
    for (const [part, value] of Object.entries(parts))
      tensors.set(`${normalisation}.${part}`, {
        shape: [outputs],
        data: new Float32Array(outputs).fill(value),
      });
  };
  unit(['conv1', 'bn1'], [64, 3, 7]);
  let inputs = 64;
  for (const [stage, blocks] of stages.entries()) {
    const inner = 64 * 2 ** stage;
    for (let block = 0; block < blocks; block++) {
      const name = `layer${stage + 1}.${block}`;
      unit([`${name}.conv1`, `${name}.bn1`], [inner, inputs, 1]);
      unit([`${name}.conv2`, `${name}.bn2`], [inner, inner, 3]);
      unit([`${name}.conv3`, `${name}.bn3`], [4 * inner, inner, 1], 0.2);
      if (block === 0) unit([`${name}.downsample.0`, `${name}.downsample.1`], [4 * inner, inputs, 1]);
      inputs = 4 * inner;
    }
  }
  return tensors;
}
