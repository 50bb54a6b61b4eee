import { imageAddress, type IiifAddress, type ImageRequest } from './iiif-address.js';
import type { ImageInformation, Size, TileGrid } from './image-information.js';

/** One tile: where to ask for it, and where it lies in the picture put together. */
export interface Tile extends Size {
  /** The canonical form of the version first; further ones for servers that keep to another. */
  readonly addresses: readonly string[];
  readonly left: number;
  readonly top: number;
}

/** A picture to be put together from tiles. */
export interface TilePlan extends Size {
  readonly tiles: readonly Tile[];
}

// A museum is not asked for more than so many tiles for one photograph.
const mostTiles = 100;
// 48 MB; no encoder looks at more.
const mostPixels = 16_000_000;

/** A grid at one of its scales: every tile shows `factor` times as many pixels of the image to a side as it has. */
interface Scale extends Size {
  readonly grid: TileGrid;
  readonly factor: number;
}

function scalesOf({ width, height, tiles }: ImageInformation): Scale[] {
  return tiles.flatMap((grid) =>
    grid.scaleFactors.map((factor) => ({
      grid,
      factor,
      width: Math.ceil(width / factor),
      height: Math.ceil(height / factor),
    })),
  );
}

function countOf({ grid, width, height }: Scale): number {
  return Math.ceil(width / grid.width) * Math.ceil(height / grid.height);
}

/**
 * The tiles of an image at a scale: row by row, the last of a row and of a column cut off where the image ends (Image API 3,
 * section 5.5 and the implementation notes on tiles). Together they cover the picture, and none overlaps another.
 */
export function tilesOf(
  image: Size,
  grid: TileGrid,
  factor: number,
): (Omit<Tile, 'addresses'> & { readonly region: string })[] {
  const [across, down] = [grid.width * factor, grid.height * factor];
  const tiles = [];
  for (let y = 0; y < image.height; y += down) {
    for (let x = 0; x < image.width; x += across) {
      const [w, h] = [Math.min(across, image.width - x), Math.min(down, image.height - y)];
      tiles.push({
        region: `${x},${y},${w},${h}`,
        left: x / factor,
        top: y / factor,
        width: Math.ceil(w / factor),
        height: Math.ceil(h / factor),
      });
    }
  }
  return tiles;
}

/**
 * How to put the whole image together from its tiles: at the scale that covers what is needed with the fewest pixels, or
 * else at the largest; of at most `maximumPixels`, 16 million pixels and a hundred tiles.
 *
 * @param request what is asked of the image; `region` and size do not count
 * @param least at least so large, as far as the tiles go; absent: as large as they go
 * @returns undefined when there are no tiles at such a scale
 */
export function tilePlan(
  address: IiifAddress,
  request: ImageRequest,
  information: ImageInformation,
  least: Size | undefined,
  maximumPixels: number,
): TilePlan | undefined {
  const possible = scalesOf(information)
    .filter(
      (scale) =>
        scale.width * scale.height <= Math.min(maximumPixels, mostPixels) && countOf(scale) <= mostTiles,
    )
    .toSorted((a, b) => a.width * a.height - b.width * b.height || countOf(a) - countOf(b));
  const enough =
    least && possible.find(({ width, height }) => width >= least.width && height >= least.height);
  const chosen = enough ?? possible.at(-1);
  if (chosen === undefined) return undefined;
  const { width, height, grid, factor } = chosen;
  const tiles = tilesOf(information, grid, factor).map(({ region, ...tile }) => {
    const forms = [`${tile.width},`, `${tile.width},${tile.height}`];
    const sizes = information.version === 3 ? forms.toReversed() : forms;
    return { ...tile, addresses: sizes.map((size) => imageAddress(address, { ...request, region }, size)) };
  });
  return { width, height, tiles };
}
