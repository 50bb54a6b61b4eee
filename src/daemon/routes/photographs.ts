import type { FastifyInstance } from 'fastify';
import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import { photographAddress } from '../../graph/photograph-address.js';
import type { Store } from '../../graph/store.js';
import { openPhotograph } from '../../media/open-photograph.js';
import type { PhotographReader } from '../../media/photograph-reader.js';
import type { RecordModel } from '../../vocabulary/profile.js';
import { HttpProblem } from '../problem.js';

/** What the photograph route needs. */
export interface PhotographParts {
  readonly store: Store;
  readonly model: RecordModel;
  /** `graphs.read` of the configuration. */
  readonly graphs: readonly string[];
  readonly photographs: PhotographReader;
  readonly maximumPixels: number;
}

interface Thumbnail {
  readonly bytes: Buffer;
  readonly tag: string;
}

// Twice the width the page shows, for sharp screens.
const widthPixels = 640;
const cacheBytes = 64 * 1024 * 1024;
const cacheSeconds = 24 * 60 * 60;
const readAtATime = 3;

/**
 * Adds GET /photographs?node=IRI: a small JPEG of a photograph in the graph. Only addresses that a museum's graph gives an
 * image node are read; nothing a visitor writes is.
 */
export function addPhotographRoute(app: FastifyInstance, parts: PhotographParts): void {
  const { store, model, graphs, photographs, maximumPixels } = parts;
  const cache = new LRUCache<string, Thumbnail>({
    maxSize: cacheBytes,
    sizeCalculation: ({ bytes }) => bytes.length,
  });
  const queue = new PQueue({ concurrency: readAtATime });

  async function addressOf(node: string): Promise<string> {
    const address = await photographAddress(store, model, node, graphs);
    if (address !== undefined) return address;
    throw new HttpProblem(404, 'No museum graph knows a photograph by that IRI.', { code: 'NOT_FOUND' });
  }

  async function thumbnail(address: string): Promise<Thumbnail> {
    const outcome = await photographs.read(address, { least: { width: widthPixels, height: 1 } });
    if (!outcome.ok) throw new HttpProblem(502, `The photograph cannot be had: ${outcome.detail}.`);
    const known = cache.get(outcome.digest);
    if (known !== undefined) return known;
    const enough = { width: 2 * widthPixels, height: 1 };
    const opened = await openPhotograph(outcome.bytes, { enough, maximumPixels, isWhole: false });
    if ('reason' in opened) throw new HttpProblem(502, `The photograph cannot be decoded: ${opened.detail}.`);
    const bytes = await opened.picture
      .resize({ width: widthPixels, withoutEnlargement: true })
      .flatten({ background: 'white' })
      .jpeg({ quality: 80, mozjpeg: true })
      .toBuffer()
      .catch((cause: unknown) => {
        throw new HttpProblem(502, 'The photograph cannot be decoded.', { cause });
      });
    const made = { bytes, tag: `"${outcome.digest.slice(0, 32)}"` };
    cache.set(outcome.digest, made);
    return made;
  }

  app.get<{ Querystring: { node: string } }>(
    '/photographs',
    {
      schema: {
        querystring: {
          type: 'object',
          required: ['node'],
          properties: { node: { type: 'string', minLength: 1, maxLength: 2000 } },
        },
      },
    },
    async (request, reply) => {
      const address = await addressOf(request.query.node);
      const { bytes, tag } = await queue.add(() => thumbnail(address), { throwOnTimeout: true });
      void reply.headers({ etag: tag, 'cache-control': `public, max-age=${cacheSeconds}` });
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      return reply.type('image/jpeg').send(bytes);
    },
  );
}
