import type { Quad } from '@rdfjs/types';
import { isLacunaError, LacunaError } from '../config/errors.js';
import { rdfTerms } from '../graph/prefixes.js';
import type { RetryClock } from '../graph/retry.js';
import type { RequestOptions, Store } from '../graph/store.js';
import { bindTemplate, loadTemplate } from '../graph/template.js';
import { literal, namedNode, quad } from '../graph/terms.js';
import { leaseIri } from '../provenance/iris.js';
import { lacuna } from '../provenance/terms.js';

/** Who claims the predictions graph, and for how long at a time. */
export interface Claimant {
  readonly store: Store;
  readonly predictionsGraph: string;
  readonly namespace: string;
  /** Names the state folder: a claim of a run that crashed is taken over at once by the next one of the same folder. */
  readonly holder: string;
  /** For people who find the graph claimed: the computer's name. */
  readonly host: string;
  readonly runId: string;
  /** Seconds after which a claim that is not renewed lapses, on the store's clock. */
  readonly seconds: number;
  readonly clock: RetryClock;
}

/** A claim that stands in the graph. */
interface Claim {
  readonly iri: string;
  readonly host: string;
  readonly run: string;
  /** Milliseconds since 1970 on the store's clock. */
  readonly until: number;
  readonly quads: readonly Quad[];
}

const attempts = 3;

/** Stores that leave the time zone out (Virtuoso) are read as UTC; only times of one store are ever compared. */
function timeOf(text: string): number {
  return Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}

function claimOf(iri: string, quads: readonly Quad[]): Claim {
  const values = (name: string): string[] =>
    quads.filter(({ predicate }) => predicate.equals(lacuna(name))).map(({ object }) => object.value);
  return {
    iri,
    host: values('host')[0] ?? 'an unnamed computer',
    run: values('claimedBy')[0] ?? 'unknown',
    until: Math.max(0, ...values('claimedUntil').map(timeOf)),
    quads,
  };
}

/**
 * The right to write the predictions graph, so that daemons on two computers do not both: a node of type `lacuna:Lease` in
 * that graph. Claim, then read all claims; whoever finds another one that is alive withdraws. On a store that shows a write
 * to every read which begins after it was acknowledged, two can thus never both hold it. It is renewed while the run lives,
 * and lapses on the store's clock, so that clocks which differ do no harm.
 */
export class Lease {
  readonly #claimant: Claimant;
  readonly #iri: string;
  #renewing: NodeJS.Timeout | undefined;
  #latest: Promise<void> = Promise.resolve();
  /** Until when, on our monotonic clock in milliseconds, nobody else can have taken it. */
  #safeUntil = 0;

  private constructor(claimant: Claimant) {
    this.#claimant = claimant;
    this.#iri = leaseIri(claimant.namespace, claimant.holder);
  }

  /** Claims the graph and keeps the claim alive. @throws LacunaError RUN_CONFLICT naming who holds it, or a store's error. */
  static async claim(claimant: Claimant, options: RequestOptions = {}): Promise<Lease> {
    const lease = new Lease(claimant);
    await lease.#take(options);
    const renew = (): void => {
      // What goes wrong here shows before the next write, when the time is up.
      void lease.#inTurn(() => lease.#renew()).catch(() => undefined);
    };
    lease.#renewing = setInterval(renew, (claimant.seconds * 1000) / 3).unref();
    return lease;
  }

  /** Resolves when the graph is still ours. @throws LacunaError RUN_CONFLICT when another run has taken it. */
  async hold(): Promise<void> {
    if (this.#claimant.clock.monotonic() < this.#safeUntil) return;
    // A process that slept, or a store that was away: nobody may have taken it all the same.
    await this.#inTurn(() => this.#take({}));
  }

  /** Gives the claim back; one that cannot be, as the store is away, lapses by itself. */
  async release(): Promise<void> {
    clearInterval(this.#renewing);
    await this.#latest.catch(() => undefined);
    try {
      const own = (await this.#claims({ urgent: true })).find(({ iri }) => iri === this.#iri);
      if (own !== undefined)
        await this.#claimant.store.write({ insert: [], remove: own.quads }, { urgent: true });
    } catch (error) {
      if (!isLacunaError(error)) throw error;
    }
  }

  /** One after the other: a renewal may not cross a claim. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#latest.catch(() => undefined).then(work);
    this.#latest = turn;
    return turn;
  }

  async #take(options: RequestOptions): Promise<void> {
    const { store, clock, seconds } = this.#claimant;
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.#look(options);
      if (before.rival !== undefined) throw this.#conflict(before.rival);
      const begun = clock.monotonic();
      const insert = this.#quads(before.now + seconds * 1000);
      await store.write({ insert, remove: before.claims.flatMap(({ quads }) => quads) }, options);
      const { rival } = await this.#look(options);
      if (rival === undefined) {
        this.#safeUntil = begun + seconds * 900;
        return;
      }
      // Two claimed at once and both have seen it: both withdraw, and try again at moments of their own.
      await store.write({ insert: [], remove: insert }, options);
      if (attempt >= attempts) throw this.#conflict(rival);
      await clock.sleep(200 + clock.random() * 1000, options.signal);
    }
  }

  async #renew(): Promise<void> {
    const { store, clock, seconds } = this.#claimant;
    const begun = clock.monotonic();
    const { now, claims, rival } = await this.#look({});
    const own = claims.find(({ iri }) => iri === this.#iri);
    // Lapsed and cleared away, or lapsed and taken: `hold` finds out before anything is written.
    if (own === undefined || rival !== undefined) return;
    await store.write({ insert: this.#quads(now + seconds * 1000), remove: own.quads });
    this.#safeUntil = begun + seconds * 900;
  }

  /** The store's time, the claims that have lapsed or are ours, and somebody else's that is alive. */
  async #look(options: RequestOptions): Promise<{ now: number; claims: Claim[]; rival: Claim | undefined }> {
    const { store } = this.#claimant;
    const [row] = await store.select(bindTemplate(await loadTemplate('store-time'), {}), options);
    const now = timeOf(row?.['now']?.value ?? '');
    if (Number.isNaN(now))
      throw new LacunaError('STORE_ANSWER', `${store.name} does not say what time it is (NOW()).`);
    const found = await this.#claims(options);
    const isRival = ({ iri, until }: Claim): boolean => iri !== this.#iri && until > now;
    return { now, claims: found.filter((claim) => !isRival(claim)), rival: found.find(isRival) };
  }

  async #claims(options: RequestOptions): Promise<Claim[]> {
    const { store, predictionsGraph } = this.#claimant;
    const graph = namedNode(predictionsGraph);
    const rows = await store.select(bindTemplate(await loadTemplate('leases'), { graph }), options);
    const claims = new Map<string, Quad[]>();
    for (const { lease, p, v } of rows) {
      if (lease?.termType !== 'NamedNode' || p?.termType !== 'NamedNode' || v === undefined) continue;
      if (v.termType !== 'NamedNode' && v.termType !== 'Literal') continue;
      const quads = claims.get(lease.value) ?? [];
      quads.push(quad(namedNode(lease.value), namedNode(p.value), v, graph));
      claims.set(lease.value, quads);
    }
    return [...claims].map(([iri, quads]) => claimOf(iri, quads));
  }

  #quads(until: number): Quad[] {
    const { host, runId, predictionsGraph } = this.#claimant;
    const subject = namedNode(this.#iri);
    const graph = namedNode(predictionsGraph);
    // A plain literal, so that stores which rewrite times give it back as it was and it can be removed again.
    const time = new Date(until).toISOString();
    return [
      quad(subject, rdfTerms('type'), lacuna('Lease'), graph),
      quad(subject, lacuna('host'), literal(host), graph),
      quad(subject, lacuna('claimedBy'), literal(runId), graph),
      quad(subject, lacuna('claimedUntil'), literal(time), graph),
    ];
  }

  #conflict({ host, run, until }: Claim): LacunaError {
    const { predictionsGraph } = this.#claimant;
    return new LacunaError(
      'RUN_CONFLICT',
      `Run ${run} on ${host} is writing <${predictionsGraph}>: wait for it, or cancel it there. Its claim lapses at ${new Date(until).toISOString()} on the store's clock unless it is renewed.`,
    );
  }
}
