import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { seededRandom } from '../../../src/learning/random.js';
import type { LabelledCase, LearnableTask } from '../../../src/modalities/case.js';
import { record } from '../collection.js';

/** Place shows in the colour, technique in the direction of the stripes. */
export const paintedTasks: readonly LearnableTask[] = [
  { name: 'place', classes: ['ES', 'FR', 'IT'] },
  { name: 'technique', classes: ['damask', 'velvet'] },
];

const side = 64;
const palette = [
  [190, 40, 40],
  [40, 60, 180],
  [200, 170, 50],
] as const;

/** A striped cloth of one colour, photographed with noise. */
export async function paint(place: number, technique: number, random: () => number): Promise<Buffer> {
  const colour = palette[place] ?? palette[0];
  const period = 6 + Math.floor(random() * 6);
  const pixels = Buffer.alloc(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const stripe = Math.floor((technique === 0 ? x : y) / (period / 2)) % 2 === 0 ? 1 : 0.6;
      for (let channel = 0; channel < 3; channel++) {
        const value = (colour[channel] ?? 0) * stripe + (random() - 0.5) * 50;
        pixels[(y * side + x) * 3 + channel] = Math.max(0, Math.min(255, value));
      }
    }
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .jpeg()
    .toBuffer();
}

/** `count` labelled cases with one or two photographs each, written into `folder`; a tenth of the labels is missing. */
export async function paintedCollection(
  folder: string,
  count: number,
  seed: number,
): Promise<LabelledCase[]> {
  await mkdir(folder, { recursive: true });
  const random = seededRandom(seed);
  const cases: LabelledCase[] = [];
  for (let index = 0; index < count; index++) {
    const place = Math.floor(random() * 3);
    const technique = Math.floor(random() * 2);
    const names = Array.from(
      { length: random() < 0.2 ? 2 : 1 },
      (_, photograph) => `${seed}-${index}-${photograph}.jpg`,
    );
    for (const name of names) await writeFile(path.join(folder, name), await paint(place, technique, random));
    const images = names.map((name) => ({
      node: `http://example.org/image/${name}`,
      url: pathToFileURL(path.join(folder, name)).href,
    }));
    const labels = {
      ...(random() < 0.9 ? { place } : {}),
      ...(random() < 0.9 ? { technique } : {}),
    };
    cases.push({ record: record(seed * 1000 + index, { images }), opinions: {}, labels });
  }
  return cases;
}
