import { type Random, between, chance, pick, whole } from '../chance.js';
import { accent, figure, leafage, type Pen, second } from './canvas.js';
import { box, ellipse, fan, leaf, petal, ring, rosette, spiral, stem, wave } from './shapes.js';

/** Draws what `draw` draws and its mirror image about the vertical axis of the current frame. */
export function both(pen: Pen, draw: () => void): void {
  draw();
  pen.at(0, 0, 0, 1, draw, true);
}

/** Draws at the corner and, half a repeat lower, in the middle: the half-drop of most patterned silks. */
export function halfDrop(pen: Pen, draw: (second: boolean) => void): void {
  pen.at(0, 0, 0, 1, () => draw(false));
  pen.at(50, pen.tall / 2, 0, 1, () => draw(true));
}

function ogee(pen: Pen, width: number, region: number, line?: number): void {
  const half = pen.tall / 2;
  for (const [x, y] of [[0, 0], [50, half]] as const) {
    pen.at(x, y, 0, 1, () =>
      both(pen, () => {
        const side = [0, -half, 12, -half * 0.86, 44, -half * 0.22, 50, 0, 44, half * 0.22, 12, half * 0.86, 0, half];
        stem(pen, side, width, region);
        if (line !== undefined) stem(pen, side, width * 0.3, line);
      }),
    );
  }
}

/** Pomegranate or artichoke in an ogee net: Italy and Spain, 16th century. */
export function pomegranate(pen: Pen, random: Random): void {
  const petals = whole(random, 7, 11);
  const size = between(random, 0.85, 1.1);
  const seeds = chance(random, 0.7);
  const leaves = chance(random, 0.75);
  ogee(pen, between(random, 4, 8), leafage, chance(random, 0.6) ? accent : undefined);
  halfDrop(pen, (lower) => {
    pen.at(0, 16, 0, size, () => {
      for (let k = 0; k < petals; k++) {
        const turn = (k / (petals - 1) - 0.5) * 2.5;
        pen.at(0, 6, turn, 1, () => petal(pen, 40 - 7 * Math.abs(turn), 12, lower ? second : figure, 1.25));
      }
      petal(pen, 36, 26, figure, 0.75);
      petal(pen, 29, 18, lower ? leafage : second, 0.75);
      petal(pen, 23, 11, accent, 0.75);
      if (seeds) {
        for (let k = 0; k < 6; k++) {
          pen.at((k % 2 === 0 ? -2 : 2), -4 - 3 * k, 0, 1, () => ellipse(pen, 1.5, 1.5, figure));
        }
      }
      both(pen, () => {
        if (leaves) pen.at(2, 4, 2.0, 1, () => leaf(pen, 24, 10, leafage, figure));
        pen.at(1, 8, 2.6, 1, () => leaf(pen, 18, 8, second));
      });
      stem(pen, [0, 0, 0, 14, 0, 24], 3.4, leafage);
    });
  });
}

/** A net of small ogees, each with a flower: 16th and 17th century. */
export function ogeeLattice(pen: Pen, random: Random): void {
  const petals = whole(random, 5, 8);
  ogee(pen, between(random, 5, 9), figure, second);
  halfDrop(pen, () => {
    pen.at(0, 0, 0, 0.8, () => {
      rosette(pen, petals, 20, { petal: second, heart: accent, inner: figure });
      both(pen, () => {
        pen.at(6, 22, 2.5, 1, () => leaf(pen, 22, 9, leafage));
        pen.at(6, -22, 0.6, 1, () => leaf(pen, 20, 8, leafage));
      });
    });
  });
}

/** Stems that scroll and carry flowers of several kinds: 17th century. */
export function scrollingFlowers(pen: Pen, random: Random): void {
  const tall = pen.tall;
  const sway = between(random, 16, 26);
  const kinds = [whole(random, 5, 6), whole(random, 7, 9)];
  for (const [offset, flip] of [[0, false], [50, true]] as const) {
    pen.at(25 + offset, flip ? tall / 2 : 0, 0, 1, () => {
      wave(pen, sway, 0.25, 2.6, leafage);
      for (let k = 0; k < 4; k++) {
        const side = k % 2 === 0 ? 1 : -1;
        const y = tall * (0.125 + 0.25 * k);
        pen.at(side * sway * 0.98, y, 0, 1, () => {
          pen.at(0, 0, side * 1.2, 1, () => leaf(pen, 17, 8, leafage, second));
          pen.at(0, 2, side * 0.5, 1, () => spiral(pen, -8 * side, 1.4, 1.5, leafage));
        });
        pen.at(-side * between(random, 2, 6), y, between(random, -0.4, 0.4), between(random, 0.85, 1.1), () =>
          k % 2 === 0
            ? rosette(pen, kinds[0]!, 13, { petal: figure, heart: accent, inner: second })
            : rosette(pen, kinds[1]!, 11, { petal: second, heart: accent }),
        );
      }
    }, flip);
  }
}

/** Small sprigs in rows, alternately turned: early 17th century. */
export function sprigs(pen: Pen, random: Random): void {
  const rows = 2;
  const across = 2;
  const petals = whole(random, 4, 6);
  const lean = between(random, 0.3, 0.7);
  for (let row = 0; row < rows * 2; row++) {
    for (let column = 0; column < across; column++) {
      const x = ((column + (row % 2) * 0.5) * 100) / across + 12;
      const y = ((row + 0.5) * pen.tall) / (rows * 2);
      pen.at(x, y, row % 2 === 0 ? lean : -lean, 0.85, () => {
        stem(pen, [0, 16, 2, 6, 0, -6], 2.4, leafage);
        pen.at(1, 8, 1.0, 1, () => leaf(pen, 13, 6, leafage));
        pen.at(1, 4, -1.1, 1, () => leaf(pen, 11, 6, leafage));
        pen.at(0, -8, 0, 1, () => rosette(pen, petals, 9.5, { petal: row % 2 === 0 ? figure : second, heart: accent }));
      }, column % 2 === 1);
    }
  }
}

/** The bizarre silks of about 1700: slanting, unequal, unlike anything that grows. */
export function bizarre(pen: Pen, random: Random): void {
  const lean = between(random, 0.5, 0.9) * pick(random, [-1, 1]);
  const reach = between(random, 0.9, 1.15);
  halfDrop(pen, () => {
    pen.at(10, 10, lean, reach, () => {
      pen.fill([0, 40, 14, 20, 8, 2, 20, -14, 9, -34, 0, -44, -4, -26, -16, -12, -7, 4, -13, 22], figure);
      pen.fill([1, 26, 7, 12, 2, 0, 9, -14, 2, -30, -3, -14, -7, -8, -1, 6], second);
      stem(pen, [-16, 30, -26, 8, -14, -10, -24, -30], 4, leafage, 1);
      stem(pen, [16, 26, 28, 6, 20, -16], 3, accent, 1);
      pen.at(22, -22, -lean, 1, () => fan(pen, 17, 1.8, 6, second, accent));
      pen.at(-22, 24, 1.1, 1, () => leaf(pen, 22, 11, leafage, figure));
      for (let k = 0; k < 5; k++) pen.at(-10 + 5 * k, 34 - 3 * k, 0, 1, () => ellipse(pen, 2.2, 2.2, accent));
    });
  });
}

/** Natural-looking bouquets on a meandering ribbon: 18th century. */
export function bouquets(pen: Pen, random: Random): void {
  const tall = pen.tall;
  const sway = between(random, 12, 20);
  const ribbon = chance(random, 0.7);
  for (const [x, flip] of [[25, false], [75, true]] as const) {
    pen.at(x, flip ? tall / 2 : 0, 0, 1, () => {
      if (ribbon) {
        wave(pen, sway, 0, 7, accent);
        wave(pen, sway, 0, 3, second);
      } else wave(pen, sway, 0, 1.8, leafage);
      pen.at(-sway * 0.2, tall * 0.5, between(random, -0.4, 0.4), between(random, 0.95, 1.2), () => {
        for (let k = 0; k < 6; k++) {
          pen.at(0, 8, -1.7 + k * 0.68 + between(random, -0.2, 0.2), 1, () => {
            stem(pen, [0, 0, 2, -10, 0, -22], 1.4, leafage);
            pen.at(0, -9, 0.8, 1, () => leaf(pen, 12, 6, leafage));
          });
        }
        const blooms: readonly (readonly [number, number, number])[] = [[-12, -6, 0.8], [13, -9, 0.75], [0, -20, 0.7], [1, 0, 1]];
        blooms.forEach(([bx, by, size], k) => {
          pen.at(bx, by, random() * 2, size * between(random, 0.9, 1.1), () => {
            rosette(pen, 6, 13, { petal: figure, heart: accent }, 1.25);
            rosette(pen, 5, 8, { petal: k % 2 === 0 ? second : figure, heart: accent }, 1.1);
          });
        });
      });
      pen.at(sway * 0.6, tall * 0.05, -0.5, 0.7, () => {
        stem(pen, [0, 12, 2, 2, 0, -8], 1.8, leafage);
        pen.at(1, 4, 1.1, 1, () => leaf(pen, 13, 6, leafage));
        rosette(pen, 5, 9, { petal: second, heart: accent });
      });
    }, flip);
  }
}

/** Stripes with running sprays between them: end of the 18th and 19th century. */
export function stripes(pen: Pen, random: Random): void {
  const tall = pen.tall;
  const bands = pick(random, [2, 3, 4]);
  const wide = 100 / bands;
  const flowers = chance(random, 0.65);
  for (let k = 0; k < bands; k++) {
    const x = k * wide;
    box(pen, x, 0, wide * 0.34, tall, k % 2 === 0 ? figure : second);
    box(pen, x + wide * 0.08, 0, wide * 0.05, tall, accent);
    box(pen, x + wide * 0.22, 0, wide * 0.05, tall, leafage);
    box(pen, x + wide * 0.42, 0, wide * 0.03, tall, second);
    box(pen, x + wide * 0.9, 0, wide * 0.03, tall, second);
    if (!flowers) continue;
    const middle = x + wide * 0.67;
    const count = Math.max(2, Math.round(tall / wide));
    for (let j = 0; j < count; j++) {
      pen.at(middle, ((j + 0.5) * tall) / count, j % 2 === 0 ? 0.5 : -0.5, wide / 60, () => {
        stem(pen, [0, 18, 3, 6, 0, -8], 2.2, leafage);
        pen.at(1, 8, 1.2, 1, () => leaf(pen, 13, 6, leafage));
        pen.at(0, -8, 0, 1, () => rosette(pen, 5, 10, { petal: figure, heart: accent }));
      });
    }
  }
}

/** Medallions in a diamond order with wreaths: Empire and historicist silks, 19th century. */
export function medallions(pen: Pen, random: Random): void {
  const rays = whole(random, 8, 12);
  const tallness = between(random, 1, 1.25);
  halfDrop(pen, (lower) => {
    if (lower && chance(random, 0.5)) {
      rosette(pen, 8, 14, { petal: second, heart: accent, inner: figure });
      return;
    }
    ring(pen, 33, 33 * tallness, 4, figure);
    for (let k = 0; k < 18; k++) {
      const turn = (k / 18) * 2 * Math.PI;
      pen.at(33 * Math.cos(turn), 33 * tallness * Math.sin(turn), turn + 2.4, 1, () => leaf(pen, 9, 4.5, leafage));
    }
    ellipse(pen, 22, 22 * tallness, second);
    rosette(pen, rays, 19, { petal: figure, heart: accent }, 0.8);
    rosette(pen, 6, 9, { petal: second, heart: accent });
  });
  pen.at(50, 0, 0, 1, () => rosette(pen, 8, 9, { petal: figure, heart: accent }));
  pen.at(0, pen.tall / 2, 0, 1, () => rosette(pen, 8, 9, { petal: figure, heart: accent }));
}

/** Circles, wedges and chevrons: 20th century. */
export function geometry(pen: Pen, random: Random): void {
  const tall = pen.tall;
  const rows = whole(random, 2, 3);
  const columns = whole(random, 2, 3);
  const kinds = [whole(random, 0, 4), whole(random, 0, 4)];
  const w = 100 / columns;
  const h = tall / rows;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const main = pick(random, [figure, second, leafage]);
      const other = pick(random, [accent, second, figure].filter((region) => region !== main));
      pen.at((column + 0.5) * w, (row + 0.5) * h, pick(random, [0, Math.PI / 2, Math.PI]), Math.min(w, h) / 50, () => {
        switch (kinds[(row + column) % 2]) {
          case 0:
            ellipse(pen, 21, 21, main);
            box(pen, -21, 0, 42, 21, other);
            break;
          case 1:
            pen.fill([-25, 25, 0, -25, 25, 25], main);
            pen.fill([-12, 25, 0, 0, 12, 25], other);
            break;
          case 2:
            for (let k = 0; k < 3; k++) stem(pen, [-25, 14 - 15 * k, 0, -6 - 15 * k, 25, 14 - 15 * k], 6, k === 1 ? other : main);
            break;
          case 3:
            box(pen, -22, -22, 44, 44, main);
            box(pen, -10, -10, 20, 20, other);
            break;
          default:
            ring(pen, 19, 19, 7, main);
            ellipse(pen, 7, 7, other);
        }
      });
    }
  }
}

/** Large stylised leaves, cut out flat: middle of the 20th century. */
export function cutLeaves(pen: Pen, random: Random): void {
  for (let k = 0; k < 7; k++) {
    const x = ((k * 0.618) % 1) * 100;
    const y = ((k + 0.5) / 7) * pen.tall;
    const region = pick(random, [figure, second, leafage]);
    pen.at(x, y, random() * 6.28, between(random, 0.8, 1.3), () => {
      stem(pen, [0, 22, 1, 0, 0, -22], 2, accent);
      for (let j = 0; j < 4; j++) both(pen, () => pen.at(0, 16 - 11 * j, 0.95, 1, () => leaf(pen, 19 - 2 * j, 8, region)));
      pen.at(0, -16, 0, 1, () => leaf(pen, 17, 8, region));
    });
  }
}

/** Checks and plain bands: any time. */
export function checks(pen: Pen, random: Random): void {
  const tall = pen.tall;
  const count = whole(random, 2, 4);
  const step = 100 / count;
  for (let k = 0; k < count; k++) box(pen, k * step, 0, step * 0.45, tall, figure);
  const rows = Math.round(tall / step);
  for (let k = 0; k < rows; k++) {
    box(pen, 0, (k * tall) / rows, 100, step * 0.18, second);
    box(pen, 0, (k * tall) / rows + step * 0.3, 100, step * 0.06, accent);
  }
}
