import { LacunaError } from '../config/errors.js';
import type { Progress } from '../config/progress.js';
import { spoil } from './defects.js';
import { museums } from './museums.js';
import { drawRecord, type SampleRecord } from './records.js';
import { properties, type Property } from './truth.js';
import { writePhotographs, writeTexts } from './write.js';

export { readTruth } from './write.js';

/** What was generated for one museum. */
export interface MuseumSummary {
  readonly slug: string;
  readonly name: string;
  readonly records: number;
  readonly descriptions: number;
  /** Photographs the graph names, spoilt and missing ones included. */
  readonly photographs: number;
  /** Records without a value, per property. */
  readonly gaps: Readonly<Record<Property, number>>;
}

/** What was generated. */
export interface SampleSummary extends Omit<MuseumSummary, 'slug' | 'name'> {
  readonly museums: readonly MuseumSummary[];
  /** Photographs that lie in the folder. */
  readonly photographFiles: number;
}

/**
 * Generates the sample collection into `folder` (made if need be): museum graphs, thesaurus, photographs, configuration
 * and the truth of the gaps. The same seed and number of records give the same bytes; a record's content depends on the
 * seed and its index alone.
 *
 * @throws LacunaError INPUT_INVALID when `seed` is no whole number or `records` no positive whole number.
 */
export async function generateSample(
  folder: string,
  { seed, records: count = 1200, progress }: { seed: number; records?: number; progress: Progress },
): Promise<SampleSummary> {
  if (!Number.isSafeInteger(seed))
    throw new LacunaError('INPUT_INVALID', `The seed must be a whole number, not ${seed}.`);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new LacunaError(
      'INPUT_INVALID',
      `The number of records must be a whole number from 1 on, not ${count}.`,
    );
  }
  progress('Writing records', 0, count);
  const { records, photographs: defects } = spoil(
    Array.from({ length: count }, (_, index) => drawRecord(seed, index)),
    seed,
  );
  await writeTexts(folder, records);
  progress('Writing records', count, count);
  const photographFiles = await writePhotographs(folder, records, { seed, defects, progress });
  return {
    ...summarise(records),
    museums: museums.map((museum) => ({
      slug: museum.slug,
      name: museum.name,
      ...summarise(records.filter((record) => record.museum === museum)),
    })),
    photographFiles,
  };
}

function summarise(records: readonly SampleRecord[]): Omit<MuseumSummary, 'slug' | 'name'> {
  return {
    records: records.length,
    descriptions: records.filter(({ description }) => description !== undefined && description !== '').length,
    photographs: records.reduce((sum, { photographs }) => sum + photographs.length, 0),
    gaps: Object.fromEntries(
      properties.map((property) => [
        property,
        records.filter(({ written }) => written[property] === undefined).length,
      ]),
    ) as Record<Property, number>,
  };
}
