import { LacunaError } from '../../../config/errors.js';
import { tensorProblem, type NamedTensors } from '../../../models/named-tensors.js';
import type { Tensor } from '../../../models/safetensors.js';

/** A convolution without bias and the batch normalisation that follows it. */
export interface Unit {
  /** Name of the convolution: its filter is the tensor `<convolution>.weight`. */
  readonly convolution: string;
  /** Name of the batch normalisation: its tensors are `<normalisation>.weight`, `.bias`, `.running_mean`, `.running_var`. */
  readonly normalisation: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the filter in pixels, odd; the input is padded by (kernel − 1) / 2 zeros on every side. */
  readonly kernel: number;
  readonly stride: number;
}

/** A residual block: its units one after the other, beside them the shortcut, which is the input itself where there is none. */
export interface Block {
  /** For example `layer3.0`. */
  readonly name: string;
  readonly units: readonly Unit[];
  readonly shortcut: Unit | undefined;
}

/** A residual network up to the feature vector. */
export interface Architecture {
  /** `basic`: two 3 × 3 convolutions (ResNet-18, -34). `bottleneck`: 1 × 1, 3 × 3, 1 × 1 (ResNet-50, -101, -152). */
  readonly kind: 'basic' | 'bottleneck';
  readonly stem: Unit;
  readonly blocks: readonly Block[];
  /** Length of the feature vector. */
  readonly features: number;
}

const stages = [1, 2, 3, 4] as const;

const normalisationTensors = ['weight', 'bias', 'running_mean', 'running_var'] as const;

function blockCount(tensors: NamedTensors, stage: number): number {
  const numbers = [...tensors.keys()].map((name) =>
    Number(new RegExp(`^layer${stage}\\.(\\d{1,4})\\.`).exec(name)?.[1] ?? 0),
  );
  return 1 + numbers.reduce((most, number) => Math.max(most, number), 0);
}

function outputsOf(tensors: NamedTensors, convolution: string, otherwise: number): number {
  return tensors.get(`${convolution}.weight`)?.shape[0] ?? otherwise;
}

function unit(
  name: string,
  index: number,
  [inputs, outputs]: readonly [number, number],
  kernel: number,
  stride: number,
): Unit {
  return {
    convolution: `${name}conv${index}`,
    normalisation: `${name}bn${index}`,
    inputs,
    outputs,
    kernel,
    stride,
  };
}

function unitsOf(
  kind: Architecture['kind'],
  name: string,
  widths: readonly [inputs: number, inner: number, outputs: number],
  stride: number,
): readonly Unit[] {
  const [inputs, inner, outputs] = widths;
  if (kind === 'basic') {
    return [unit(`${name}.`, 1, [inputs, inner], 3, stride), unit(`${name}.`, 2, [inner, outputs], 3, 1)];
  }
  return [
    unit(`${name}.`, 1, [inputs, inner], 1, 1),
    unit(`${name}.`, 2, [inner, inner], 3, stride),
    unit(`${name}.`, 3, [inner, outputs], 1, 1),
  ];
}

/** A stage of a network: blocks of one width, of which the first halves the picture (not in the first stage). */
interface Stage {
  readonly blocks: number;
  /** Filters inside a block, and those it ends with. */
  readonly inner: number;
  readonly outputs: number;
}

function assembled(kind: Architecture['kind'], width: number, widths: readonly Stage[]): Architecture {
  let inputs = width;
  const blocks = widths.flatMap((stage, before) =>
    Array.from({ length: stage.blocks }, (_, index): Block => {
      const name = `layer${before + 1}.${index}`;
      const { inner, outputs } = stage;
      const stride = index === 0 && before > 0 ? 2 : 1;
      const units = unitsOf(kind, name, [inputs, inner, outputs], stride);
      const shortcut: Unit | undefined =
        stride === 1 && inputs === outputs
          ? undefined
          : {
              convolution: `${name}.downsample.0`,
              normalisation: `${name}.downsample.1`,
              inputs,
              outputs,
              kernel: 1,
              stride,
            };
      inputs = outputs;
      return { name, units, shortcut };
    }),
  );
  return { kind, stem: unit('', 1, [3, width], 7, 2), blocks, features: inputs };
}

const expansions = { basic: 1, bottleneck: 4 } as const;

/**
 * A residual network as He et al. 2016 lay it out: every stage has twice the filters of the one before, a bottleneck ends
 * with four times as many.
 *
 * @param width filters of the first stage
 * @param blocks per stage
 */
export function residualNetwork(
  kind: Architecture['kind'],
  width: number,
  blocks: readonly number[],
): Architecture {
  const widths = blocks.map((count, stage) => {
    const inner = width * 2 ** stage;
    return { blocks: count, inner, outputs: inner * expansions[kind] };
  });
  return assembled(kind, width, widths);
}

/** What the names and widths say the network is; whether every tensor fits is not looked at. */
function sketch(tensors: NamedTensors): Architecture {
  const kind = tensors.has('layer1.0.conv3.weight') ? 'bottleneck' : 'basic';
  const lastUnit = kind === 'basic' ? 'conv2' : 'conv3';
  const width = outputsOf(tensors, 'conv1', 64);
  const widths = stages.map((stage) => {
    const first = `layer${stage}.0`;
    const usual = width * 2 ** (stage - 1);
    return {
      blocks: blockCount(tensors, stage),
      inner: outputsOf(tensors, `${first}.conv1`, usual),
      outputs: outputsOf(tensors, `${first}.${lastUnit}`, usual * expansions[kind]),
    };
  });
  return assembled(kind, width, widths);
}

/** All units of a block, the shortcut's last. */
export function unitsOfBlock({ units, shortcut }: Block): readonly Unit[] {
  return shortcut === undefined ? units : [...units, shortcut];
}

/**
 * A block's output. The two functions say how its parts are computed, which differs between training, prediction and
 * writing the network down.
 *
 * @param compute output of a unit, after ReLU if `rectify`
 * @param join ReLU of the sum of both paths
 */
export function blockOutput<X>(
  { units, shortcut }: Block,
  x: X,
  compute: (unit: Unit, x: X, rectify: boolean) => X,
  join: (path: X, shortcut: X) => X,
): X {
  const path = units.reduce((values, unit) => compute(unit, values, unit !== units.at(-1)), x);
  return join(path, shortcut === undefined ? x : compute(shortcut, x, false));
}

/** Names and shapes of the tensors of a unit, the filter's, outputs × inputs × rows × columns, first. */
export function shapesOf({
  convolution,
  normalisation,
  inputs,
  outputs,
  kernel,
}: Unit): readonly [string, readonly number[]][] {
  return [
    [`${convolution}.weight`, [outputs, inputs, kernel, kernel]],
    ...normalisationTensors.map((part): [string, readonly number[]] => [
      `${normalisation}.${part}`,
      [outputs],
    ]),
  ];
}

function problemOf(name: string, shape: readonly number[], tensor: Tensor | undefined): string | undefined {
  const problem = tensorProblem(name, shape, tensor);
  if (problem !== undefined) return problem;
  const negative = name.endsWith('.running_var') && tensor!.data.some((variance) => variance < 0);
  return negative ? `${name} holds negative variances` : undefined;
}

// The classifier of the network's first training, and counters that only training looks at.
const unused = /^(fc|head|classifier)\.|\.num_batches_tracked$/;

/**
 * The residual network whose weights these are: kind of block, blocks per stage and widths are read off the tensors, the
 * strides are those of torchvision (the 3 × 3 convolution of a bottleneck has it, "ResNet v1.5", not its first 1 × 1).
 *
 * Names are torchvision's, which timm shares (`conv1.weight`, `bn1.running_mean`, `layer1.0.downsample.0.weight` …). The classifier
 * (`fc`, `head`, `classifier`) is not looked at.
 *
 * @throws LacunaError MODEL_INVALID, naming `file` and every tensor that is missing, of another shape or not understood
 */
export function inferArchitecture(tensors: NamedTensors, file: string): Architecture {
  const architecture = sketch(tensors);
  const expected = new Map(
    [architecture.stem, ...architecture.blocks.flatMap(unitsOfBlock)].flatMap(shapesOf),
  );
  const problems = [
    ...[...expected].flatMap(([name, shape]) => problemOf(name, shape, tensors.get(name)) ?? []),
    ...[...tensors.keys()]
      .filter((name) => !expected.has(name) && !unused.test(name))
      .map((name) => `${name} has no place in a residual network`),
  ];
  if (problems.length === 0) return architecture;
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new LacunaError(
    'MODEL_INVALID',
    `${file} does not hold the weights of a ResNet under torchvision's names, it has ${count}:\n${problems.join('\n')}`,
    { problems },
  );
}
