import type { Overview, OverviewService } from '../../src/daemon/overview/overview.js';

/** An overview of nothing. */
export const silentOverview: OverviewService = {
  overview: () =>
    Promise.resolve({
      title: 'Nothing',
      takenAt: '2026-03-02T12:00:00.000Z',
      predictionsGraph: 'http://example.org/predictions',
      records: 0,
      museums: 0,
      remarks: [],
      coverage: [],
      query: 'ASK {}',
      examples: [],
    } satisfies Overview),
};
