import { createHash } from 'node:crypto';
import PQueue from 'p-queue';
import { LacunaError } from '../../../config/errors.js';
import { seededRandom } from '../../../learning/random.js';
import type { Pixels } from '../../../media/pixels.js';
import { readPhotograph, type PhotographSource } from '../../../media/read-photograph.js';
import type { LabelledCase } from '../../case.js';
import { augment, drawAugmentation } from '../augmentation.js';
import type { LabelledPhotographs } from '../resnet/frozen-activations.js';
import { photographsPerRecord } from '../trained-image-modality.js';

/** How photographs are read. */
export interface PhotographSettings extends PhotographSource {
  /** Side in pixels of the square they are decoded to. */
  readonly side: number;
  /** Views are drawn from it. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** A photograph that could be read, and the labels of its record. */
interface Example {
  readonly url: string;
  readonly labels: LabelledCase['labels'];
}

/** Decoded photographs in memory at most; what is beyond is read again in every epoch. */
const keptBytes = 2 ** 31;
const atOnce = 4;

/** The photographs of labelled records, decoded, those that cannot be read left out. */
export class TuningPhotographs {
  readonly #settings: PhotographSettings;
  readonly #queue = new PQueue({ concurrency: atOnce });
  readonly #kept = new Map<string, Pixels>();
  readonly #examples: Example[] = [];
  #bytes = 0;

  private constructor(settings: PhotographSettings) {
    this.#settings = settings;
  }

  /**
   * Reads the photographs of some cases.
   *
   * @param report told the records done
   */
  static async read(
    cases: readonly LabelledCase[],
    settings: PhotographSettings,
    report: (done: number) => void,
  ): Promise<TuningPhotographs> {
    const photographs = new TuningPhotographs(settings);
    let done = 0;
    const perCase = cases.map(async ({ record, labels }): Promise<readonly Example[]> => {
      const urls = record.images.slice(0, photographsPerRecord).map(({ url }) => url);
      const read = await Promise.all(urls.map(async (url) => photographs.#pixels(url)));
      report(++done);
      return urls.filter((_, index) => read[index] !== undefined).map((url) => ({ url, labels }));
    });
    photographs.#examples.push(...(await Promise.all(perCase)).flat());
    return photographs;
  }

  /** One per photograph, with the labels of its record. */
  get examples(): readonly Pick<LabelledCase, 'labels'>[] {
    return this.#examples;
  }

  /** As `LabelledPhotographs.pixels`. @throws LacunaError INPUT_INVALID when one cannot be read any more */
  readonly pixels: LabelledPhotographs['pixels'] = async (rows, views) =>
    Promise.all(
      rows.map(async (row, index) => {
        const { url } = this.#examples[row]!;
        const pixels = await this.#pixels(url);
        if (pixels === undefined) {
          const message = `${url} could be read when training began and cannot be read any more: see that it can, then start again.`;
          throw new LacunaError('INPUT_INVALID', message);
        }
        return views === undefined ? pixels : this.#view(pixels, row, views[index]!);
      }),
    );

  /** The same view whenever it is asked for. */
  #view(pixels: Pixels, row: number, view: number): Pixels {
    const digest = createHash('sha256').update(`${this.#settings.seed}/${row}/${view}`).digest();
    const random = seededRandom(digest.readUIntBE(0, 6));
    return augment(pixels, drawAugmentation(random), random);
  }

  async #pixels(url: string): Promise<Pixels | undefined> {
    const known = this.#kept.get(url);
    if (known !== undefined) return known;
    return this.#queue.add(async () => this.#decoded(url), { throwOnTimeout: true });
  }

  async #decoded(url: string): Promise<Pixels | undefined> {
    const { side, signal } = this.#settings;
    signal?.throwIfAborted();
    const read = await readPhotograph(this.#settings, url, { width: side, height: side }, signal);
    if (!read.ok) return undefined;
    const decoded = await read.pixels();
    if (!decoded.ok) return undefined;
    const { pixels } = decoded;
    if (this.#bytes + pixels.data.byteLength <= keptBytes) {
      this.#kept.set(url, pixels);
      this.#bytes += pixels.data.byteLength;
    }
    return pixels;
  }
}
