import { LRUCache } from 'lru-cache';
import type { Fetched, Source } from './cached-source.js';
import { photographExpectation, type Expectation } from './http-request.js';
import { informationAddress, isInformationAddress, type IiifAddress } from './iiif-address.js';
import { imageAddresses, tilesInstead, type Need } from './iiif-choice.js';
import { parseImageInformation, type ImageInformation } from './image-information.js';
import { failure, type FailureReason, type PhotographFailure } from './photograph-outcome.js';
import { PutTogether } from './put-together.js';
import type { TilePlan } from './tile-plan.js';

/** A photograph's bytes or why not; `plain` says why it was asked for by the address as it stands, if it was. */
export interface IiifOutcome {
  readonly outcome: Fetched | PhotographFailure;
  readonly plain?: PhotographFailure | undefined;
}

type Information = ImageInformation | PhotographFailure;

const informationExpectation: Expectation = {
  accept: 'application/ld+json, application/json',
  maximumBytes: 1_000_000,
  // JSON that is an object, after a byte order mark or white space.
  fits: (head) => /^\ufeff?\s*\{/.test(new TextDecoder('utf-8', { ignoreBOM: true }).decode(head)),
  name: 'the information of an image',
  misfit: 'bad-image-information',
};

/** The server has not or gives not what it was asked for: another form of asking may do. */
const othersMayDo: ReadonlySet<FailureReason> = new Set([
  'not-found',
  'refused',
  'not-an-image',
  'disallowed',
]);

/** The host has no ear at present; its plain address would be asked in vain. */
const hostFailed: ReadonlySet<FailureReason> = new Set([
  'private-address',
  'rate-limited',
  'unreachable',
  'timed-out',
  'host-unreachable',
]);

const remembered = 10_000;
const failureMs = 60 * 60_000;
const missingBeforeGivingUp = 5;

/**
 * Photographs behind the IIIF Image API: an image's information is asked first, once, and then the size that is needed.
 * Where the information is missing or wrong, or none of the addresses made of it do, the address is asked as it stands.
 */
export class IiifImages {
  readonly #source: Source;
  readonly #information = new LRUCache<string, Promise<Information>>({ max: remembered });
  // Hosts whose addresses look like the Image API's and have no information: images in a row.
  readonly #missing = new Map<string, { count: number; last: PhotographFailure }>();

  constructor(source: Source) {
    this.#source = source;
  }

  /**
   * Gets an image in the size needed.
   *
   * @param plain the address as it stands, `image` what it was taken apart into
   * @param maximumBytes of the photograph
   */
  async read(
    plain: string,
    image: IiifAddress,
    need: Need,
    maximumBytes: number,
    signal: AbortSignal | undefined,
  ): Promise<IiifOutcome> {
    const expected = photographExpectation(maximumBytes);
    // Kept under the plain address is only what had to be asked for by it.
    const kept = await this.#source.kept(plain, expected);
    if (kept !== undefined) return { outcome: kept };
    const information = await this.#informationOf(image, signal);
    if (!information.ok && hostFailed.has(information.reason)) return { outcome: information };
    const addresses = information.ok ? imageAddresses(image, information, need) : [];
    const plan = information.ok ? tilesInstead(image, information, need) : undefined;
    // Then the whole image could not be had the last time.
    if (plan !== undefined && (await this.#hasTilesOf(plan, expected)))
      return { outcome: await this.#putTogether(plain, plan, expected, signal) };
    let failed: PhotographFailure | undefined = information.ok ? undefined : information;
    for (const address of addresses) {
      const outcome = await this.#source.fetch(address, expected, signal);
      if (outcome.ok || !othersMayDo.has(outcome.reason)) return { outcome };
      failed = outcome;
    }
    if (plan !== undefined) return { outcome: await this.#putTogether(plain, plan, expected, signal) };
    if (isInformationAddress(plain))
      return { outcome: failed ?? failure('too-many-pixels', `${plain} offers no size small enough`) };
    if (failed !== undefined && addresses.includes(plain)) return { outcome: failed };
    return { outcome: await this.#source.fetch(plain, expected, signal), plain: failed };
  }

  async #hasTilesOf({ tiles }: TilePlan, expected: Expectation): Promise<boolean> {
    for (const address of tiles[0]?.addresses ?? [])
      if ((await this.#source.kept(address, expected)) !== undefined) return true;
    return false;
  }

  /** Asks for tiles one after the other, so that the first that cannot be had is the last that is asked for. */
  async #putTogether(
    plain: string,
    plan: TilePlan,
    expected: Expectation,
    signal: AbortSignal | undefined,
  ): Promise<Fetched | PhotographFailure> {
    const picture = new PutTogether(plan);
    // The form of address that did for the first does for the others.
    let form: number | undefined;
    for (const tile of plan.tiles) {
      let fetched: Fetched | PhotographFailure = failure('not-found', `${plain} has no tiles`);
      for (const [index, address] of tile.addresses.entries()) {
        if (form !== undefined && index !== form) continue;
        fetched = await this.#source.fetch(address, expected, signal);
        if (fetched.ok) form = index;
        if (fetched.ok || !othersMayDo.has(fetched.reason)) break;
      }
      if (!fetched.ok) return fetched;
      const wrong = await picture.add(tile, fetched.bytes);
      if (wrong === undefined) continue;
      await this.#source.forget(fetched.address);
      return wrong;
    }
    const bytes = await picture.finished();
    return bytes.length <= expected.maximumBytes
      ? { ok: true, bytes, address: plain }
      : failure('too-large', `${plain} has more than ${expected.maximumBytes} bytes, put together`);
  }

  async #informationOf(image: IiifAddress, signal: AbortSignal | undefined): Promise<Information> {
    const address = informationAddress(image);
    const known = this.#information.get(address);
    if (known !== undefined) {
      // Someone else's asking may have been aborted; ours was not.
      const information = await known.catch(() => undefined);
      if (information !== undefined) return information;
    }
    const { host } = new URL(address);
    const missing = this.#missing.get(host);
    if (missing !== undefined && missing.count >= missingBeforeGivingUp) return missing.last;
    const asking = this.#ask(address, signal);
    this.#information.set(address, asking);
    try {
      const information = await asking;
      if (information.ok) {
        this.#missing.delete(host);
      } else {
        this.#information.set(address, asking, { ttl: failureMs });
        if (!hostFailed.has(information.reason))
          this.#missing.set(host, { count: (this.#missing.get(host)?.count ?? 0) + 1, last: information });
      }
      return information;
    } catch (error) {
      if (this.#information.peek(address) === asking) this.#information.delete(address);
      throw error;
    }
  }

  async #ask(address: string, signal: AbortSignal | undefined): Promise<Information> {
    const fetched = await this.#source.fetch(address, informationExpectation, signal);
    if (!fetched.ok) return fetched;
    const information = parseImageInformation(address, fetched.bytes);
    if (!information.ok) await this.#source.forget(address);
    return information;
  }
}
