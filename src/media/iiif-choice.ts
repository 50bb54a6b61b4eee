import { imageAddress, type IiifAddress, type ImageRequest } from './iiif-address.js';
import type { ImageInformation, Size } from './image-information.js';
import { tilePlan, type TilePlan } from './tile-plan.js';

/** How large a photograph is needed, in pixels. */
export interface Need {
  /** At least this wide and this high, as far as the museum has it; absent: as large as it has it. */
  readonly least?: Size | undefined;
  /** More than this is not decoded. */
  readonly maximumPixels: number;
}

// Listed sizes lie ready on most servers: one of up to twice the width is rather asked for than another made.
const nearby = 2;

const asked = new Set(['jpg', 'png', 'webp']);

function numbers(text: string): readonly number[] {
  return text.replace(/^pct:/, '').split(',').map(Number);
}

/** The size of a region in the image's own pixels; undefined when nothing of it lies in the image. */
function sizeOfRegion(region: string, { width, height }: Size): Size | undefined {
  if (region === 'full') return { width, height };
  const side = Math.min(width, height);
  if (region === 'square') return { width: side, height: side };
  const [x = 0, y = 0, w = 0, h = 0] = numbers(region);
  const [across, down] = region.startsWith('pct:') ? [width / 100, height / 100] : [1, 1];
  const inside = {
    width: Math.round(Math.min(w * across, width - x * across)),
    height: Math.round(Math.min(h * down, height - y * down)),
  };
  return inside.width >= 1 && inside.height >= 1 ? inside : undefined;
}

function covers(size: Size, least: Size): boolean {
  // A server may round the shorter side down.
  return size.width >= least.width && size.height >= least.height - 1;
}

function scaled(region: Size, width: number, round: (value: number) => number): Size {
  return { width, height: Math.max(1, round((region.height * width) / region.width)) };
}

/** The largest size of a region that the server gives, of at most `pixels`; never more than it has. */
function largest(region: Size, { maximum }: ImageInformation, pixels: number): Size {
  const { width, height } = region;
  const byArea = Math.sqrt(Math.min(maximum.area, pixels) / width / height);
  const scale = Math.min(1, maximum.width / width, maximum.height / height, byArea);
  return scaled(region, Math.max(1, Math.floor(width * scale + 1e-9)), Math.floor);
}

/** The smallest size of a region that covers what is needed, within what can be had. */
function smallest(region: Size, top: Size, least: Size): Size {
  const scale = Math.max(least.width / region.width, least.height / region.height);
  const width = Math.ceil(region.width * scale - 1e-9);
  return width >= top.width ? top : scaled(region, width, Math.round);
}

/** Sizes the whole image lies ready in, smaller than the whole and of its proportions, from the smallest. */
function readySizes({ width, height, sizes }: ImageInformation, pixels: number): readonly Size[] {
  return sizes
    .filter((size) => size.width < width && size.width * size.height <= pixels)
    .filter((size) => {
      const expected = (height * size.width) / width;
      return Math.abs(size.height - expected) <= Math.max(2, expected / 50);
    })
    .toSorted((a, b) => a.width - b.width);
}

/** How a listed size is written, the canonical form of the version first (4.7 of versions 2 and 3). */
function listedSpellings({ width, height }: Size, { version }: ImageInformation): readonly string[] {
  const forms = [`${width},`, `${width},${height}`];
  return version === 3 ? forms.toReversed() : forms;
}

/** How any other size can be written, the canonical form first; nothing when the server makes no sizes. */
function spellings(
  { width, height }: Size,
  { version, level, features }: ImageInformation,
): readonly string[] {
  const offers = (least: number, ...names: string[]): boolean =>
    level >= least || names.some((name) => features.has(name));
  const byWidth = offers(1, 'sizeByW') ? [`${width},`] : [];
  const isExact = offers(version === 3 ? 1 : 2, 'sizeByWh', 'sizeByForcedWh', 'sizeByDistortedWh');
  const exact = isExact ? [`${width},${height}`] : [];
  const confined = offers(2, 'sizeByConfinedWh') ? [`!${width},${height}`] : [];
  const [first, second] = version === 3 ? [exact, byWidth] : [byWidth, exact];
  return [...first, ...confined, ...second].slice(0, 2);
}

/** How the largest size that the server gives is written. */
function wholeSpellings(version: 1 | 2 | 3, isLimited: boolean): readonly string[] {
  if (version === 3) return ['max'];
  if (version === 1) return ['full'];
  return isLimited ? ['max', 'full'] : ['full', 'max'];
}

function requestFor({ request }: IiifAddress, { version }: ImageInformation): ImageRequest {
  const plain = version === 1 ? 'native' : 'default';
  if (request === undefined) return { region: 'full', rotation: '0', quality: plain, format: 'jpg' };
  const { quality, format } = request;
  return {
    ...request,
    quality: quality === 'default' || quality === 'native' ? plain : quality,
    format: asked.has(format) ? format : 'jpg',
  };
}

/** Sizes to ask a server that makes any. */
function sizesMade(
  region: Size,
  information: ImageInformation,
  need: Need,
  ready: readonly Size[],
): string[] {
  const given = largest(region, information, Infinity);
  const top = largest(region, information, need.maximumPixels);
  const target = need.least === undefined ? top : smallest(region, top, need.least);
  if (target.width === given.width)
    return [...wholeSpellings(information.version, given.width < region.width)];
  const near = ready.find((size) => covers(size, target));
  const made = spellings(target, information);
  return near === undefined || near.width > target.width * nearby
    ? [...made]
    : [...listedSpellings(near, information), ...made].slice(0, 3);
}

/** Sizes to ask a server that makes none: what lies ready, or the whole image; what is too small only where there are no tiles. */
function sizesReady(
  information: ImageInformation,
  need: Need,
  ready: readonly Size[],
  isTiled: boolean,
): string[] {
  const given = largest(information, information, Infinity);
  const top = largest(information, information, need.maximumPixels);
  const target = need.least === undefined ? top : smallest(information, top, need.least);
  const isDecodable = given.width * given.height <= need.maximumPixels;
  const whole = isDecodable ? wholeSpellings(information.version, given.width < information.width) : [];
  const enough = ready.find((size) => covers(size, target));
  if (enough !== undefined) return [...listedSpellings(enough, information), ...whole];
  const next = isTiled ? undefined : ready.at(-1);
  return [...whole, ...(next === undefined ? [] : listedSpellings(next, information))];
}

/**
 * The addresses to ask for an image of the size needed, best first; each further one is for servers that do not do what
 * they say. Region, rotation and quality are the address's own. Pure: nothing is asked here.
 *
 * A server that makes any size (level 1 and 2) is asked for the smallest that covers what is needed, or for a listed one
 * not much larger. One that makes none (level 0) is asked for the smallest listed size that covers it, a tile that holds
 * the whole image included, and for the whole image where there is none (after it, see `tilesInstead`). Nothing is asked larger than `maxWidth`,
 * `maxHeight`, `maxArea` and `maximumPixels` allow, and nothing enlarged.
 *
 * @returns none when the region lies outside the image, or is a detail and the server gives the whole alone
 */
export function imageAddresses(
  address: IiifAddress,
  information: ImageInformation,
  need: Need,
): readonly string[] {
  const request = requestFor(address, information);
  const region = sizeOfRegion(request.region, information);
  if (region === undefined) return [];
  const isTurned = /^!?(?:90|270)(?:\.0+)?$/.test(request.rotation);
  const { least } = need;
  const upright =
    least !== undefined && isTurned ? { ...need, least: { width: least.height, height: least.width } } : need;
  const isWhole = request.region === 'full';
  const ready = isWhole ? readySizes(information, need.maximumPixels) : [];
  const makesSizes = spellings(region, information).length > 0;
  if (!makesSizes && !isWhole) return [];
  const sizes = makesSizes
    ? sizesMade(region, information, upright, ready)
    : sizesReady(information, upright, ready, tilesInstead(address, information, need) !== undefined);
  return sizes.map((size) => imageAddress(address, request, size));
}

/**
 * How to put the whole image together from tiles, for when a server that makes no sizes gives none of `imageAddresses`.
 *
 * @returns undefined for servers that make sizes, for details and turned images, and where there are no fitting tiles
 */
export function tilesInstead(
  address: IiifAddress,
  information: ImageInformation,
  { least, maximumPixels }: Need,
): TilePlan | undefined {
  const request = requestFor(address, information);
  const isUpright = /^0(?:\.0+)?$/.test(request.rotation);
  if (request.region !== 'full' || !isUpright || spellings(information, information).length > 0)
    return undefined;
  return tilePlan(address, request, information, least, maximumPixels);
}
