import { DataFactory } from 'n3';
import type { Store } from '../../graph/store.js';
import { bindTemplate, loadTemplate } from '../../graph/template.js';
import type { Profile } from '../../vocabulary/profile.js';
import type { RunService } from '../run-service.js';
import type { DaemonConfig } from '../settings.js';
import { measureCoverage, type PropertyCoverage } from './coverage.js';
import { findExamples, type ExampleRecord } from './examples.js';
import { englishFirst } from './labels.js';

/** What the overview page shows of the graph. */
export interface Overview {
  readonly title: string;
  /** ISO 8601. */
  readonly takenAt: string;
  readonly predictionsGraph: string;
  readonly records: number;
  readonly museums: number;
  readonly coverage: readonly PropertyCoverage[];
  readonly examples: readonly ExampleRecord[];
  /** A query to begin with: what a consumer asks of the predictions. */
  readonly query: string;
}

/** Says how complete the collection is and what the predictions look like. */
export interface OverviewService {
  /** Throws what the store throws. */
  overview(): Promise<Overview>;
}

/** What the overview is made from. */
export interface OverviewParts {
  readonly config: DaemonConfig;
  readonly store: Store;
  readonly runs: RunService;
  readonly profile: Profile;
  readonly clock: () => Date;
}

// Counting a large collection takes a store seconds; a page that is reloaded should not make it count again.
const freshForMs = 60_000;
const exampleRows = 20;

/**
 * Counts coverage and picks examples by queries. An overview is kept for a minute, and no longer than the state of the
 * latest run stays the same, so that the end of a run shows at once. Visitors who come together share one reading.
 */
export function createOverviewService({
  config,
  store,
  runs,
  profile,
  clock,
}: OverviewParts): OverviewService {
  let kept: { key: string; takenAt: number; overview: Promise<Overview> } | undefined;

  async function take(now: Date): Promise<Overview> {
    const { records, museums, coverage } = await measureCoverage(store, profile, config.graphs);
    return {
      title: englishFirst(profile.labels) ?? profile.id,
      takenAt: now.toISOString(),
      predictionsGraph: config.graphs.predictions,
      records,
      museums,
      coverage,
      query: bindTemplate(await loadTemplate('adasilk-predictions'), {
        predictions: DataFactory.namedNode(config.graphs.predictions),
        last: DataFactory.literal(''),
        language: DataFactory.literal('en'),
        labelProperties: profile.record.valueLabels.map((iri) => DataFactory.namedNode(iri)),
        pageSize: DataFactory.literal(String(exampleRows)),
      }),
      examples: await findExamples({ config, store, profile }),
    };
  }

  return {
    async overview() {
      const [latest] = await runs.list();
      const key = latest === undefined ? '' : `${latest.id} ${latest.state}`;
      const now = clock();
      if (kept === undefined || kept.key !== key || now.getTime() - kept.takenAt > freshForMs) {
        const overview = take(now);
        const mine = { key, takenAt: now.getTime(), overview };
        kept = mine;
        overview.catch(() => {
          if (kept === mine) kept = undefined;
        });
      }
      return kept.overview;
    },
  };
}
