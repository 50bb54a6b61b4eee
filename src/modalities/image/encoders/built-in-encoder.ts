import { setImmediate as turn } from 'node:timers/promises';
import {
  descriptorFamilies,
  descriptorLength,
  descriptorSide,
  descriptorVersion,
  describePhotograph,
} from '../descriptor.js';
import type { Encoder } from './encoder.js';

/** The encoder that needs nothing but Lacuna: see `describePhotograph`. */
export const builtInEncoder: Encoder = {
  name: 'built-in',
  version: descriptorVersion,
  tier: 'built-in',
  length: descriptorLength,
  side: descriptorSide,
  families: descriptorFamilies,
  concurrency: 4,
  describe: () => ({
    encoder: `colours, lines, surface texture and repeats of the photograph (${descriptorLength} values)`,
    looksAt:
      'their colours, the directions and arrangement of lines, the surface texture and how weave and motif repeat',
    parameters: { descriptorLength },
  }),
  async encode(pixels, signal) {
    // Each takes tens of milliseconds on this thread.
    await turn();
    signal?.throwIfAborted();
    return { ok: true, features: describePhotograph(pixels) };
  },
};
