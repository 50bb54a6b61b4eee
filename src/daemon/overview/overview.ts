import { DataFactory } from 'n3';
import type { Store } from '../../graph/store.js';
import { bindTemplate, loadTemplate } from '../../graph/template.js';
import type { Vocabulary } from '../../graph/vocabulary-lookup.js';
import type { Profile } from '../../vocabulary/profile.js';
import { hasEnded, type RunService } from '../run-service.js';
import type { DaemonConfig } from '../settings.js';
import { measureCoverage, type PropertyCoverage } from './coverage.js';
import { findExamples, type ExampleRecord } from './examples.js';
import { englishFirst } from './labels.js';
import { listMuseums } from './museums.js';

/** What the overview page shows of the graph. */
export interface Overview {
  readonly title: string;
  /** ISO 8601. */
  readonly takenAt: string;
  readonly predictionsGraph: string;
  readonly records: number;
  readonly museums: number;
  /** What the museums' graphs remark on themselves, each remark once: that the data are generated, for instance. */
  readonly remarks: readonly string[];
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
  /** Where values' labels are asked; the store unless told. */
  readonly vocabulary?: Vocabulary | undefined;
}

// Counting a large collection takes a store seconds; a page that is reloaded should not make it count again.
const freshForMs = 60_000;
const exampleRows = 20;

/**
 * Counts coverage and picks examples by queries. An overview is kept for a minute, and not beyond the end of a run, so that
 * what it wrote shows at once. Visitors who come together share one reading.
 */
export function createOverviewService({
  config,
  store,
  runs,
  profile,
  clock,
  vocabulary,
}: OverviewParts): OverviewService {
  let kept: { key: string; takenAt: number; overview: Promise<Overview> } | undefined;

  async function take(now: Date): Promise<Overview> {
    const museums = await listMuseums(store, profile.record, config.graphs.read);
    const counted = await measureCoverage(store, profile, museums, config.graphs.predictions);
    return {
      title: englishFirst(profile.labels) ?? profile.id,
      takenAt: now.toISOString(),
      predictionsGraph: config.graphs.predictions,
      records: counted.records,
      museums: museums.length,
      remarks: [...new Set(museums.flatMap(({ remark }) => remark ?? []))],
      coverage: counted.coverage,
      query: bindTemplate(await loadTemplate('adasilk-predictions'), {
        predictions: DataFactory.namedNode(config.graphs.predictions),
        last: DataFactory.literal(''),
        language: DataFactory.literal('en'),
        labelProperties: profile.record.valueLabels.map((iri) => DataFactory.namedNode(iri)),
        pageSize: DataFactory.literal(String(exampleRows)),
      }),
      examples: await findExamples({ config, store, profile, museums, vocabulary }),
    };
  }

  return {
    async overview() {
      const [latest] = await runs.list({ limit: 1 });
      const key = latest === undefined ? '' : `${latest.id} ${hasEnded(latest) ? 'ended' : 'under way'}`;
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
