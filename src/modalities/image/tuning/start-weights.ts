import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { LacunaError } from '../../../config/errors.js';
import { seededRandom } from '../../../learning/random.js';
import type { NamedTensors } from '../../../models/named-tensors.js';
import { readSafetensors } from '../../../models/safetensors.js';
import { inferArchitecture, type Architecture } from '../resnet/architecture.js';
import { namedArchitecture, randomTensors, type ArchitectureName } from '../resnet/random-network.js';

/** Weights that were trained before, and what is to be known of them. */
export interface WeightsFile {
  /** Absolute path of a safetensors file with torchvision's names. */
  readonly file: string;
  readonly licence: string;
  /** Where they are from. */
  readonly source?: string | undefined;
}

/** What training starts from. */
export interface Start {
  readonly tensors: NamedTensors;
  readonly architecture: Architecture;
  /** What to call the weights in messages. */
  readonly file: string;
  /** SHA-256 of the file; undefined where the weights are drawn by lot. */
  readonly sha256: string | undefined;
}

/** What decides the weights to start from. */
export interface StartSettings {
  readonly architecture?: ArchitectureName | undefined;
  readonly weights?: WeightsFile | undefined;
  /** Residual blocks to train, from the last on. */
  readonly blocks?: number | undefined;
  readonly seed: number;
}

const section = 'modalities.image.tune';

/** Kind, width and blocks per stage, such as `basic blocks 2+2+2+2, 64 filters wide`. */
function inWords({ kind, stem, blocks }: Architecture): string {
  const counts = new Map<string, number>();
  for (const { name } of blocks) {
    const stage = name.split('.')[0]!;
    counts.set(stage, (counts.get(stage) ?? 0) + 1);
  }
  return `${kind} blocks ${[...counts.values()].join('+')}, ${stem.outputs} filters wide`;
}

async function bytesOf({ file }: WeightsFile): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const message = `${file} (${section}.weights.file) cannot be read: ${(cause as Error).message}.`;
    throw new LacunaError('INPUT_INVALID', message, { cause });
  }
}

async function fromFile(weights: WeightsFile): Promise<Start> {
  const bytes = await bytesOf(weights);
  const { tensors } = readSafetensors(bytes, weights.file);
  const architecture = inferArchitecture(tensors, weights.file);
  return {
    tensors,
    architecture,
    file: weights.file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

function drawn(name: ArchitectureName, seed: number): Start {
  const architecture = namedArchitecture(name);
  const tensors = randomTensors(architecture, seededRandom(seed));
  return { tensors, architecture, file: 'the weights drawn by lot', sha256: undefined };
}

function problemsOf(
  { architecture }: Start,
  { architecture: name, weights, blocks }: StartSettings,
): string[] {
  const problems: string[] = [];
  if (name !== undefined && weights !== undefined) {
    const [found, wanted] = [inWords(architecture), inWords(namedArchitecture(name))];
    if (found !== wanted) {
      problems.push(
        `${section}.architecture: ${weights.file} holds ${found}, and ${name} has ${wanted} — name another file, or leave architecture out`,
      );
    }
  }
  if (blocks !== undefined && weights === undefined) {
    problems.push(
      `${section}.blocks: without weights to start from everything has to be trained — leave blocks out`,
    );
  } else if (blocks !== undefined && blocks > architecture.blocks.length) {
    problems.push(
      `${section}.blocks: the network has ${architecture.blocks.length} blocks, and ${blocks} are to be trained`,
    );
  }
  return problems;
}

/**
 * The weights that training starts from: those of the file, or, where none is named, drawn by lot for the architecture
 * (`small` when left out).
 *
 * @throws LacunaError INPUT_INVALID or MODEL_INVALID with every problem of file and settings
 */
export async function startWeights(settings: StartSettings): Promise<Start> {
  const { weights, architecture = 'small', seed } = settings;
  const start = weights === undefined ? drawn(architecture, seed) : await fromFile(weights);
  const problems = problemsOf(start, settings);
  if (problems.length === 0) return start;
  throw new LacunaError('CONFIG_INVALID', `The network cannot be trained as ${section} says:`, { problems });
}
