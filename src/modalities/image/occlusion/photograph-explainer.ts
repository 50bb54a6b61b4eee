import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { LacunaError } from '../../../config/errors.js';
import { outputLength } from '../../../learning/heads.js';
import { logOdds } from '../../../learning/log-odds.js';
import { DiskCache, type DiskCacheOptions } from '../../../media/disk-cache.js';
import type { PhotographFailure } from '../../../media/photograph-outcome.js';
import type { PhotographReader } from '../../../media/photograph-reader.js';
import type { Pixels } from '../../../media/pixels.js';
import { readPhotograph, type ReadPhotograph } from '../../../media/read-photograph.js';
import type { WantedSize } from '../../../media/resize-plan.js';
import type { LearnableTask } from '../../case.js';
import type { Encoder } from '../encoders/encoder.js';
import type { ImageModel } from '../image-model.js';
import { loadImageModel } from '../model-files.js';
import { opinionOnPhotograph } from '../photograph-opinion.js';
import { occlusionMap, type OcclusionMap } from './occlusion-map.js';
import { drawOverlay, overlaySide, type OverlayFormat } from './overlay.js';
import { occlusionPlan } from './schedule.js';

/** What an explainer works with. */
export interface PhotographExplainerOptions {
  /** Opens what describes photographs. */
  readonly encoder: () => Promise<Encoder>;
  readonly photographs: PhotographReader;
  readonly maximumBytes: number;
  readonly maximumPixels: number;
  /** Where maps are kept on disk; nowhere when left out. */
  readonly maps?: DiskCacheOptions | undefined;
}

/** A saved image model. */
export interface SavedModel {
  /** What `save` wrote into. */
  readonly folder: string;
  /** Names the model and all it depends on. */
  readonly version: string;
  readonly tasks: readonly LearnableTask[];
}

/** A decision on a photograph. */
export interface PhotographDecision {
  /** Address of the photograph. */
  readonly url: string;
  /** Name of the task. */
  readonly task: string;
  readonly classId: string;
}

/** A map with the photograph it is of. */
export interface ExplainedPhotograph {
  readonly map: OcclusionMap;
  /** Name of the encoder that looked at the photograph. */
  readonly encoder: string;
  /** SHA-256 of the photograph's bytes. */
  readonly digest: string;
  /** Draws the map on what the encoder sees of the photograph; see `drawOverlay`. */
  draw(format: OverlayFormat): Promise<Buffer>;
}

// A page asks for a map and then for its drawing.
const rememberedMaps = 200;
const rememberedModels = 2;
const decimals = 1e4;

const mapSchema = z.object({ cells: z.array(z.array(z.number())), logOdds: z.number() });

function rounded(map: OcclusionMap): OcclusionMap {
  // Without the 0 a loss of nothing could be −0, which JSON does not know.
  const round = (value: number): number => Math.round(value * decimals) / decimals + 0;
  return { cells: map.cells.map((row) => row.map(round)), logOdds: round(map.logOdds) };
}

function unusable(url: string, { detail }: PhotographFailure): LacunaError {
  return new LacunaError('NOT_FOUND', `The photograph ${url} cannot be looked at: ${detail}.`);
}

/** What an encoder sees of a photograph, `side` pixels to a side. */
const squareOf = ({ side: own, resize }: Encoder, side = own): WantedSize => ({
  width: side,
  height: side,
  resize,
});

/** Maps on disk; what is damaged is computed again, and where nothing can be written nothing is kept. */
class KeptMaps {
  readonly #cache: DiskCache<unknown> | undefined;

  constructor(options: DiskCacheOptions | undefined) {
    this.#cache = options && new DiskCache(options, z.unknown());
  }

  async read(name: string): Promise<OcclusionMap | undefined> {
    const kept = await this.#cache?.read(name);
    if (kept === undefined) return undefined;
    try {
      return mapSchema.parse(JSON.parse(Buffer.from(kept.bytes).toString('utf8')));
    } catch {
      return undefined;
    }
  }

  async write(name: string, map: OcclusionMap): Promise<void> {
    await this.#cache?.write(name, Buffer.from(JSON.stringify(map)), null).catch(() => undefined);
  }
}

/**
 * Says which parts of a photograph carried a decision, by what the model says when they are covered. Maps are kept by the
 * photograph's content, the model and the class.
 */
export class PhotographExplainer {
  readonly #options: PhotographExplainerOptions;
  readonly #kept: KeptMaps;
  readonly #maps = new LRUCache<string, OcclusionMap>({ max: rememberedMaps });
  readonly #models = new LRUCache<string, ImageModel>({ max: rememberedModels });

  /** Opens nothing yet. */
  constructor(options: PhotographExplainerOptions) {
    this.#options = options;
    this.#kept = new KeptMaps(options.maps);
  }

  /**
   * Explains a decision.
   *
   * @throws LacunaError MODEL_INVALID when the model's files are damaged or it was trained with another encoder than the one
   *   configured, CONFIG_INVALID when that cannot be opened, NOT_FOUND when the photograph cannot be had or read, or the
   *   model has not learnt the class; the signal's reason when aborted
   */
  async explain(
    saved: SavedModel,
    decision: PhotographDecision,
    signal?: AbortSignal,
  ): Promise<ExplainedPhotograph> {
    const encoder = await this.#options.encoder();
    const model = await this.#model(saved, encoder);
    const place = placeOf(model, decision, saved.version);
    const photograph = await this.#read(decision.url, encoder, signal);
    const { version } = saved;
    const { task, classId } = decision;
    const name = JSON.stringify([occlusionPlan, version, encoder.version, task, classId, photograph.digest]);
    const map =
      this.#maps.get(name) ??
      (await this.#kept.read(name)) ??
      (await this.#compute(name, { encoder, model, place }, decision.url, photograph, signal));
    this.#maps.set(name, map);
    return {
      map,
      encoder: encoder.name,
      digest: photograph.digest,
      draw: async (format) =>
        drawOverlay(
          await this.#pixels(decision.url, photograph, squareOf(encoder, overlaySide)),
          map,
          format,
        ),
    };
  }

  async #model({ folder, version, tasks }: SavedModel, encoder: Encoder): Promise<ImageModel> {
    const known = this.#models.get(version);
    if (known !== undefined) return known;
    const model = await loadImageModel(folder, tasks, encoder);
    this.#models.set(version, model);
    return model;
  }

  /** In the size that training and runs ask for, so that it is the very photograph they have seen. */
  async #read(url: string, encoder: Encoder, signal: AbortSignal | undefined): Promise<ReadPhotograph> {
    const { photographs: reader, maximumBytes, maximumPixels } = this.#options;
    const source = { reader, maximumBytes, maximumPixels };
    const read = await readPhotograph(source, url, squareOf(encoder), signal);
    if (read.ok) return read;
    throw unusable(url, read);
  }

  async #pixels(url: string, photograph: ReadPhotograph, size: WantedSize): Promise<Pixels> {
    const decoded = await photograph.pixels(size);
    if (decoded.ok) return decoded.pixels;
    throw unusable(url, decoded);
  }

  async #compute(
    name: string,
    { encoder, model, place }: { encoder: Encoder; model: ImageModel; place: ClassPlace },
    url: string,
    photograph: ReadPhotograph,
    signal: AbortSignal | undefined,
  ): Promise<OcclusionMap> {
    const { heads, standardiser } = model;
    const pixels = await this.#pixels(url, photograph, squareOf(encoder));
    const logOddsOf = (features: Float32Array): number => {
      const { logits } = opinionOnPhotograph(heads, standardiser, features);
      return logOdds(logits.subarray(place.start, place.end), place.chosen);
    };
    const outcome = await occlusionMap(encoder, pixels, logOddsOf, occlusionPlan, signal);
    if (!outcome.ok) throw unusable(url, outcome);
    const map = rounded(outcome.map);
    await this.#kept.write(name, map);
    return map;
  }
}

/** Where the logits of a task lie, and which of them is the class's. */
interface ClassPlace {
  readonly start: number;
  readonly end: number;
  readonly chosen: number;
}

function placeOf(
  { tasks, heads }: ImageModel,
  { task, classId }: PhotographDecision,
  version: string,
): ClassPlace {
  const index = tasks.findIndex(({ name }) => name === task);
  const chosen = tasks[index]?.classes.indexOf(classId) ?? -1;
  if (chosen < 0)
    throw new LacunaError(
      'NOT_FOUND',
      `Model ${version} has not learnt to tell ${task} = ${classId} from photographs.`,
    );
  // A task may have a background behind its classes.
  const start = outputLength(heads.classes.slice(0, index));
  return { start, end: start + heads.classes[index]!, chosen };
}
