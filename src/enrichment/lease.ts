import { randomUUID } from 'node:crypto';
import { isLacunaError, LacunaError } from '../config/errors.js';
import type { RetryClock } from '../graph/retry.js';
import type { Change, RequestOptions, Store } from '../graph/store.js';
import { timeOf } from '../graph/store-time.js';
import { bindTemplate, loadTemplate } from '../graph/template.js';
import { namedNode } from '../graph/terms.js';
import { leaseIri } from '../provenance/iris.js';
import { claimQuads, claimsOf, isAlive, type Claim } from './claim.js';

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

interface View {
  /** The store's time, milliseconds since 1970. */
  readonly now: number;
  readonly claims: readonly Claim[];
}

const attempts = 3;

/**
 * The right to write the predictions graph, so that daemons on two computers do not both: nodes of type `lacuna:Lease` in
 * that graph. Every claim and every renewal is a node of its own that nobody changes, so that what has lapsed is dead for
 * good and may be cleared away. Claim, then read all claims; whoever finds another one that stands withdraws. On a store
 * that shows a write to every read which begins after it was acknowledged, two can thus never both hold the graph. Claims
 * lapse on the store's clock, so that clocks which differ do no harm.
 */
export class Lease {
  readonly #claimant: Claimant;
  /** IRIs of all the claims that this one ever wrote. */
  readonly #issued = new Set<string>();
  /** IRI of the claim by which the graph is held. */
  #own: string | undefined;
  #since = 0;
  #renewing: NodeJS.Timeout | undefined;
  #latest: Promise<void> = Promise.resolve();
  /** Until when, on our monotonic clock in milliseconds, nobody else can have taken it. */
  #safeUntil = 0;
  /** How far the system's clock was ahead of the monotonic one when the graph was claimed last. */
  #ahead = 0;
  #lost: LacunaError | undefined;
  /** Claims that an earlier run of this state folder left. */
  readonly #left = new Set<string>();
  #isUncontested = false;

  private constructor(claimant: Claimant) {
    this.#claimant = claimant;
  }

  /** Claims the graph and keeps the claim alive. @throws LacunaError RUN_CONFLICT naming who holds it, or a store's error. */
  static async claim(claimant: Claimant, options: RequestOptions = {}): Promise<Lease> {
    const lease = new Lease(claimant);
    await lease.#take(options);
    const renew = (): void => {
      // What goes wrong here shows before the next write, when the time is up.
      void lease.#inTurn(() => lease.#take({})).catch(() => undefined);
    };
    lease.#renewing = setInterval(renew, (claimant.seconds * 1000) / 3).unref();
    return lease;
  }

  /**
   * Looks whether a run of another state folder holds the graph, and claims nothing.
   *
   * @throws LacunaError RUN_CONFLICT naming it, or a store's error.
   */
  static async refuseOthers(claimant: Claimant, options: RequestOptions = {}): Promise<void> {
    const lease = new Lease(claimant);
    const { now, claims } = await lease.#look(options);
    const rival = claims.find((claim) => claim.holder !== claimant.holder && isAlive(claim, now));
    if (rival !== undefined) throw lease.#conflict(rival);
  }

  /** True when a claim of this state folder still stood there: nobody else has held the graph since its last run. */
  get isUncontested(): boolean {
    return this.#isUncontested;
  }

  /** Resolves when the graph is still ours. @throws LacunaError RUN_CONFLICT when another run has taken it, or had it. */
  async hold(): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#isSafe()) return;
    // A process that slept, or a store that was away: nobody may have taken it all the same.
    await this.#inTurn(async () => {
      if (!this.#isSafe()) await this.#take({});
    });
  }

  /**
   * Writes while the graph is ours. What takes longer than that is known to be so is broken off, and sent again once it is
   * known anew: writing twice is a no-op.
   *
   * @throws LacunaError RUN_CONFLICT when another run has taken the graph, or a store's error.
   */
  async write(change: Change, { onSent }: Pick<RequestOptions, 'onSent'> = {}): Promise<void> {
    for (;;) {
      await this.hold();
      const writing = new AbortController();
      const ended = new AbortController();
      const watch = this.#abortWhenUnsafe(writing, ended.signal);
      try {
        await this.#claimant.store.write(change, { signal: writing.signal, onSent });
        return;
      } catch (error) {
        if (!writing.signal.aborted) throw error;
      } finally {
        ended.abort();
        await watch;
      }
    }
  }

  /**
   * Gives the claim back; one that cannot be, as the store is away, lapses by itself.
   *
   * @param options.unsettled leave a lapsed claim, which the next claimant clears away: while it is there, what is noted
   *   but not written may still be written.
   */
  async release({ unsettled = false }: { unsettled?: boolean } = {}): Promise<void> {
    clearInterval(this.#renewing);
    await this.#latest.catch(() => undefined);
    const { store } = this.#claimant;
    try {
      const { now, claims } = await this.#look({ urgent: true });
      const remove = claims.filter(({ iri }) => this.#issued.has(iri)).flatMap(({ quads }) => quads);
      const leaves = unsettled && this.#lost === undefined && claims.some(({ iri }) => iri === this.#own);
      const insert = leaves ? this.#newClaim(now).quads : [];
      if (remove.length > 0) await store.write({ insert, remove }, { urgent: true });
    } catch (error) {
      if (!isLacunaError(error)) throw error;
    }
  }

  /** False when the claim may have lapsed, and when the machine slept, which the monotonic clock may not know of. */
  #isSafe(): boolean {
    const { clock, seconds } = this.#claimant;
    const drift = Math.abs(clock.now() - clock.monotonic() - this.#ahead);
    return clock.monotonic() < this.#safeUntil && drift < seconds * 50;
  }

  async #abortWhenUnsafe(writing: AbortController, ended: AbortSignal): Promise<void> {
    const { clock } = this.#claimant;
    try {
      // Renewals go on meanwhile and put the moment off.
      for (let left = 1; left > 0; left = this.#safeUntil - clock.monotonic())
        await clock.sleep(Math.max(left, this.#safeUntil - clock.monotonic()), ended);
      writing.abort();
    } catch (error) {
      if (!ended.aborted) throw error;
    }
  }

  /** One after the other: a renewal may not cross a claim. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#latest.catch(() => undefined).then(work);
    this.#latest = turn;
    return turn;
  }

  /** Claims the graph, or renews the claim; the same steps, but that a claim which stands goes before others. */
  async #take(options: RequestOptions): Promise<void> {
    const { clock } = this.#claimant;
    for (let attempt = 1; ; attempt += 1) {
      const rival = await this.#try(attempt, options);
      if (rival === undefined) return;
      // Two claimed at once and both have seen it: both withdraw, and try again at moments of their own.
      if (attempt >= attempts) throw this.#conflict(rival);
      await clock.sleep(200 + clock.random() * 1000, options.signal);
    }
  }

  /** Resolves with a claim that crossed ours, which is withdrawn then. */
  async #try(attempt: number, options: RequestOptions): Promise<Claim | undefined> {
    const { store, clock, seconds, holder } = this.#claimant;
    const begun = clock.monotonic();
    const ahead = clock.now() - begun;
    const before = await this.#look(options);
    const incumbent = this.#standing(before);
    // A crashed run's claim is taken over, once: later it is a run of a copy of the state folder.
    const isTakenOver = (claim: Claim): boolean =>
      this.#own === undefined && attempt === 1 && claim.holder === holder;
    const isDead = (claim: Claim): boolean => !isAlive(claim, before.now) || isTakenOver(claim);
    const rival = before.claims.find((claim) => !this.#issued.has(claim.iri) && !isDead(claim));
    if (rival !== undefined && incumbent === undefined) throw this.#conflict(rival);
    for (const { iri } of before.claims.filter(isTakenOver)) {
      this.#left.add(iri);
      this.#issued.add(iri);
    }
    if (this.#own === undefined) this.#since = before.now;
    const dead = before.claims.filter((claim) => !this.#issued.has(claim.iri) && isDead(claim));
    const fresh = this.#newClaim(before.now + seconds * 1000);
    let crossing: Claim | undefined;
    try {
      const remove = dead.flatMap(({ quads }) => quads);
      await store.write({ insert: fresh.quads, remove }, options);
      const after = await this.#look(options);
      const stillIncumbent = this.#standing(after);
      const own = after.claims.find(({ iri }) => iri === fresh.iri);
      crossing = after.claims.find((claim) => !this.#issued.has(claim.iri) && isAlive(claim, after.now));
      if (own === undefined || !isAlive(own, after.now))
        throw this.#conflict(crossing, 'Its claim on it was taken away, or lapsed at once');
      // Whoever claims while ours stands sees it, and withdraws.
      if (crossing === undefined || stillIncumbent !== undefined) {
        // Whoever held the graph in between has cleared away what our last run left.
        if (this.#own === undefined)
          this.#isUncontested = after.claims.some(({ iri }) => this.#left.has(iri));
        this.#safeUntil = begun + seconds * 900;
        this.#ahead = ahead;
        this.#own = fresh.iri;
        const old = after.claims.filter(({ iri }) => this.#issued.has(iri) && iri !== fresh.iri);
        // Removed only now, so that readers see one of the two at every moment, however the store isolates writes.
        await store
          .write({ insert: [], remove: old.flatMap(({ quads }) => quads) }, options)
          .catch(this.#unlessForeseen);
        return undefined;
      }
    } catch (error) {
      await store.write({ insert: [], remove: fresh.quads }, { urgent: true }).catch(this.#unlessForeseen);
      throw error;
    }
    await store.write({ insert: [], remove: fresh.quads }, options);
    return crossing;
  }

  /** A claim that could not be removed lapses, or is removed with the next one. */
  readonly #unlessForeseen = (error: unknown): void => {
    if (!isLacunaError(error)) throw error;
  };

  /** The claim by which the graph is held, while it stands. @throws LacunaError RUN_CONFLICT when it is gone: somebody else cleared it away, and may have written. */
  #standing({ now, claims }: View): Claim | undefined {
    if (this.#own === undefined) return undefined;
    const own = claims.find(({ iri }) => iri === this.#own);
    if (own !== undefined) return isAlive(own, now) ? own : undefined;
    const rival = claims.find((claim) => !this.#issued.has(claim.iri) && isAlive(claim, now));
    this.#lost = this.#conflict(rival, 'Another run has taken it over meanwhile');
    this.#safeUntil = 0;
    throw this.#lost;
  }

  async #look(options: RequestOptions): Promise<View> {
    const { store, predictionsGraph } = this.#claimant;
    const [row] = await store.select(bindTemplate(await loadTemplate('store-time'), {}), options);
    const now = timeOf(row?.['now']?.value ?? '');
    if (Number.isNaN(now))
      throw new LacunaError('STORE_ANSWER', `${store.name} does not say what time it is (NOW()).`);
    const query = bindTemplate(await loadTemplate('leases'), { graph: namedNode(predictionsGraph) });
    return { now, claims: claimsOf(await store.select(query, options), predictionsGraph) };
  }

  #newClaim(until: number): Pick<Claim, 'iri' | 'quads'> {
    const { namespace, predictionsGraph, holder, host, runId } = this.#claimant;
    const iri = leaseIri(namespace, randomUUID());
    this.#issued.add(iri);
    const facts = { holder, host, runId, since: this.#since, until };
    return { iri, quads: claimQuads(iri, predictionsGraph, facts) };
  }

  #conflict(rival: Claim | undefined, otherwise = ''): LacunaError {
    const graph = `<${this.#claimant.predictionsGraph}>`;
    if (rival === undefined)
      return new LacunaError(
        'RUN_CONFLICT',
        `This run no longer has ${graph} to itself. ${otherwise}: start it again when no other writes there.`,
      );
    const { iri, host, run, since, until } = rival;
    const began = since === undefined ? '' : ` since ${since}`;
    const end =
      until === undefined
        ? `Its claim <${iri}> does not say until when (claimedUntil cannot be read): if no such run is under way, delete that node from the graph.`
        : `Its claim lapses at ${new Date(until).toISOString()} on the store's clock unless it is renewed.`;
    return new LacunaError(
      'RUN_CONFLICT',
      `Run ${run} on ${host} is writing ${graph}${began}: wait for it, or cancel it there. ${end}`,
    );
  }
}
