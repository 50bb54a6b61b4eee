import { type Random, between, chance, pick, whole } from '../chance.js';
import { accent, figure, leafage, type Pen, second } from './canvas.js';
import { both, halfDrop } from './layout.js';
import { box, ellipse, leaf, ring, rosette, stem } from './shapes.js';

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
      pen.at(33 * Math.cos(turn), 33 * tallness * Math.sin(turn), turn + 2.4, 1, () =>
        leaf(pen, 9, 4.5, leafage),
      );
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
      const other = pick(
        random,
        [accent, second, figure].filter((region) => region !== main),
      );
      pen.at(
        (column + 0.5) * w,
        (row + 0.5) * h,
        pick(random, [0, Math.PI / 2, Math.PI]),
        Math.min(w, h) / 50,
        () => {
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
              for (let k = 0; k < 3; k++)
                stem(pen, [-25, 14 - 15 * k, 0, -6 - 15 * k, 25, 14 - 15 * k], 6, k === 1 ? other : main);
              break;
            case 3:
              box(pen, -22, -22, 44, 44, main);
              box(pen, -10, -10, 20, 20, other);
              break;
            default:
              ring(pen, 19, 19, 7, main);
              ellipse(pen, 7, 7, other);
          }
        },
      );
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
      for (let j = 0; j < 4; j++)
        both(pen, () => pen.at(0, 16 - 11 * j, 0.95, 1, () => leaf(pen, 19 - 2 * j, 8, region)));
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
