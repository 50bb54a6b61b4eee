import type { ServerResponse } from 'node:http';
import sharp from 'sharp';
import { startHostileServer, type HostileServer, type Misbehaviour } from './hostile-server.js';

/** An image of the museum and how much of the IIIF Image API its server does for it. */
export interface MuseumImage {
  readonly version: 1 | 2 | 3;
  readonly level: 0 | 1 | 2;
  readonly width: number;
  readonly height: number;
  /** Level 0: what lies ready, as written in addresses ("200," or "200,150"); anything else is refused. */
  readonly ready?: readonly string[];
  readonly maxWidth?: number;
  /** Level 0: tiles of this side lie ready at these scales, but for the regions named in `missing`. */
  readonly tiles?: { readonly side: number; readonly scales: readonly number[]; readonly missing?: string };
  /** Members of info.json, beside or in place of those that follow from the above. */
  readonly information?: Readonly<Record<string, unknown>>;
  /** Answers in place of info.json. */
  readonly instead?: Misbehaviour;
}

/** A server of the IIIF Image API that is as strict as the specification lets it be. */
export interface TestMuseum extends HostileServer {
  /** Paths asked since the last call, in order. */
  asked(): string[];
}

function sizeFor(size: string, image: MuseumImage): readonly [number, number] | undefined {
  const { version, level, width, height, maxWidth = Infinity } = image;
  const isAll = size === 'max' ? version > 1 : size === 'full' && version < 3 && width <= maxWidth;
  if (isAll) {
    const all = Math.min(width, maxWidth);
    return level > 0 || image.ready?.includes(size) !== false
      ? [all, Math.round((height * all) / width)]
      : undefined;
  }
  const [, confined, first, second] = /^(!?)(\d+),(\d*)$/.exec(size) ?? [];
  if (first === undefined) return undefined;
  const isListed = image.ready?.includes(size) === true;
  const w = Number(first);
  const h = second === '' ? Math.round((height * w) / width) : Number(second);
  const isOffered =
    second === '' ? level > 0 : confined === '!' ? level > 1 : level > (version === 3 ? 0 : 1);
  if (!(isListed || isOffered) || w > Math.min(width, maxWidth) || h > height) return undefined;
  return [w, h];
}

function informationOf(base: string, image: MuseumImage): Record<string, unknown> {
  const { version, level, width, height, maxWidth, information } = image;
  const limit = maxWidth === undefined ? {} : { maxWidth };
  const written = {
    1: {
      '@context': 'http://library.stanford.edu/iiif/image-api/1.1/context.json',
      '@id': base,
      profile: `http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level${level}`,
    },
    2: {
      '@context': 'http://iiif.io/api/image/2/context.json',
      '@id': base,
      protocol: 'http://iiif.io/api/image',
      profile: [`http://iiif.io/api/image/2/level${level}.json`, { formats: ['jpg'], ...limit }],
    },
    3: {
      '@context': 'http://iiif.io/api/image/3/context.json',
      id: base,
      type: 'ImageService3',
      protocol: 'http://iiif.io/api/image',
      profile: `level${level}`,
      ...limit,
    },
  }[version];
  return { ...written, width, height, ...information };
}

/** What the museum shows: red grows to the right, green downwards. */
export function colourAt(image: Pick<MuseumImage, 'width' | 'height'>, x: number, y: number): number[] {
  return [Math.round((255 * x) / image.width), Math.round((255 * y) / image.height), 128];
}

/** A tile, if it is one of the grid written just as the version of the specification has it. */
async function tileOf(image: MuseumImage, region: string, size: string): Promise<Buffer | undefined> {
  const { width, height, tiles, version } = image;
  const [x = 0, y = 0, w = 0, h = 0] = region.split(',').map(Number);
  if (tiles === undefined || tiles.missing === region) return undefined;
  const scale = tiles.scales.find((factor) => {
    const step = tiles.side * factor;
    const fits = (at: number, length: number, end: number): boolean =>
      at % step === 0 && at < end && length === Math.min(step, end - at);
    return fits(x, w, width) && fits(y, h, height);
  });
  if (scale === undefined) return undefined;
  const [across, down] = [Math.ceil(w / scale), Math.ceil(h / scale)];
  if (size !== (version === 3 ? `${across},${down}` : `${across},`)) return undefined;
  const pixels = Array.from({ length: across * down }, (_, index) =>
    colourAt(image, x + (index % across) * scale, y + Math.floor(index / across) * scale),
  );
  const raw = { width: across, height: down, channels: 3 as const };
  return sharp(Buffer.from(pixels.flat()), { raw })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

async function answerTile(
  response: ServerResponse,
  image: MuseumImage,
  region: string,
  size: string,
): Promise<void> {
  const tile = await tileOf(image, region, size);
  if (tile === undefined) response.writeHead(404).end('There is no such tile.');
  else response.writeHead(200, { 'content-type': 'image/jpeg' }).end(tile);
}

async function answerImage(
  response: ServerResponse,
  image: MuseumImage,
  [size, quality]: string[],
): Promise<void> {
  const made = sizeFor(size ?? '', image);
  if (made === undefined || quality !== (image.version === 1 ? 'native.jpg' : 'default.jpg')) {
    response.writeHead(400).end('This size is not offered.');
    return;
  }
  const [width, height] = made;
  const bytes = await sharp({ create: { width, height, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
  response.writeHead(200, { 'content-type': 'image/jpeg' }).end(bytes);
}

/** Starts a museum whose images lie at `/iiif/{name}`; `elsewhere` answers all other paths. */
export async function startTestMuseum(
  images: Readonly<Record<string, MuseumImage>>,
  elsewhere: Readonly<Record<string, Misbehaviour>> = {},
  now: () => number = Date.now,
): Promise<TestMuseum> {
  const server = await startHostileServer((path) => {
    if (elsewhere[path] !== undefined) return elsewhere[path];
    const [, prefix, name = '', region, ...rest] = path.split('/').map(decodeURIComponent);
    const image = images[name];
    if (prefix !== 'iiif' || image === undefined) return undefined;
    if (region === 'info.json')
      return (
        image.instead ??
        ((_request, response) => {
          response.end(JSON.stringify(informationOf(`http://elsewhere.example/iiif/${name}`, image)));
        })
      );
    const [size = '', rotation = '', quality = ''] = rest;
    if (image.tiles !== undefined && region !== 'full' && quality === 'default.jpg')
      return (_request, response) => answerTile(response, image, region ?? '', size);
    if (region !== 'full' || rotation !== '0') return undefined;
    return (_request, response) => answerImage(response, image, [size, quality]);
  }, now);
  let seen = 0;
  return {
    ...server,
    asked() {
      const fresh = server.requests.slice(seen).map(({ url }) => url ?? '');
      seen = server.requests.length;
      return fresh;
    },
  };
}
