import { DataFactory } from 'n3';
import { recordStream } from './chance.js';
import { sampleIri, type SampleRecord } from './records.js';
import { classConcepts } from './concepts.js';

/** What is wrong with a photograph's file. */
export type PhotographDefect = 'missing' | 'truncated' | 'not an image' | 'enormous';

/** Records with their defects in place, and the photographs (by file) that are to be spoilt. */
export interface Spoilt {
  readonly records: readonly SampleRecord[];
  readonly photographs: ReadonlyMap<string, PhotographDefect>;
}

type Spoil = (record: SampleRecord, seed: number) => SampleRecord;

const twoProductions: Spoil = (record, seed) => ({
  ...record,
  productions: [...record.productions, sampleIri('production', seed, `${record.index}/second`)],
});

const noProduction: Spoil = (record) => ({ ...record, productions: [] });

const twoTechniques: Spoil = (record) => {
  const others =
    record.truth.technique === 'velvet'
      ? (['velvet', 'embroidery'] as const)
      : (['velvet', record.truth.technique] as const);
  const written = others.map((technique) => ({
    value: DataFactory.namedNode(classConcepts.technique[technique].iri),
    about: [],
  }));
  return { ...record, written: { ...record.written, technique: written } };
};

const emptyDescription: Spoil = (record) => ({ ...record, description: '' });

/** About 60,000 characters: somebody pasted a whole file into the field. */
const hugeDescription: Spoil = (record) => {
  const sentence = `${record.description ?? record.title} `;
  return { ...record, description: sentence.repeat(Math.ceil(60_000 / sentence.length)) };
};

/** What goes wrong in real collections, and how many times here. */
const recordDefects: readonly (readonly [Spoil, number])[] = [
  [twoProductions, 2],
  [noProduction, 2],
  [twoTechniques, 2],
  [emptyDescription, 1],
  [hugeDescription, 1],
];

const photographDefects: readonly (readonly [PhotographDefect, number])[] = [
  ['missing', 2],
  ['truncated', 1],
  ['not an image', 1],
  ['enormous', 1],
];

/**
 * Puts a few defects into the collection, each in a record of its own, so that a run has something to list. A collection
 * with fewer than 40 records stays sound.
 */
export function spoil(records: readonly SampleRecord[], seed: number): Spoilt {
  const photographs = new Map<string, PhotographDefect>();
  if (records.length < 40) return { records, photographs };
  const result = [...records];
  // Index −1 is no record's: this stream belongs to the collection.
  const random = recordStream(seed, -1, 0);
  const taken = new Set<number>();
  const next = (fits: (record: SampleRecord) => boolean): SampleRecord | undefined => {
    for (let attempt = 0; attempt < 40 * records.length; attempt++) {
      const record = records[Math.floor(random() * records.length)]!;
      if (taken.has(record.index) || !fits(record)) continue;
      taken.add(record.index);
      return record;
    }
    return undefined;
  };
  for (const [change, times] of recordDefects) {
    const described = change === emptyDescription || change === hugeDescription;
    for (let k = 0; k < times; k++) {
      const record = next((candidate) => !described || candidate.museum.voice !== undefined);
      if (record !== undefined) result[record.index] = change(record, seed);
    }
  }
  for (const [defect, times] of photographDefects) {
    for (let k = 0; k < times; k++) {
      const record = next((candidate) => candidate.photographs.length === 1);
      if (record !== undefined) photographs.set(record.photographs[0]!.file, defect);
    }
  }
  return { records: result, photographs };
}

/**
 * The bytes of a spoilt photograph, made from a sound JPEG; undefined when there is to be no file. An enormous one
 * keeps its few bytes and claims 65,000 × 65,000 pixels in its header.
 */
export function spoilPhotograph(jpeg: Uint8Array, defect: PhotographDefect): Uint8Array | undefined {
  switch (defect) {
    case 'missing':
      return undefined;
    case 'truncated':
      return jpeg.subarray(0, Math.floor(jpeg.length * 0.4));
    case 'not an image':
      return new TextEncoder().encode(
        'This photograph was ordered from the studio in 1987 and has not come back yet.\n',
      );
    case 'enormous': {
      const copy = Uint8Array.from(jpeg);
      const frame = frameHeader(copy);
      for (const at of [5, 7]) {
        copy[frame + at] = 65_000 >> 8;
        copy[frame + at + 1] = 65_000 & 255;
      }
      return copy;
    }
  }
}

/** Where the start-of-frame segment (marker C0–C2) of a JPEG begins. */
function frameHeader(jpeg: Uint8Array): number {
  let at = 2;
  while (at + 4 < jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1]!;
    if (marker >= 0xc0 && marker <= 0xc2) return at;
    at += 2 + (jpeg[at + 2]! << 8) + jpeg[at + 3]!;
  }
  throw new RangeError('spoilPhotograph: the JPEG has no start-of-frame segment');
}
