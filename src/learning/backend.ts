import * as tf from '@tensorflow/tfjs-core';
import { LacunaError } from '../config/errors.js';

/** The backends, fastest first. */
export const backendNames = ['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] as const;

/** Where tensors are computed, and which better places could not be used. */
export interface Backend {
  readonly name: (typeof backendNames)[number];
  readonly device: 'gpu' | 'cpu';
  /** Installed backends that were tried first and did not work. A backend that is not installed is not listed. */
  readonly passedOver: readonly { readonly name: string; readonly reason: string }[];
}

interface Candidate {
  readonly name: Backend['name'];
  readonly packageName: string;
  /** The name under which the package registers itself with tfjs-core. */
  readonly registered: string;
}

const candidates: readonly Candidate[] = [
  { name: 'tfjs-node-gpu', packageName: '@tensorflow/tfjs-node-gpu', registered: 'tensorflow' },
  { name: 'tfjs-node', packageName: '@tensorflow/tfjs-node', registered: 'tensorflow' },
  { name: 'wasm', packageName: '@tensorflow/tfjs-backend-wasm', registered: 'wasm' },
  { name: 'cpu', packageName: '@tensorflow/tfjs-backend-cpu', registered: 'cpu' },
];

/** Imports a package by name. */
export type Import = (packageName: string) => Promise<unknown>;

const importPackage: Import = (packageName) => import(packageName);

function isNotInstalled(error: unknown, packageName: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return missing && message.includes(`'${packageName}'`);
}

/** A library that loads but cannot multiply (a missing CUDA library, a wrong binary) shows it here, not in mid-training. */
async function proves(registered: string): Promise<void> {
  // The declared type leaves out the null it gives for an unknown name.
  if ((tf.findBackendFactory(registered) as unknown) === null) {
    throw new Error(
      `it registers no backend "${registered}"; is it built on another copy of @tensorflow/tfjs-core?`,
    );
  }
  if (!(await tf.setBackend(registered))) throw new Error('it cannot be initialised');
  const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])));
  const [value] = await product.data();
  product.dispose();
  if (value !== 11) throw new Error(`it computes 1·3 + 2·4 = ${value}`);
}

function deviceOf(name: Backend['name']): Backend['device'] {
  if (name !== 'tfjs-node-gpu') return 'cpu';
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  return isUsingGpuDevice === true ? 'gpu' : 'cpu';
}

/**
 * Chooses the fastest TensorFlow.js backend that is installed and works, and makes it the current one:
 * `@tensorflow/tfjs-node-gpu`, `@tensorflow/tfjs-node` (both optional), wasm, plain JavaScript.
 *
 * TensorFlow's banners and notices are silenced: a command's output belongs to the command.
 *
 * @param load how packages are imported; replaced in tests
 * @param only the one backend to use
 * @throws LacunaError CONFIG_INVALID when the one asked for is not installed or does not work; Error when not even the plain
 * JavaScript backend works
 */
export async function chooseBackend(load: Import = importPackage, only?: Backend['name']): Promise<Backend> {
  tf.enableProdMode();
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const passedOver: { name: string; reason: string }[] = [];
  for (const { name, packageName, registered } of candidates) {
    if (only !== undefined && name !== only) continue;
    try {
      await load(packageName);
      await proves(registered);
      return { name, device: deviceOf(name), passedOver };
    } catch (error) {
      if (!isNotInstalled(error, packageName)) passedOver.push({ name, reason: (error as Error).message });
    }
  }
  const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  if (only !== undefined) {
    const { packageName } = candidates.find(({ name }) => name === only)!;
    const why = passedOver.length === 0 ? `${packageName} is not installed` : reasons;
    throw new LacunaError('CONFIG_INVALID', `The TensorFlow.js backend ${only} cannot be used: ${why}.`);
  }
  throw new Error(
    `no TensorFlow.js backend works (${reasons}); install the project's packages again with npm ci`,
  );
}
