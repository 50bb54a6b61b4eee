import { HostGate, type GateOptions } from './host-gate.js';
import type { Headers } from './freshness.js';
import { requestOnce, type Answer, type Expectation, type RequestOptions } from './http-request.js';
import { failure, type PhotographFailure } from './photograph-outcome.js';
import { Robots, type RobotsOptions } from './robots.js';

/** What an address brought after all redirects. */
export type FinalAnswer = Exclude<Answer, { kind: 'redirect' }>;

/** How servers are asked. */
export interface MuseumClientOptions {
  readonly gate: GateOptions;
  readonly request: Omit<RequestOptions, 'signal' | 'conditions'>;
  readonly maximumRedirects: number;
  /** Absent: no robots.txt is asked for. */
  readonly robots?: RobotsOptions | undefined;
}

function httpAddress(text: string, base?: string): URL | PhotographFailure {
  if (!URL.canParse(text, base)) return failure('bad-address', `"${text}" is not an address`);
  const url = new URL(text, base);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  return failure('bad-address', `${text} is neither http, https nor a file of an allowed folder`);
}

/**
 * Asks servers, each through its own gate and for what its robots.txt allows; redirects are followed hop by hop, each
 * through the gate of its host.
 */
export class MuseumClient {
  readonly #options: MuseumClientOptions;
  readonly #gates = new Map<string, HostGate>();

  readonly #robots: Robots | undefined;

  constructor(options: MuseumClientOptions) {
    this.#options = options;
    // What robots.txt says of robots.txt does not matter (RFC 9309 §2.2.2).
    this.#robots =
      options.robots &&
      new Robots(options.robots, (address, expected, signal) =>
        this.#follow(address, expected, {}, signal, () => Promise.resolve(undefined)),
      );
  }

  /** Asks once; never throws for what a server does, throws the signal's reason when aborted. */
  async ask(
    text: string,
    expected: Expectation,
    conditions: Headers,
    signal: AbortSignal | undefined,
  ): Promise<FinalAnswer> {
    return this.#follow(text, expected, conditions, signal, async (url) => this.#objection(url, signal));
  }

  async #follow(
    text: string,
    expected: Expectation,
    conditions: Headers,
    signal: AbortSignal | undefined,
    objection: (url: URL) => Promise<PhotographFailure | undefined>,
  ): Promise<FinalAnswer> {
    const { request, maximumRedirects } = this.#options;
    let url = httpAddress(text);
    for (let hop = 0; hop <= maximumRedirects; hop++) {
      if (!(url instanceof URL)) return { kind: 'failure', failure: url };
      const target: URL = url;
      const refusal = await objection(target);
      if (refusal !== undefined) return { kind: 'failure', failure: refusal };
      const answer = await this.#gateOf(target.host).ask(
        () => requestOnce(target, expected, { ...request, conditions, signal }),
        signal,
      );
      if (answer.kind !== 'redirect') return answer;
      url = httpAddress(answer.location, target.href);
    }
    const why = `${text} redirects more than ${maximumRedirects} times`;
    return { kind: 'failure', failure: failure('too-many-redirects', why) };
  }

  /** Closes idle connections. */
  close(): void {
    this.#options.request.agents.http.destroy();
    this.#options.request.agents.https.destroy();
  }

  async #objection(url: URL, signal: AbortSignal | undefined): Promise<PhotographFailure | undefined> {
    const rules = await this.#robots?.rulesFor(url, signal);
    if (rules === undefined) return undefined;
    if ('reason' in rules) return rules;
    this.#gateOf(url.host).slowDown(rules.crawlDelayMs);
    if (rules.allows(url.href)) return undefined;
    return failure('disallowed', `${url.origin}/robots.txt does not allow ${url.href} to be read`);
  }

  #gateOf(host: string): HostGate {
    const gate = this.#gates.get(host) ?? new HostGate(host, this.#options.gate);
    this.#gates.set(host, gate);
    return gate;
  }
}
