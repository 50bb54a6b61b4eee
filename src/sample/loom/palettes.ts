import { type Random, between, chance, pick } from '../chance.js';
import type { Century, Place } from '../truth.js';

/** Red, green, blue in 0–255, as they come out of the camera under neutral light. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Dyes and metals the loom has in stock. The names are also what descriptions call them. */
export const dyes = {
  crimson: [146, 24, 38],
  red: [172, 50, 42],
  rose: [204, 112, 122],
  pink: [226, 170, 166],
  salmon: [216, 132, 104],
  orange: [208, 112, 46],
  gold: [204, 158, 70],
  yellow: [222, 188, 92],
  mustard: [180, 140, 46],
  ivory: [230, 218, 192],
  white: [236, 233, 224],
  beige: [200, 180, 148],
  brown: [104, 70, 46],
  olive: [114, 110, 58],
  green: [60, 104, 66],
  'dark green': [34, 66, 50],
  sage: [150, 162, 126],
  turquoise: [68, 148, 150],
  'sky blue': [144, 178, 200],
  blue: [52, 88, 148],
  indigo: [32, 44, 86],
  purple: [92, 46, 102],
  mauve: [154, 120, 160],
  black: [34, 30, 32],
  grey: [140, 138, 134],
} as const satisfies Record<string, Colour>;

/** Name of a dye. */
export type ColourName = keyof typeof dyes;

/** Colours of ground, figure, second figure, accent and leaves, by name and as dyed this time. */
export interface Palette {
  readonly names: readonly ColourName[];
  readonly colours: readonly Colour[];
}

type Scheme = readonly [ColourName, ColourName, ColourName, ColourName, ColourName];

const europe: Readonly<Record<Century, readonly Scheme[]>> = {
  XVI: [
    ['crimson', 'gold', 'yellow', 'ivory', 'gold'],
    ['dark green', 'gold', 'yellow', 'ivory', 'olive'],
    ['gold', 'crimson', 'red', 'ivory', 'crimson'],
    ['black', 'gold', 'crimson', 'ivory', 'gold'],
    ['crimson', 'crimson', 'red', 'gold', 'crimson'],
  ],
  XVII: [
    ['ivory', 'red', 'olive', 'gold', 'green'],
    ['brown', 'gold', 'beige', 'ivory', 'olive'],
    ['red', 'beige', 'gold', 'ivory', 'olive'],
    ['olive', 'yellow', 'beige', 'red', 'dark green'],
    ['indigo', 'beige', 'gold', 'ivory', 'olive'],
  ],
  XVIII: [
    ['ivory', 'rose', 'sky blue', 'yellow', 'sage'],
    ['sky blue', 'ivory', 'pink', 'rose', 'sage'],
    ['pink', 'ivory', 'rose', 'white', 'sage'],
    ['white', 'salmon', 'mauve', 'yellow', 'green'],
    ['sage', 'ivory', 'pink', 'yellow', 'green'],
    ['yellow', 'ivory', 'rose', 'white', 'sage'],
  ],
  XIX: [
    ['purple', 'mauve', 'gold', 'black', 'dark green'],
    ['crimson', 'gold', 'black', 'ivory', 'dark green'],
    ['dark green', 'red', 'gold', 'ivory', 'olive'],
    ['black', 'red', 'purple', 'gold', 'green'],
    ['brown', 'gold', 'purple', 'ivory', 'dark green'],
    ['blue', 'gold', 'ivory', 'white', 'grey'],
  ],
  XX: [
    ['mustard', 'black', 'orange', 'white', 'turquoise'],
    ['turquoise', 'white', 'orange', 'black', 'grey'],
    ['grey', 'black', 'orange', 'white', 'blue'],
    ['white', 'turquoise', 'black', 'orange', 'mustard'],
    ['orange', 'brown', 'mustard', 'white', 'black'],
    ['blue', 'white', 'turquoise', 'mustard', 'black'],
  ],
};

const byPlace: Readonly<Partial<Record<Place, readonly Scheme[]>>> = {
  IN: [
    ['red', 'indigo', 'orange', 'ivory', 'green'],
    ['ivory', 'red', 'orange', 'indigo', 'green'],
    ['orange', 'red', 'pink', 'gold', 'dark green'],
    ['indigo', 'red', 'gold', 'ivory', 'orange'],
  ],
  TR: [
    ['crimson', 'gold', 'ivory', 'turquoise', 'gold'],
    ['ivory', 'crimson', 'turquoise', 'gold', 'green'],
    ['crimson', 'ivory', 'gold', 'sky blue', 'green'],
    ['blue', 'ivory', 'gold', 'crimson', 'turquoise'],
  ],
  CN: [
    ['yellow', 'blue', 'red', 'white', 'turquoise'],
    ['red', 'yellow', 'blue', 'white', 'turquoise'],
    ['indigo', 'gold', 'turquoise', 'white', 'sky blue'],
    ['turquoise', 'yellow', 'pink', 'white', 'blue'],
  ],
  ES: [
    ['red', 'yellow', 'green', 'ivory', 'dark green'],
    ['green', 'yellow', 'red', 'ivory', 'olive'],
  ],
  GB: [
    ['ivory', 'green', 'rose', 'blue', 'sage'],
    ['white', 'indigo', 'brown', 'red', 'olive'],
  ],
};

/** A palette of the place and century, each colour dyed a little differently every time. */
export function choosePalette(random: Random, place: Place, century: Century): Palette {
  const own = byPlace[place];
  const eastern = place === 'IN' || place === 'TR' || place === 'CN';
  const useOwn = own !== undefined && chance(random, eastern ? 0.72 : 0.3);
  const stray = chance(random, 0.12);
  const schemes = stray
    ? europe[pick(random, ['XVI', 'XVII', 'XVIII', 'XIX', 'XX'] as const)]
    : useOwn
      ? own
      : europe[century];
  const scheme = [...pick(random, schemes)];
  if (chance(random, 0.25)) {
    const [first, other] = [scheme[1]!, scheme[2]!];
    scheme[1] = other;
    scheme[2] = first;
  }
  return { names: scheme, colours: scheme.map((name) => dyed(random, dyes[name])) };
}

/** The colour with the unevenness of a dye bath and of centuries of light. */
function dyed(random: Random, [red, green, blue]: Colour): Colour {
  const depth = between(random, 0.84, 1.12);
  const fade = between(random, 0, 0.22);
  const grey = 0.3 * red + 0.55 * green + 0.15 * blue + 14;
  const mix = (channel: number): number =>
    Math.max(8, Math.min(246, (channel * (1 - fade) + grey * fade) * depth + between(random, -7, 7)));
  return [mix(red), mix(green), mix(blue)];
}
