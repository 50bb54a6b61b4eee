import { z } from 'zod';
import { filePath, whole } from './fields.js';

/** Schema of how photographs are read. */
export const photographs = z.strictObject({
  rewrite: z
    .array(
      z.strictObject({
        from: z.string().min(1).describe('the beginning of an address'),
        to: filePath.describe('a folder'),
      }),
    )
    .default([])
    .describe('local copies: an address that starts with `from` is looked up under the folder `to`'),
  userAgent: z
    .string()
    .regex(/^[\x20-\x7e]+$/, { error: 'holds characters a HTTP header cannot carry' })
    .default('Lacuna/0.1 (cultural-heritage metadata enrichment; contact: set photographs.userAgent)')
    .describe('the User-Agent photograph servers see, with a contact'),
  concurrency: whole
    .min(1)
    .max(64)
    .default(4)
    .describe('the number of photographs asked of one host at a time'),
  requestsPerSecond: z
    .number()
    .positive()
    .max(1000)
    .default(10)
    .describe('requests begun per second to one host, at most'),
  robots: z
    .strictObject({
      enabled: z.boolean().default(true).describe('whether robots.txt and its Crawl-delay are heeded'),
      except: z
        .array(
          z
            .string()
            .regex(/^[^/\s]+$/, { error: 'is no host, such as media.museum.example or localhost:8182' }),
        )
        .default([])
        .describe('hosts whose robots.txt does not matter, such as your own'),
    })
    .prefault({})
    .describe('what servers ask of programs'),
  timeoutSeconds: z.number().positive().default(20).describe('seconds a photograph may take'),
  maximumBytes: whole
    .min(1)
    .default(50_000_000)
    .describe('the size in bytes above which a photograph is skipped'),
  maximumPixels: whole.min(1).default(100_000_000).describe('the pixels above which a photograph is skipped'),
  allowPrivateAddresses: z
    .boolean()
    .default(false)
    .describe('true when photographs lie on a server in your own network'),
  cache: z
    .strictObject({
      enabled: z.boolean().default(true).describe('false to ask for every photograph anew'),
      maximumBytes: whole
        .min(1)
        .default(5_000_000_000)
        .describe('bytes on disk; above, what was least recently used goes'),
      days: z
        .number()
        .min(0)
        .max(3650)
        .default(30)
        .describe(
          'days a photograph is not asked for again when its server does not say how long it is good',
        ),
    })
    .prefault({})
    .describe('photographs kept in the state folder'),
});
