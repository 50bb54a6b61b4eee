import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import PQueue from 'p-queue';
import sharp from 'sharp';
import { LacunaError } from '../config/errors.js';
import type { Progress } from '../config/progress.js';
import { recordStream } from './chance.js';
import { type PhotographDefect, spoilPhotograph } from './defects.js';
import { museumQuads, toNQuads } from './graph.js';
import { weavePhotographs } from './loom/weave-photograph.js';
import { makeNoise } from './loom/yarn.js';
import { museums } from './museums.js';
import { type SampleRecord, weaving } from './records.js';
import { sampleConfig, sampleReadme } from './settings.js';
import { thesaurusTurtle } from './thesaurus.js';
import { properties, type Property } from './truth.js';

/** Writes the museums' graphs, the thesaurus, the configuration, the truth of the gaps and the folder's README. */
export async function writeTexts(folder: string, records: readonly SampleRecord[]): Promise<void> {
  await mkdir(path.join(folder, 'data'), { recursive: true });
  await mkdir(path.join(folder, 'vocabulary'), { recursive: true });
  for (const museum of museums) {
    const quads = museumQuads(
      museum,
      records.filter((record) => record.museum === museum),
    );
    await writeFile(
      path.join(folder, 'data', `${museum.slug}.nq.gz`),
      gzipSync(toNQuads(quads), { level: 9 }),
    );
  }
  await writeFile(path.join(folder, 'vocabulary', 'sample-thesaurus.ttl'), await thesaurusTurtle());
  await writeFile(path.join(folder, 'config.yaml'), sampleConfig);
  await writeFile(path.join(folder, 'README.txt'), sampleReadme);
  await writeFile(path.join(folder, 'truth.tsv.gz'), gzipSync(truthTable(records), { level: 9 }));
}

function truthTable(records: readonly SampleRecord[]): string {
  const lines = ['object\ttask\tclass'];
  for (const record of records) {
    if (record.productions.length === 0) continue;
    for (const property of properties) {
      if (record.written[property] === undefined)
        lines.push(`${record.object}\t${property}\t${record.truth[property]}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/**
 * What belongs in the gaps of a generated collection: object IRI → task → class id.
 *
 * @throws LacunaError NOT_FOUND when `folder` holds no truth.tsv.gz, as no real collection does.
 */
export async function readTruth(folder: string): Promise<Map<string, Partial<Record<Property, string>>>> {
  const file = path.join(folder, 'truth.tsv.gz');
  let table: string;
  try {
    table = (await promisify(gunzip)(await readFile(file))).toString('utf8');
  } catch (cause) {
    throw new LacunaError(
      'NOT_FOUND',
      `${file} cannot be read: only a generated sample has one; generate it again.`,
      { cause },
    );
  }
  const truths = new Map<string, Partial<Record<Property, string>>>();
  for (const line of table.trimEnd().split('\n').slice(1)) {
    const [object, task, classId] = line.split('\t') as [string, Property, string];
    const truth = truths.get(object) ?? {};
    truth[task] = classId;
    truths.set(object, truth);
  }
  return truths;
}

/** Weaves and writes the photographs of all records; returns how many files were written. */
export async function writePhotographs(
  folder: string,
  records: readonly SampleRecord[],
  options: { seed: number; defects: ReadonlyMap<string, PhotographDefect>; progress: Progress },
): Promise<number> {
  for (const museum of museums)
    await mkdir(path.join(folder, 'photographs', museum.slug), { recursive: true });
  const noise = makeNoise();
  // Weaving keeps this thread busy; a few encoders may run beside it, but never so many that pictures pile up.
  const encoders = new PQueue({ concurrency: 4 });
  let written = 0;
  let failure: Error | undefined;
  for (const [done, { index, design, truth, museum, photographs }] of records.entries()) {
    const exposures = weavePhotographs(
      recordStream(options.seed, index, weaving),
      design,
      truth,
      museum.photographs,
      noise,
      photographs.length,
    );
    for (const [view, { rgb, width, height }] of exposures.entries()) {
      const { file } = photographs[view]!;
      await encoders.onSizeLessThan(4);
      encoders
        .add(async () => {
          const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
            .jpeg({ quality: 80 })
            .toBuffer();
          const defect = options.defects.get(file);
          const bytes = defect === undefined ? jpeg : spoilPhotograph(jpeg, defect);
          if (bytes === undefined) return;
          await writeFile(path.join(folder, file), bytes);
          written++;
        })
        .catch((error: unknown) => {
          failure ??=
            error instanceof Error ? error : new Error('a photograph could not be written', { cause: error });
        });
    }
    if (failure !== undefined) break;
    options.progress('Weaving photographs', done + 1, records.length);
    // Lets encoders that are done hand over their files, and the progress bar draw.
    if (done % 8 === 7) await new Promise((resolve) => setImmediate(resolve));
  }
  await encoders.onIdle();
  if (failure !== undefined) throw failure;
  return written;
}
