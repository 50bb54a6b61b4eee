import { z } from 'zod';
import { failure, type PhotographFailure } from './photograph-outcome.js';

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Tiles an image can be had in; every one but the last of a row or column has this size, whatever the scale. */
export interface TileGrid extends Size {
  /** Pixels of the image to a side of one pixel of a tile. */
  readonly scaleFactors: readonly number[];
}

/** What an image server says of one image (`info.json`), whichever version of the IIIF Image API it speaks. */
export interface ImageInformation extends Size {
  readonly ok: true;
  readonly version: 1 | 2 | 3;
  readonly level: 0 | 1 | 2;
  /** Sizes the whole image can be had in. */
  readonly sizes: readonly Size[];
  readonly tiles: readonly TileGrid[];
  /** Features beyond the level, by their names in the specification. */
  readonly features: ReadonlySet<string>;
  /** No answer is larger than this; Infinity where nothing is said. */
  readonly maximum: Size & { readonly area: number };
}

const whole = z
  .int()
  .min(1)
  .max(2 ** 31);
const listLimit = 1000;

/** Takes the members of a list that make sense; what is no list has none. */
function listOf<T extends z.ZodType>(member: T) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((values): z.output<T>[] =>
      values.slice(0, listLimit).flatMap((value) => {
        const { data, success } = member.safeParse(value);
        return success ? [data] : [];
      }),
    );
}

const limits = { maxWidth: whole.optional().catch(undefined), maxHeight: whole.optional().catch(undefined) };
const area = z.int().min(1).optional().catch(undefined);
const size = z.object({ width: whole, height: whole });
const tile = z.object({
  width: whole,
  height: whole.optional().catch(undefined),
  scaleFactors: listOf(whole),
});
const described = z.object({ supports: listOf(z.string()), ...limits, maxArea: area });
type Described = z.output<typeof described>;

const information = z.object({
  width: whole,
  height: whole,
  '@context': z.union([z.string().transform((one) => [one]), listOf(z.string())]).catch([]),
  protocol: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  profile: z
    .union([z.string().transform((one) => [one]), listOf(z.union([z.string(), described]))])
    .catch([]),
  sizes: listOf(size),
  tiles: listOf(tile),
  extraFeatures: listOf(z.string()),
  ...limits,
  maxArea: area,
  scale_factors: listOf(whole),
  tile_width: whole.optional().catch(undefined),
  tile_height: whole.optional().catch(undefined),
});
type Given = z.output<typeof information>;

function named(profiles: Given['profile']): string {
  return profiles.flatMap((one) => (typeof one === 'string' ? [one] : [])).join(' ');
}

function versionOf({
  '@context': contexts,
  protocol,
  type,
  profile: profiles,
}: Given): 1 | 2 | 3 | undefined {
  const said = `${contexts.join(' ')} ${named(profiles)}`;
  if (type === 'ImageService3' || said.includes('iiif.io/api/image/3')) return 3;
  if (said.includes('iiif.io/api/image/2')) return 2;
  if (said.includes('library.stanford.edu/iiif/image-api')) return 1;
  return protocol === 'http://iiif.io/api/image' ? 2 : undefined;
}

function levelOf(profiles: Given['profile']): 0 | 1 | 2 {
  const names = named(profiles);
  if (names.includes('level2')) return 2;
  return names.includes('level1') ? 1 : 0;
}

/**
 * A tile that holds the whole image at some scale is a size of the whole image, listed or not. Version 1 lists scales: of
 * its tiles, or without any, of the whole image.
 */
function sizesOfSingleTiles({ width, height, tiles, scale_factors, tile_width, tile_height }: Given): Size[] {
  const oldTile = { width: tile_width ?? Infinity, height: tile_height, scaleFactors: scale_factors };
  return [...tiles, oldTile].flatMap((one) =>
    one.scaleFactors
      .map((factor) => ({ width: Math.ceil(width / factor), height: Math.ceil(height / factor) }))
      .filter((scaled) => scaled.width <= one.width && scaled.height <= (one.height ?? one.width)),
  );
}

/** The grids of tiles, squares where no height is given. Version 1 has one grid, in members of its own. */
function tilesOf({ tiles, scale_factors, tile_width, tile_height }: Given): TileGrid[] {
  const old =
    tile_width === undefined ? [] : [{ width: tile_width, height: tile_height, scaleFactors: scale_factors }];
  return [...tiles, ...old].map(({ width, height = width, scaleFactors }) => ({
    width,
    height,
    scaleFactors,
  }));
}

/**
 * Reads an `info.json`. What is optional and makes no sense is passed over: servers err, and their pictures are sound.
 *
 * @returns what it says, or `bad-image-information` when it is no JSON, tells no size or is none of the IIIF Image API
 */
export function parseImageInformation(
  address: string,
  bytes: Uint8Array,
): ImageInformation | PhotographFailure {
  const wrong = (why: string): PhotographFailure => failure('bad-image-information', `${address} ${why}`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return wrong('is no JSON');
  }
  const { data: given, success } = information.safeParse(json);
  if (!success) return wrong('does not tell the width and height of an image');
  const version = versionOf(given);
  if (version === undefined) return wrong('is not of the IIIF Image API');
  const { width, height, profile: profiles } = given;
  const said: readonly Partial<Described>[] = [
    given,
    ...profiles.flatMap((one) => (typeof one === 'string' ? [] : [one])),
  ];
  const least = (values: readonly (number | undefined)[]): number =>
    Math.min(...values.filter((value) => value !== undefined));
  const maxWidth = least(said.map((one) => one.maxWidth));
  const maxHeight = least(said.map((one) => one.maxHeight));
  return {
    ok: true,
    version,
    level: levelOf(profiles),
    width,
    height,
    sizes: [...given.sizes, ...sizesOfSingleTiles(given)],
    tiles: tilesOf(given),
    features: new Set([...given.extraFeatures, ...said.flatMap(({ supports }) => supports ?? [])]),
    maximum: {
      width: maxWidth,
      // "If maxWidth is specified and maxHeight is not, then the maximum height is maxWidth" (5.3 of version 3).
      height: maxHeight === Infinity ? maxWidth : maxHeight,
      area: least(said.map((one) => one.maxArea)),
    },
  };
}
