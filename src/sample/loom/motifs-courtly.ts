import { type Random, between, chance, pick, whole } from '../chance.js';
import { accent, figure, leafage, type Pen, second } from './canvas.js';
import { both, halfDrop } from './layout.js';
import { ellipse, fan, leaf, petal, rosette, spiral, stem, wave } from './shapes.js';

function ogee(pen: Pen, width: number, region: number, line?: number): void {
  const half = pen.tall / 2;
  for (const [x, y] of [
    [0, 0],
    [50, half],
  ] as const) {
    pen.at(x, y, 0, 1, () =>
      both(pen, () => {
        const side = [
          0,
          -half,
          12,
          -half * 0.86,
          44,
          -half * 0.22,
          50,
          0,
          44,
          half * 0.22,
          12,
          half * 0.86,
          0,
          half,
        ];
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
          pen.at(k % 2 === 0 ? -2 : 2, -4 - 3 * k, 0, 1, () => ellipse(pen, 1.5, 1.5, figure));
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
  for (const [offset, flip] of [
    [0, false],
    [50, true],
  ] as const) {
    pen.at(
      25 + offset,
      flip ? tall / 2 : 0,
      0,
      1,
      () => {
        wave(pen, sway, 0.25, 2.6, leafage);
        for (let k = 0; k < 4; k++) {
          const side = k % 2 === 0 ? 1 : -1;
          const y = tall * (0.125 + 0.25 * k);
          pen.at(side * sway * 0.98, y, 0, 1, () => {
            pen.at(0, 0, side * 1.2, 1, () => leaf(pen, 17, 8, leafage, second));
            pen.at(0, 2, side * 0.5, 1, () => spiral(pen, -8 * side, 1.4, 1.5, leafage));
          });
          pen.at(
            -side * between(random, 2, 6),
            y,
            between(random, -0.4, 0.4),
            between(random, 0.85, 1.1),
            () =>
              k % 2 === 0
                ? rosette(pen, kinds[0]!, 13, { petal: figure, heart: accent, inner: second })
                : rosette(pen, kinds[1]!, 11, { petal: second, heart: accent }),
          );
        }
      },
      flip,
    );
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
      pen.at(
        x,
        y,
        row % 2 === 0 ? lean : -lean,
        0.85,
        () => {
          stem(pen, [0, 16, 2, 6, 0, -6], 2.4, leafage);
          pen.at(1, 8, 1.0, 1, () => leaf(pen, 13, 6, leafage));
          pen.at(1, 4, -1.1, 1, () => leaf(pen, 11, 6, leafage));
          pen.at(0, -8, 0, 1, () =>
            rosette(pen, petals, 9.5, { petal: row % 2 === 0 ? figure : second, heart: accent }),
          );
        },
        column % 2 === 1,
      );
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
  for (const [x, flip] of [
    [25, false],
    [75, true],
  ] as const) {
    pen.at(
      x,
      flip ? tall / 2 : 0,
      0,
      1,
      () => {
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
          const blooms: readonly (readonly [number, number, number])[] = [
            [-12, -6, 0.8],
            [13, -9, 0.75],
            [0, -20, 0.7],
            [1, 0, 1],
          ];
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
      },
      flip,
    );
  }
}
