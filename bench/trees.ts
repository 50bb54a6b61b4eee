import { seededRandom } from '../src/learning/random.js';
import { trainBooster, type FeatureColumn, type TreeData } from '../src/learning/trees/booster.js';

/** A museum's catalogue in miniature: four properties of few values, a class that follows from them with noise. */
function catalogue(rows: number): TreeData {
  const random = seededRandom(1);
  const column = (name: string, size: number): FeatureColumn => ({
    name,
    kind: 'categorical',
    categories: Array.from({ length: size }, (_, code) => `${name} ${code}`),
    // Squaring makes the first values common and the last ones rare, as in a real collection.
    values: Int32Array.from({ length: rows }, () => Math.floor(random() ** 2 * size)),
  });
  const features = [column('museum', 11), column('place', 10), column('technique', 5), column('material', 4)];
  const [museum, place] = features.map(({ values }) => values);
  const labels = Int32Array.from({ length: rows }, (_, row) =>
    random() < 0.3 ? Math.floor(random() * 5) : (museum![row]! + place![row]!) % 5,
  );
  return { features, rows, labels, classes: 5 };
}

/** The same rows with every category as a 0/1 number, as a library without categorical features wants them. */
function oneHot(data: TreeData): TreeData {
  const features = data.features.flatMap((column): FeatureColumn[] =>
    column.kind === 'numeric'
      ? [column]
      : column.categories.map((name, code) => ({
          name,
          kind: 'numeric',
          values: Float64Array.from(column.values, (value) => (value === code ? 1 : 0)),
        })),
  );
  return { ...data, features };
}

/** Shortest of three runs in milliseconds: the least disturbed one. */
function time(run: () => unknown): number {
  let shortest = Infinity;
  for (let repeat = 0; repeat < 3; repeat++) {
    const start = performance.now();
    run();
    shortest = Math.min(shortest, performance.now() - start);
  }
  return shortest;
}

const data = catalogue(13_000);
const columns = oneHot(data);
const params = { rounds: 100, depth: 4 };
const timings = {
  'categories, duplicates gathered': time(() => trainBooster(data, params)),
  'categories, every row': time(() => trainBooster(data, params, { groupDuplicates: false })),
  'one-hot columns, every row': time(() => trainBooster(columns, params, { groupDuplicates: false })),
};
const [first] = Object.values(timings);
process.stdout.write(`${data.rows} rows, 4 features, ${data.classes} classes, ${params.rounds} rounds\n`);
for (const [name, ms] of Object.entries(timings)) {
  process.stdout.write(`${name.padEnd(34)} ${ms.toFixed(0).padStart(6)} ms  × ${(ms / first!).toFixed(1)}\n`);
}
