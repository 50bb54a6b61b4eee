import type { FastifyInstance } from 'fastify';
import type { OverviewService } from '../overview/overview.js';

/** Adds GET /overview: coverage and examples, as the page shows them. */
export function addOverviewRoute(app: FastifyInstance, service: OverviewService): void {
  app.get('/overview', async (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(await service.overview()),
  );
}
