import type { Quad } from '@rdfjs/types';
import { LacunaError } from '../../src/config/errors.js';
import type { Claimant } from '../../src/enrichment/lease.js';
import type { RetryClock } from '../../src/graph/retry.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import type { Bindings, Change, RequestOptions, Store } from '../../src/graph/store.js';
import { literal } from '../../src/graph/terms.js';

export const leaseType = 'https://w3id.org/lacuna/ontology#Lease';
export const predictionsGraph = 'http://example.org/predictions';

const key = (quad: Quad): string => [quad.subject, quad.predicate, quad.object].map((t) => t.value).join('|');

/** A predictions graph in memory, the store's clock, and clocks that are set by hand. */
export class ClaimedGraph {
  readonly quads = new Map<string, Quad>();
  /** Milliseconds since 1970. */
  storeTime = Date.parse('2026-01-01T00:00:00Z');
  wall = this.storeTime;
  monotonic = 0;
  /** Awaited before a request is served, when set: `step` names what it is. */
  gate: ((holder: string, step: 'time' | 'claims' | 'write', change?: Change) => Promise<void>) | undefined;
  readonly #sleepers: { until: number; wake: () => void }[] = [];

  /** Lets time pass for everybody. */
  pass(seconds: number): void {
    this.storeTime += seconds * 1000;
    this.wall += seconds * 1000;
    this.monotonic += seconds * 1000;
    for (const { until, wake } of this.#sleepers) if (until <= this.monotonic) wake();
  }

  /** IRIs of the claims that stand or have lapsed. */
  leases(): string[] {
    return [...this.quads.values()]
      .filter(({ object }) => object.value === leaseType)
      .map(({ subject }) => subject.value);
  }

  /** Of one holder's handle on the store. */
  store(holder: string): Store {
    const select = async (query: string): Promise<Bindings[]> => {
      if (query.includes('NOW()')) {
        await this.gate?.(holder, 'time');
        return [{ now: literal(new Date(this.storeTime).toISOString()) }];
      }
      await this.gate?.(holder, 'claims');
      const leases = new Set(this.leases());
      return [...this.quads.values()]
        .filter(({ subject }) => leases.has(subject.value))
        .map(({ subject, predicate, object }) => ({ lease: subject, p: predicate, v: object }));
    };
    const write = async (change: Change, options?: RequestOptions): Promise<void> => {
      await this.gate?.(holder, 'write', change);
      if (options?.signal?.aborted === true) throw new LacunaError('CANCELLED', 'Cancelled.');
      for (const quad of change.remove) this.quads.delete(key(quad));
      for (const quad of change.insert) this.quads.set(key(quad), quad);
    };
    const unused = (): never => {
      throw new Error('not asked for here');
    };
    return {
      name: 'a graph in memory',
      profile: storeProfiles.sparql,
      select,
      write,
      ask: unused,
      answer: unused,
      close: async () => {},
    };
  }

  /** Sleeping takes no time unless it is for longer than `patience` seconds: then until the clock is set on. */
  clock(random: () => number = () => 0.5): RetryClock {
    return {
      now: () => this.wall,
      monotonic: () => this.monotonic,
      random,
      sleep: async (ms, signal) => {
        if (ms <= 2000) return;
        await new Promise<void>((resolve, reject) => {
          this.#sleepers.push({ until: this.monotonic + ms, wake: resolve });
          signal?.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        });
      },
    };
  }

  /** Somebody of a state folder of their own. */
  claimant(holder: string, more: Partial<Claimant> = {}): Claimant {
    return {
      store: this.store(holder),
      predictionsGraph,
      namespace: 'http://example.org/lacuna/',
      holder,
      host: `host of ${holder}`,
      runId: `run-${holder}`,
      seconds: 120,
      clock: this.clock(),
      ...more,
    };
  }
}
