import { type Random, between, chance, pick, whole } from '../chance.js';
import { accent, figure, leafage, type Pen, second } from './canvas.js';
import { both, halfDrop } from './layout.js';
import { boteh, cloud, ellipse, fan, leaf, petal, ring, rosette, sawnLeaf, stem } from './shapes.js';

/** Rows of boteh filled with flowers: India, and what Europe wove after it. */
export function botehRows(pen: Pen, random: Random): void {
  const rows = 2;
  const size = between(random, 0.9, 1.15);
  const filling = whole(random, 5, 8);
  for (let row = 0; row < rows * 2; row++) {
    for (let column = 0; column < 2; column++) {
      const x = (column + (row % 2) * 0.5) * 50 + 20;
      const y = ((row + 0.9) * pen.tall) / (rows * 2);
      pen.at(
        x,
        y,
        0,
        size * (pen.tall / 140),
        () => {
          boteh(pen, 34, row % 2 === 0 ? figure : second);
          pen.at(0, -2, 0, 0.74, () => boteh(pen, 34, leafage));
          pen.at(0, -10, 0, 0.62, () => rosette(pen, filling, 9, { petal: accent, heart: figure }));
          pen.at(3, -20, 0, 0.5, () => rosette(pen, 5, 7, { petal: second, heart: accent }));
          both(pen, () => pen.at(3, 1, 1.8, 1, () => leaf(pen, 9, 4, leafage)));
        },
        row % 2 === 1,
      );
    }
  }
}

/** Small flowering plants in rows on a plain ground: Mughal buti. */
export function floweringPlants(pen: Pen, random: Random): void {
  const petals = whole(random, 5, 7);
  const heads = pick(random, [3, 5]);
  halfDrop(pen, () => {
    pen.at(0, 20, 0, 1, () => {
      both(pen, () => {
        pen.at(0, 14, 1.25, 1, () => leaf(pen, 22, 8, leafage, accent));
        pen.at(0, 8, 0.75, 1, () => leaf(pen, 18, 7, leafage));
      });
      for (let k = 0; k < heads; k++) {
        const turn = (k - (heads - 1) / 2) * (heads === 3 ? 0.62 : 0.42);
        pen.at(0, 16, turn, 1, () => {
          stem(pen, [0, 0, turn * 3, -20, 0, -40], 2, leafage);
          pen.at(0, -42, 0, 1, () =>
            rosette(pen, petals, k === (heads - 1) / 2 ? 12 : 8.5, {
              petal: figure,
              heart: accent,
              inner: second,
            }),
          );
        });
      }
    });
  });
  for (const [x, y] of [
    [50, 0],
    [0, 0.5],
  ] as const) {
    pen.at(x, y * pen.tall, 0, 1, () => rosette(pen, 4, 4.5, { petal: second, heart: accent }));
  }
}

/** Carnations, tulips and sawn leaves on wavy stems: Ottoman silks. */
export function saz(pen: Pen, random: Random): void {
  const tulips = chance(random, 0.6);
  const teeth = whole(random, 7, 9);
  halfDrop(pen, (lower) => {
    stem(pen, [0, pen.tall / 2, 9, pen.tall * 0.3, 0, pen.tall * 0.12, -4, 0], 2.6, leafage);
    pen.at(4, pen.tall * 0.3, 1.0, 1, () => sawnLeaf(pen, 36, 13, leafage));
    pen.at(2, pen.tall * 0.22, 1.0, 1, () => sawnLeaf(pen, 32, 12, second), true);
    if (lower && tulips) {
      pen.at(0, 6, 0, 1.15, () => {
        petal(pen, 36, 12, second, 0.8);
        both(pen, () => pen.at(0, 0, 0.3, 1, () => petal(pen, 36, 13, figure, 0.75)));
        petal(pen, 26, 7, accent, 0.8);
      });
    } else {
      pen.at(0, 10, 0, 1.15, () => {
        fan(pen, 32, 2.3, teeth, figure, leafage);
        fan(pen, 20, 2.0, teeth - 2, second, accent);
      });
    }
  });
}

/** Three balls and wavy stripes, or crescents, in rows: Ottoman çintamani. */
export function ballsAndStripes(pen: Pen, random: Random): void {
  const size = between(random, 0.9, 1.15);
  halfDrop(pen, (lower) => {
    pen.at(0, -4, 0, size, () => {
      for (const [x, y] of [
        [-11, 6],
        [11, 6],
        [0, -12],
      ] as const) {
        pen.at(x, y, 0, 1, () => {
          ellipse(pen, 8.5, 8.5, lower ? second : figure);
          pen.at(0, 2.4, 0, 1, () => ellipse(pen, 5, 5, accent));
          pen.at(0, 3, 0, 1, () => ellipse(pen, 2.4, 2.4, figure));
        });
      }
      both(pen, () => {
        stem(pen, [2, 24, 14, 20, 24, 27, 36, 22], 5, leafage, 1);
        stem(pen, [4, 33, 14, 29, 22, 35, 30, 31], 4, second, 1);
      });
    });
  });
}

/** Clouds and waves with discs between: China. */
export function cloudsAndWaves(pen: Pen, random: Random): void {
  const waves = chance(random, 0.55);
  halfDrop(pen, (lower) => {
    pen.at(-8, -14, 0, 1, () => cloud(pen, 38, figure, accent), lower);
    pen.at(22, -34, 0, 0.6, () => cloud(pen, 34, second, accent), !lower);
    if (waves) {
      for (let row = 0; row < 2; row++) {
        for (let k = -1; k <= 1; k++) {
          pen.at(k * 20 + row * 10, 22 + row * 9, 0, 1, () => {
            for (let arc = 0; arc < 3; arc++)
              ring(pen, 9.5 - 3 * arc, 9.5 - 3 * arc, 1.5, arc === 1 ? accent : leafage);
          });
        }
      }
    } else {
      pen.at(0, 24, 0, 1, () => {
        ring(pen, 13, 13, 2.6, leafage);
        rosette(pen, 8, 9, { petal: second, heart: accent });
      });
    }
  });
}

/** Peonies and lotus on scrolling stems: China. */
export function peonyScroll(pen: Pen, random: Random): void {
  const lotus = chance(random, 0.5);
  halfDrop(pen, (lower) => {
    both(pen, () => {
      stem(pen, [0, 14, 26, 24, 40, 6, 26, -10, 14, -4], 2.2, leafage, 1);
      pen.at(34, 16, 1.9, 1, () => leaf(pen, 12, 7, leafage));
      pen.at(36, -2, 0.7, 1, () => leaf(pen, 12, 7, leafage));
      pen.at(17, -6, 0, 1, () => ellipse(pen, 3.4, 3.4, accent));
    });
    if (lower && lotus) {
      for (let k = 0; k < 7; k++) {
        const turn = (k - 3) * 0.38;
        pen.at(0, 12, turn, 1, () =>
          petal(pen, 29 - 3 * Math.abs(k - 3), 9.5, k % 2 === 0 ? figure : second, 1.2),
        );
      }
      pen.at(0, 6, 0, 1, () => petal(pen, 12, 8, accent, 0.7));
    } else {
      rosette(pen, 8, 22, { petal: figure, heart: accent }, 1.2);
      rosette(pen, 7, 14, { petal: second, heart: accent }, 1.2);
      rosette(pen, 5, 8, { petal: figure, heart: accent }, 1.2);
    }
  });
}

/** Pagodas, bridges and parasol trees as Europe imagined them: chinoiserie, 18th century. */
export function chinoiserie(pen: Pen, random: Random): void {
  const roofs = whole(random, 2, 3);
  halfDrop(pen, (lower) => {
    pen.at(0, 26, 0, 1, () => {
      pen.at(0, 4, 0, 1, () => ellipse(pen, 34, 6, leafage));
      if (lower) {
        stem(pen, [6, 0, -4, -18, 4, -34], 3, second, 1.6);
        for (const [x, y, w] of [
          [-8, -20, 11],
          [12, -28, 12],
          [0, -40, 14],
        ] as const) {
          pen.at(x, y, 0, 1, () => pen.fill([-w, 2, -w * 0.6, -5, 0, -8, w * 0.6, -5, w, 2], figure));
        }
      } else {
        for (let k = 0; k < roofs; k++) {
          const w = 17 - 4 * k;
          pen.at(0, -14 * k, 0, 1, () => {
            pen.fill([-w * 0.6, 0, -w * 0.6, -10, w * 0.6, -10, w * 0.6, 0], second);
            pen.fill([-w * 0.14, 0, -w * 0.14, -7, w * 0.14, -7, w * 0.14, 0], accent);
            pen.fill(
              [-w * 1.2, -11, -w * 0.8, -10, w * 0.8, -10, w * 1.2, -11, w * 0.5, -14, 0, -17, -w * 0.5, -14],
              figure,
            );
          });
        }
        pen.at(22, 0, 0.4, 1, () => leaf(pen, 18, 8, leafage));
        pen.at(-24, 0, -0.3, 1, () => leaf(pen, 15, 7, leafage));
      }
    });
    pen.at(24, -34, 0, 0.5, () => cloud(pen, 30, second, accent), lower);
  });
}
