import { LRUCache } from 'lru-cache';
import robotsModule from 'robots-parser';
import type { Answer, Expectation } from './http-request.js';
import type { FailureReason, PhotographFailure } from './photograph-outcome.js';

// The package exports the function itself; its types name it `default`.
const robotsParser = robotsModule as unknown as typeof robotsModule.default;

/** What a server asks of programs that visit it. */
export interface RobotsRules {
  allows(address: string): boolean;
  /** Least time between two requests, in milliseconds; 0 when nothing is asked. */
  readonly crawlDelayMs: number;
}

/** How `robots.txt` is asked for and how long it is good. */
export interface RobotsOptions {
  readonly userAgent: string;
  /** Hosts, as in an address (`museum.example`, `127.0.0.1:8080`), whose `robots.txt` does not matter. */
  readonly except: readonly string[];
  readonly lifetimeMs: number;
  /** Milliseconds that only ever go forward. */
  readonly monotonic: () => number;
}

/** Asks for an address and follows its redirects. */
export type AskRobots = (
  address: string,
  expected: Expectation,
  signal: AbortSignal | undefined,
) => Promise<Exclude<Answer, { kind: 'redirect' }>>;

const robotsExpectation: Expectation = {
  accept: 'text/plain, */*;q=0.5',
  maximumBytes: 1024 * 1024,
  fits: () => true,
  name: 'a robots.txt',
  misfit: 'refused',
};

/** The server answers and has none: everything may be asked for (RFC 9309 §2.3.1.2 and 2.3.1.3). */
const without: ReadonlySet<FailureReason> = new Set([
  'not-found',
  'refused',
  'too-many-redirects',
  'bad-address',
]);

const everything: RobotsRules = { allows: () => true, crawlDelayMs: 0 };
const rememberedOrigins = 1000;

/** The name a program is addressed by in robots.txt: the letters its User-Agent begins with (RFC 9309 §2.2.1). */
export function productToken(userAgent: string): string {
  return /^[A-Za-z_-]+/.exec(userAgent)?.[0] ?? '*';
}

/** Reads a robots.txt (RFC 9309, and the `Crawl-delay` many servers add) as it applies to one program. */
export function parseRobots(origin: string, text: string, userAgent: string): RobotsRules {
  const robots = robotsParser(`${origin}/robots.txt`, text);
  const token = productToken(userAgent);
  const seconds = robots.getCrawlDelay(token) ?? 0;
  return {
    allows: (address) => robots.isAllowed(address, token) ?? true,
    crawlDelayMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0,
  };
}

interface Remembered {
  readonly at: number;
  readonly asking: Promise<RobotsRules | PhotographFailure>;
}

/** The `robots.txt` of every server, asked for once and again when it is no longer good. */
export class Robots {
  readonly #options: RobotsOptions;
  readonly #ask: AskRobots;
  readonly #remembered = new LRUCache<string, Remembered>({ max: rememberedOrigins });

  constructor(options: RobotsOptions, ask: AskRobots) {
    this.#options = options;
    this.#ask = ask;
  }

  /**
   * What the server of an address asks for.
   *
   * @returns the failure when it cannot be told: a server that fails may not be asked for anything else (RFC 9309
   * §2.3.1.4). Failures are not remembered; the host's gate knows when to stop.
   */
  async rulesFor(url: URL, signal: AbortSignal | undefined): Promise<RobotsRules | PhotographFailure> {
    if (this.#options.except.includes(url.host)) return everything;
    const { monotonic, lifetimeMs } = this.#options;
    const known = this.#remembered.get(url.origin);
    if (known !== undefined && monotonic() - known.at < lifetimeMs) {
      // Someone else's asking may have been aborted; ours was not.
      const rules = await known.asking.catch(() => undefined);
      if (rules !== undefined) return rules;
    }
    const asking = this.#read(url.origin, signal);
    this.#remembered.set(url.origin, { at: monotonic(), asking });
    const forget = (): void => {
      if (this.#remembered.peek(url.origin)?.asking === asking) this.#remembered.delete(url.origin);
    };
    try {
      const rules = await asking;
      if ('reason' in rules) forget();
      return rules;
    } catch (error) {
      forget();
      throw error;
    }
  }

  async #read(origin: string, signal: AbortSignal | undefined): Promise<RobotsRules | PhotographFailure> {
    const answer = await this.#ask(`${origin}/robots.txt`, robotsExpectation, signal);
    if (answer.kind === 'bytes')
      return parseRobots(origin, new TextDecoder().decode(answer.bytes), this.#options.userAgent);
    if (answer.kind === 'failure' && !without.has(answer.failure.reason)) return answer.failure;
    return everything;
  }
}
