import path from 'node:path';
import { z } from 'zod';
import { readSplitFile } from '../../learning/splits/file.js';
import type { Split } from '../../learning/splits/split.js';
import { manifestKeys, sha256 } from '../../models/encoder-folder.js';

/** The split that a network was tuned with, see `readSplitFile`. */
export const recordsName = 'records.tsv';

/** What is known of a network that Lacuna has tuned on records of the collection, as `encoder.json` says it. */
export const tunedSchema = z.strictObject({
  /** SHA-256 of records.tsv, which says what each record was for. */
  records: sha256,
  /** The weights it started from; absent: none, they were drawn by lot. */
  start: z.strictObject({ sha256, licence: manifestKeys.licence, source: manifestKeys.source }).optional(),
  /** How it was trained, and how that went. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** What `encoder.json` says of a network that was tuned on the collection. */
export type TunedFacts = z.output<typeof tunedSchema>;

/** The files that come with tuning, by name, and what they are vouched for with. */
export function tunedFiles(tuned: TunedFacts | undefined): Readonly<Record<string, string>> {
  return tuned === undefined ? {} : { [recordsName]: tuned.records };
}

/** What each record was for when the network was tuned on the collection, by object; undefined where it was not. */
export async function readTunedOn(
  folder: string,
  tuned: TunedFacts | undefined,
): Promise<ReadonlyMap<string, Split> | undefined> {
  return tuned && (await readSplitFile(path.join(folder, recordsName)));
}
