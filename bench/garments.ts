/**
 * Real photographs of garments, by the example's profile and vocabulary alone: `lacuna train` and `lacuna evaluate` as a person
 * would run them, macro-F1 and accuracy on test records beside the commonest garment. One run takes about a minute.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/garments.js [first seed, 1] [last seed, 3]
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { reportSchema } from '../src/learning/report/report-schema.js';
import { lacuna } from '../test/cli/lacuna.js';
import { commonest, readGarments, writeGarments } from '../test/modalities/image/garments.js';

const data = process.env['LACUNA_DATA'];
if (data === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const images = path.resolve(data, 'images');
const [firstSeed, lastSeed] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 3)];
const percent = (share: number): string => (100 * share).toFixed(1);

async function answered<T>(folder: string, command: string): Promise<T> {
  const { code, stdout, stderr } = await lacuna(folder, [command, '--json']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

console.log('seed\trecords\tpairs alike\timage\tcommonest');
const garments = await readGarments(images);
for (let seed = firstSeed; seed <= lastSeed; seed++) {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-garments-'));
  try {
    const written = await writeGarments(folder, images, garments, seed);
    await answered(folder, 'train');
    const { report } = await answered<{ report: { json: string } }>(folder, 'evaluate');
    const { evaluations } = reportSchema.parse(JSON.parse(await readFile(report.json, 'utf8')));
    const [evaluation] = evaluations;
    const { train, validation, test } = evaluation!.model.split;
    const cells = [evaluation!.tasks[0]!.modalities[0]!.whole, commonest(garments, written)].map(
      ({ macroF1, accuracy }) => `${percent(macroF1)} / ${percent(accuracy)}`,
    );
    console.log([seed, `${train}/${validation}/${test}`, written.alike, ...cells].join('\t'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
