/** What an image request of the IIIF Image API names beside the size: `{region}/{size}/{rotation}/{quality}.{format}`. */
export interface ImageRequest {
  readonly region: string;
  readonly rotation: string;
  readonly quality: string;
  readonly format: string;
}

/** An address taken for one of the IIIF Image API. */
export interface IiifAddress {
  /** The image's base address, `{scheme}://{server}/{prefix}/{identifier}`, without a slash at the end. */
  readonly base: string;
  /** The query with its question mark, kept on every address made of this one; or nothing. */
  readonly query: string;
  /** What is asked of the image; absent when the address is the image's own or that of its information. */
  readonly request?: ImageRequest | undefined;
}

const number = String.raw`\d+(?:\.\d+)?`;
const regionPattern = new RegExp(
  String.raw`^(?:full|square|\d+,\d+,\d+,\d+|pct:${number}(?:,${number}){3})$`,
);
const sizePattern = new RegExp(String.raw`^\^?(?:full|max|\d+,|,\d+|!?\d+,\d+|pct:${number})$`);
const rotationPattern = new RegExp(`^!?${number}$`);
const filePattern = /^([a-z]+)\.([a-z\d]{2,4})$/;
const picture = /\.(?:jpe?g|png|gif|webp)$/i;

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function imageRequest(segments: readonly string[]): ImageRequest | undefined {
  const [region = '', size = '', rotation = '', file = ''] = segments.map(decoded);
  const [, quality, format] = filePattern.exec(file) ?? [];
  if (quality === undefined || format === undefined) return undefined;
  if (!regionPattern.test(region) || !sizePattern.test(size) || !rotationPattern.test(rotation))
    return undefined;
  return { region, rotation, quality, format };
}

/**
 * Takes an address apart after the grammar of the IIIF Image API 1.1, 2 and 3 (version 3, sections 2 to 4): an image
 * request, `…/info.json`, or an image's base address. Nothing but a description tells a base address from any other, so
 * only those with a path segment that begins with "iiif" and without the ending of a picture are taken for one.
 *
 * @returns undefined for every other address
 */
export function parseIiifAddress(text: string): IiifAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const segments = url.pathname.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  const upTo = (end: number): string => [url.origin, ...segments.slice(0, end)].join('/');
  const request = imageRequest(segments.slice(-4));
  if (request !== undefined && (segments.at(-5) ?? '') !== '')
    return { base: upTo(-4), query: url.search, request };
  const last = segments.at(-1) ?? '';
  if (last === 'info.json' && (segments.at(-2) ?? '') !== '') return { base: upTo(-1), query: url.search };
  const named = segments.slice(0, -1).some((segment) => /^iiif/i.test(segment));
  if (!named || picture.test(last) || /\.json$|^manifest$/i.test(last)) return undefined;
  return { base: upTo(segments.length), query: url.search };
}

/** The address of an image's information. */
export function informationAddress({ base, query }: IiifAddress): string {
  return `${base}/info.json${query}`;
}

/** True for the address of an image's information, where no photograph can be. */
export function isInformationAddress(text: string): boolean {
  return /^[^?#]*\/info\.json(?:[?#]|$)/.test(text);
}

/** The address of an image request with the size it is to have. */
export function imageAddress({ base, query }: IiifAddress, request: ImageRequest, size: string): string {
  const { region, rotation, quality, format } = request;
  return `${base}/${region}/${size}/${rotation}/${quality}.${format}${query}`;
}
