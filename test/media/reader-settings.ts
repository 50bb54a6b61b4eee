import type { PhotographReaderOptions } from '../../src/media/photograph-reader.js';

/** How tests read photographs unless they say otherwise: from anywhere, at once, asking nobody for leave. */
export const readerSettings = {
  rewrite: [],
  userAgent: 'Lacuna test',
  concurrency: 4,
  requestsPerSecond: 1000,
  robots: { enabled: false, except: [] },
  timeoutSeconds: 5,
  maximumBytes: 100_000,
  maximumPixels: 100_000_000,
  allowPrivateAddresses: true,
} satisfies PhotographReaderOptions;
